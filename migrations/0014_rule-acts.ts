import { sql, type Kysely } from 'kysely';

/** Who captured, drafted, edited, approved, published and withdrew a version, and when: append-only. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rule_act (
      id bigint generated always as identity primary key,
      version_id uuid not null references rule_version (id),
      act text not null check (act in ('captured', 'drafted', 'edited', 'approved', 'published', 'withdrawn')),
      actor_kind text not null check (actor_kind in ('person', 'key', 'reference')),
      actor_id uuid not null,
      actor_name text not null check (length(actor_name) between 1 and 200),
      at timestamptz not null,
      content_sha256 text check (content_sha256 ~ '^[0-9a-f]{64}$'),
      is_one_person boolean not null default false,
      reason text check (length(reason) between 1 and 2000),
      check (act <> 'approved' or content_sha256 is not null),
      check (act <> 'withdrawn' or reason is not null)
    );
    comment on table rule_act is 'What was done with a version. The name is kept as it was, for when the account is gone.';
    comment on column rule_act.content_sha256 is 'What an approval covers: it counts only while the version still has this content.';
    comment on column rule_act.is_one_person is 'The approver had also written the text, as the operator allowed at that time.';
    create index rule_act_of_version on rule_act (version_id, id);
    create unique index rule_act_once on rule_act (version_id, act) where act in ('published', 'withdrawn');

    -- The record cannot say of an author that somebody else approved.
    create function rule_act_guard() returns trigger language plpgsql as $$
    begin
      if new.act = 'approved' then
        new.is_one_person := exists (
          select from rule_act a
          where a.version_id = new.version_id and a.act in ('drafted', 'edited') and a.actor_id = new.actor_id);
      end if;
      return new;
    end $$;
    create trigger rule_act_guard before insert on rule_act for each row execute function rule_act_guard();
    create trigger rule_act_stays before update or delete on rule_act for each row execute function refuse_change();
    create trigger rule_act_is_not_emptied before truncate on rule_act for each statement execute function refuse_change();

    -- A version is approved or published only on the strength of an approval of exactly its content.
    create function rule_version_is_approved() returns trigger language plpgsql as $$
    begin
      if not exists (select from rule_act a where a.version_id = new.id and a.act = 'approved' and a.content_sha256 = new.content_sha256) then
        raise exception 'version % has no approval of its content', new.id using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger rule_version_is_approved before update on rule_version
      for each row when (new.state in ('approved', 'published')) execute function rule_version_is_approved();

    alter table rule_act enable row level security;
    alter table rule_act force row level security;
    create policy published on rule_act for select to greenlane_app
      using (exists (select from rule_version v where v.id = rule_act.version_id and v.state = 'published'));
    create policy of_operator on rule_act to greenlane_app
      using ((select app_is_operator())) with check ((select app_is_operator()));
    grant select, insert on rule_act to greenlane_app;

    create table rule_setting (
      is_only boolean primary key default true check (is_only),
      allows_one_person boolean not null default false,
      changed_at timestamptz not null default now(),
      changed_by text
    );
    comment on table rule_setting is 'How the operator works with rules; one row.';
    comment on column rule_setting.allows_one_person is 'Whether an author may approve the own text; the record of the approval then says so.';
    insert into rule_setting default values;
    alter table rule_setting enable row level security;
    alter table rule_setting force row level security;
    create policy of_operator on rule_setting to greenlane_app
      using ((select app_is_operator())) with check ((select app_is_operator()));
    grant select, update on rule_setting to greenlane_app;
  `.execute(db);
}
