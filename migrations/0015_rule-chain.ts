import { sql, type Kysely } from 'kysely';

/**
 * The hash chain over approvals, publications and withdrawals. Its head is locked by whoever publishes, so that
 * records come one after the other; outsiders hold the head as a witness.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rule_chain_head (
      is_only boolean primary key default true check (is_only),
      sequence bigint not null default 0 check (sequence >= 0),
      sha256 text not null default repeat('0', 64) check (sha256 ~ '^[0-9a-f]{64}$'),
      recorded_at timestamptz not null default '-infinity'
    );
    comment on table rule_chain_head is 'The last link, one row. Whoever adds a link locks it first.';
    insert into rule_chain_head default values;

    create table rule_chain_link (
      sequence bigint primary key check (sequence >= 1),
      kind text not null check (kind in ('approval', 'publication', 'withdrawal')),
      version_id uuid not null references rule_version (id),
      content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
      parts jsonb not null default '{}' check (jsonb_typeof(parts) = 'object'),
      recorded_at timestamptz not null,
      previous_sha256 text not null check (previous_sha256 ~ '^[0-9a-f]{64}$'),
      sha256 text not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
      unique (version_id, kind)
    );
    comment on table rule_chain_link is 'Append-only. One changed byte of a record breaks its link and every later one.';
    comment on column rule_chain_link.parts is 'Hashes of the parts of a published version, to name the part that was changed.';

    create function rule_chain_follows() returns trigger language plpgsql as $$
    begin
      update rule_chain_head set sequence = new.sequence, sha256 = new.sha256, recorded_at = new.recorded_at
      where sequence = new.sequence - 1 and sha256 = new.previous_sha256 and recorded_at <= new.recorded_at;
      if not found then
        raise exception 'link % does not follow the head of the chain', new.sequence using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger rule_chain_follows after insert on rule_chain_link for each row execute function rule_chain_follows();
    create trigger rule_chain_link_stays before update or delete on rule_chain_link for each row execute function refuse_change();
    create trigger rule_chain_link_is_not_emptied before truncate on rule_chain_link for each statement execute function refuse_change();

    create function rule_chain_head_guard() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' or new.sequence <> old.sequence + 1
         or not exists (select from rule_chain_link l where l.sequence = new.sequence and l.sha256 = new.sha256) then
        raise exception 'the head of the chain moves only to its next link' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger rule_chain_head_guard before update or delete on rule_chain_head for each row execute function rule_chain_head_guard();
    create trigger rule_chain_head_is_not_emptied before truncate on rule_chain_head for each statement execute function refuse_change();

    -- At the commit: nothing is published outside of the chain.
    create function rule_version_is_linked() returns trigger language plpgsql as $$
    begin
      if not exists (
        select from rule_chain_link l
        where l.sequence = new.sequence and l.version_id = new.id and l.kind = 'publication' and l.recorded_at = new.recorded_at
      ) then
        raise exception 'version % is published without its link in the chain', new.id using errcode = 'restrict_violation';
      end if;
      return null;
    end $$;
    create constraint trigger rule_version_is_linked after update on rule_version deferrable initially deferred
      for each row when (new.state = 'published') execute function rule_version_is_linked();

    -- At the commit: nor long after the moment that it is recorded for. Who asks "as known at K" relies on it:
    -- whatever was recorded before K is visible half a minute after K.
    create function rule_chain_is_prompt() returns trigger language plpgsql as $$
    begin
      if clock_timestamp() > new.recorded_at + interval '30 seconds' then
        raise exception 'link % came more than 30 s after its moment: nothing was kept', new.sequence using errcode = 'serialization_failure';
      end if;
      return null;
    end $$;
    create constraint trigger rule_chain_is_prompt after insert on rule_chain_link deferrable initially deferred
      for each row execute function rule_chain_is_prompt();

    alter table rule_chain_link enable row level security;
    alter table rule_chain_link force row level security;
    create policy readable on rule_chain_link for select to greenlane_app using (true);
    create policy of_operator on rule_chain_link for insert to greenlane_app with check ((select app_is_operator()));
    grant select, insert on rule_chain_link to greenlane_app;

    alter table rule_chain_head enable row level security;
    alter table rule_chain_head force row level security;
    create policy readable on rule_chain_head for select to greenlane_app, greenlane_worker using (true);
    -- Everybody may wait on the row (a lock is asked for like an update), the operator alone may change it.
    create policy of_operator on rule_chain_head for update to greenlane_app
      using (true) with check ((select app_is_operator()));
    grant select, update on rule_chain_head to greenlane_app;
    grant select on rule_chain_head to greenlane_worker;
  `.execute(db);
}
