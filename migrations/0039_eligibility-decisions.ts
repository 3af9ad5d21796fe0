import { sql, type Kysely } from 'kysely';

/**
 * Decisions about shipments, never changed once they are made: what was asked, which versions of the rules and
 * which state of the registers answered it, and what the answer was. From a row the same verdict is computed
 * again at any time, byte for byte.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await categoryHistory(db);
  await registerStates(db);
  await decisions(db);
  await sharing(db);
}

async function categoryHistory(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table category_history (
      id bigint generated always as identity primary key,
      slug text not null,
      content jsonb check (jsonb_typeof(content) = 'object'),
      recorded_at timestamptz not null default clock_timestamp()
    );
    comment on table category_history is 'What was recorded about a category, when. Append-only; kept by a trigger on category.';
    comment on column category_history.content is 'Null where the category was taken away.';
    create index category_history_of_slug on category_history (slug, recorded_at desc, id desc);
    -- What was there before the history began counts as always known.
    insert into category_history (slug, content, recorded_at)
      select slug, jsonb_build_object('slug', slug, 'name', name, 'name_zh', name_zh, 'aliases', aliases, 'hs_candidates', hs_candidates), 'epoch'
      from category where slug is not null;

    create function category_is_recorded() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' and old.slug is not null and (tg_op = 'DELETE' or new.slug is distinct from old.slug) then
        insert into category_history (slug) values (old.slug);
      end if;
      if tg_op <> 'DELETE' and new.slug is not null then
        insert into category_history (slug, content) values (new.slug, jsonb_build_object(
          'slug', new.slug, 'name', new.name, 'name_zh', new.name_zh, 'aliases', new.aliases, 'hs_candidates', new.hs_candidates));
      end if;
      return null;
    end $$;
    create trigger category_is_recorded after insert or update or delete on category
      for each row execute function category_is_recorded();
    create trigger category_history_stays before update or delete on category_history for each row execute function refuse_change();
    create trigger category_history_is_not_emptied before truncate on category_history for each statement execute function refuse_change();

    alter table category_history enable row level security;
    alter table category_history force row level security;
    create policy readable on category_history for select to greenlane_app, greenlane_worker using (true);
    create policy operator_adds on category_history for insert to greenlane_app with check ((select app_is_operator()));
    grant select, insert on category_history to greenlane_app;
    grant select on category_history to greenlane_worker;
  `.execute(db);
}

async function registerStates(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table register_state (
      sha256 text primary key,
      content text not null check (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'))
    );
    comment on table register_state is 'What a register said when it was asked, by the hash of its text: decisions name it. Holds entries of the operator''s registers and nothing of a firm.';
    create trigger register_state_stays before update or delete on register_state for each row execute function refuse_change();
    create trigger register_state_is_not_emptied before truncate on register_state for each statement execute function refuse_change();
    alter table register_state enable row level security;
    alter table register_state force row level security;
    create policy readable on register_state for select to greenlane_app, greenlane_worker using (true);
    create policy addable on register_state for insert to greenlane_app with check (true);
    grant select, insert on register_state to greenlane_app;
    grant select on register_state to greenlane_worker;
  `.execute(db);
}

async function decisions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table eligibility_decision (
      id uuid primary key,
      firm_id uuid not null references auth.firm (id) on delete cascade,
      reference text check (length(reference) <= 200),
      subject text check (length(subject) <= 300),
      decided_at timestamptz not null,
      known_at timestamptz not null,
      declaration_date date not null,
      rule_state text not null check (rule_state in
        ('in_force', 'before_first', 'expired', 'repealed', 'without_parameters', 'nothing_known')),
      programme_version_id uuid,
      standard_version_id uuid,
      lab_state_sha256 text check (lab_state_sha256 ~ '^[0-9a-f]{64}$'),
      category_state_sha256 text not null check (category_state_sha256 ~ '^[0-9a-f]{64}$'),
      input text check (length(input) <= 1000000),
      input_sha256 text not null check (input_sha256 ~ '^[0-9a-f]{64}$'),
      outcome text not null check (outcome in ('green', 'manual_review', 'not_eligible', 'unknown')),
      valid_until date,
      open_checks jsonb not null check (jsonb_typeof(open_checks) = 'array'),
      verdict_sha256 text not null check (verdict_sha256 ~ '^[0-9a-f]{64}$'),
      expected_hours jsonb check (jsonb_typeof(expected_hours) = 'object'),
      actor_kind text not null check (actor_kind in ('person', 'key')),
      actor_id uuid not null,
      check ((outcome = 'green') or valid_until is null)
    );
    comment on table eligibility_decision is 'The log of decisions. Append-only: the verdict is a pure function of input, versions and register states.';
    comment on column eligibility_decision.input is 'The text that was decided on; null where only its hash is kept, and the asker holds the input.';
    comment on column eligibility_decision.open_checks is 'Code, clause and result of each check that did not pass.';
    comment on column eligibility_decision.programme_version_id is 'Versions are never deleted, so that a foreign key would cost each decision a look-up and hold nothing.';
    create index eligibility_decision_newest on eligibility_decision (firm_id, decided_at desc, id desc);
    create index eligibility_decision_reference on eligibility_decision (firm_id, reference) where reference is not null;

    create function eligibility_decision_stays() returns trigger language plpgsql as $$
    begin
      -- A firm that is taken away takes its log along; nothing else does.
      if tg_op = 'DELETE' and not exists (select from auth.firm f where f.id = old.firm_id) then
        return old;
      end if;
      raise exception 'eligibility_decision is append-only: a decision is never changed or deleted' using errcode = 'restrict_violation';
    end $$;
    create trigger eligibility_decision_stays before update or delete on eligibility_decision
      for each row execute function eligibility_decision_stays();
    create trigger eligibility_decision_is_not_emptied before truncate on eligibility_decision
      for each statement execute function refuse_change();
  `.execute(db);
}

async function sharing(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table eligibility_share (
      decision_id uuid primary key references eligibility_decision (id) on delete cascade,
      firm_id uuid not null references auth.firm (id) on delete cascade,
      shared_at timestamptz not null default now(),
      shared_by uuid not null
    );
    comment on table eligibility_share is 'Decisions that a firm shows to whoever has the link, until it takes the row away.';

    create function app_verify_id() returns uuid language sql stable as $$
      select nullif(current_setting('app.verify_id', true), '')::uuid $$;
    comment on function app_verify_id is 'The one decision that a stranger has the link of.';

    alter table eligibility_share enable row level security;
    alter table eligibility_share force row level security;
    create policy of_firm on eligibility_share to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    create policy by_link on eligibility_share for select to greenlane_app using (decision_id = (select app_verify_id()));
    grant select, insert, delete on eligibility_share to greenlane_app;

    alter table eligibility_decision enable row level security;
    alter table eligibility_decision force row level security;
    create policy readable on eligibility_decision for select to greenlane_app using (firm_id = (select app_firm_id()));
    create policy decided on eligibility_decision for insert to greenlane_app with check (firm_id = (select app_firm_id()));
    create policy by_link on eligibility_decision for select to greenlane_app using (
      id = (select app_verify_id()) and exists (select from eligibility_share s where s.decision_id = eligibility_decision.id));
    grant select, insert on eligibility_decision to greenlane_app;
  `.execute(db);
}
