import { sql, type Kysely } from 'kysely';

/** What messages say in a firm's, or the operator's, own words. Without a row the built-in text is used. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table message_template (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      channel text not null check (channel in ('email', 'robot')),
      language text not null check (language in ('en', 'zh-CN')),
      subject text not null check (length(subject) between 1 and 300),
      body text not null check (length(body) between 1 and 10000),
      updated_by text not null check (length(updated_by) between 1 and 200),
      updated_at timestamptz not null default now(),
      constraint message_template_once unique nulls not distinct (firm_id, channel, language)
    );
    comment on table message_template is 'Subject and body with variables; the row without a firm holds for firms that have none.';
    alter table message_template enable row level security;
    alter table message_template force row level security;
    create policy read_default on message_template for select to greenlane_app using (firm_id is null);
    create policy of_owner on message_template to greenlane_app
      using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
      with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
    create policy of_jobs on message_template to greenlane_worker using (true) with check (true);
    grant select, insert, update, delete on message_template to greenlane_app;
    grant select on message_template to greenlane_worker;
  `.execute(db);
}
