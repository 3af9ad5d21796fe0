import { sql, type Kysely } from 'kysely';

/**
 * Who did what, when and from where. Rows are written freely and sealed in order into a hash chain by a job; a
 * link covers the hash of a row and not the row, so that a person's traces can be erased by law and the chain
 * still holds.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await entries(db);
  await chain(db);
}

async function entries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_entry (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid,
      occurred_at timestamptz not null default clock_timestamp(),
      kind text not null check (kind in ('write', 'export', 'access')),
      outcome text not null check (outcome in ('done', 'refused', 'failed')),
      status smallint,
      actor_kind text not null check (actor_kind in ('person', 'key', 'command', 'system', 'nobody')),
      actor_id uuid,
      actor_name text check (length(actor_name) <= 200),
      action text not null check (length(action) between 1 and 200),
      subject text check (length(subject) <= 500),
      detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object' and pg_column_size(detail) <= 4000),
      address text check (length(address) <= 100),
      user_agent text check (length(user_agent) <= 300),
      request_id text check (length(request_id) <= 40),
      erased_at timestamptz,
      sequence bigint unique
    );
    comment on table audit_entry is 'Append-only. What a firm did (or the operator, without firm_id); kept when the firm is gone, so no foreign key.';
    comment on column audit_entry.sequence is 'The link that seals it; null for the minute until the job comes.';
    comment on column audit_entry.erased_at is 'When what names a person was taken out by law; the link keeps the hash of the whole row.';
    create index audit_entry_of_firm on audit_entry (firm_id, occurred_at desc, id desc);
    create index audit_entry_unsealed on audit_entry (occurred_at, id) where sequence is null;
    create index audit_entry_of_actor on audit_entry (actor_id) where actor_id is not null;

    create function audit_entry_stays() returns trigger language plpgsql as $$
    declare
      erasable constant text[] := array['erased_at', 'actor_id', 'actor_name', 'subject', 'detail', 'address', 'user_agent'];
    begin
      if tg_op = 'UPDATE' then
        if old.sequence is null and new.sequence is not null
           and to_jsonb(new) - 'sequence' = to_jsonb(old) - 'sequence' then
          return new;
        end if;
        if old.erased_at is null and new.erased_at is not null and new.sequence is not null
           and new.actor_id is null and new.actor_name is null and new.subject is null and new.detail = '{}'
           and new.address is null and new.user_agent is null
           and to_jsonb(new) - erasable = to_jsonb(old) - erasable then
          return new;
        end if;
      end if;
      raise exception 'audit_entry is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $$;
    create trigger audit_entry_stays before update or delete on audit_entry for each row execute function audit_entry_stays();
    create trigger audit_entry_is_not_emptied before truncate on audit_entry for each statement execute function refuse_change();

    alter table audit_entry enable row level security;
    alter table audit_entry force row level security;
    create policy readable on audit_entry for select to greenlane_app using (
      firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
    create policy told on audit_entry for insert to greenlane_app with check (
      (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
      and sequence is null and erased_at is null);
    create policy of_jobs on audit_entry to greenlane_worker using (true) with check (true);
    grant select, insert on audit_entry to greenlane_app;
    grant select, insert, update on audit_entry to greenlane_worker;
  `.execute(db);
}

async function chain(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_link (
      sequence bigint primary key check (sequence >= 1),
      entry_id uuid not null unique,
      content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
      previous_sha256 text not null check (previous_sha256 ~ '^[0-9a-f]{64}$'),
      sha256 text not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
      sealed_at timestamptz not null
    );
    comment on table audit_link is 'Append-only. One changed byte of a sealed row no longer fits its link; a link taken out breaks the next.';
    create trigger audit_link_stays before update or delete on audit_link for each row execute function refuse_change();
    create trigger audit_link_is_not_emptied before truncate on audit_link for each statement execute function refuse_change();

    create table audit_chain_head (
      is_only boolean primary key default true check (is_only),
      sequence bigint not null default 0 check (sequence >= 0),
      sha256 text not null default repeat('0', 64) check (sha256 ~ '^[0-9a-f]{64}$')
    );
    comment on table audit_chain_head is 'The last link, one row. Whoever seals locks it first.';
    insert into audit_chain_head default values;

    create function audit_chain_head_guard() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' or new.sequence <= old.sequence
         or not exists (select from audit_link l where l.sequence = new.sequence and l.sha256 = new.sha256) then
        raise exception 'the head of the chain moves only to a later link' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger audit_chain_head_guard before update or delete on audit_chain_head for each row execute function audit_chain_head_guard();
    create trigger audit_chain_head_is_not_emptied before truncate on audit_chain_head for each statement execute function refuse_change();

    alter table audit_link enable row level security;
    alter table audit_link force row level security;
    create policy readable on audit_link for select to greenlane_app using (true);
    create policy of_jobs on audit_link to greenlane_worker using (true) with check (true);
    grant select on audit_link to greenlane_app;
    grant select, insert on audit_link to greenlane_worker;

    alter table audit_chain_head enable row level security;
    alter table audit_chain_head force row level security;
    create policy readable on audit_chain_head for select to greenlane_app using (true);
    create policy of_jobs on audit_chain_head to greenlane_worker using (true) with check (true);
    grant select on audit_chain_head to greenlane_app;
    grant select, update on audit_chain_head to greenlane_worker;
  `.execute(db);
}
