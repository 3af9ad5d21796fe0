import { sql, type Kysely } from 'kysely';

/** Links by which a supplier answers a declaration of a material without an account. Only a hash of the link is kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table supplier_request (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid not null references auth.firm (id) on delete cascade,
      component_id uuid not null,
      token_sha256 bytea not null unique check (length(token_sha256) = 32),
      supplier text not null check (length(supplier) between 1 and 200),
      language text not null check (language in ('en', 'zh-CN')),
      message text check (length(message) between 1 and 1000),
      created_by uuid,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      revoked_at timestamptz,
      opened_at timestamptz,
      answered_at timestamptz,
      answers integer not null default 0 check (answers >= 0),
      foreign key (firm_id, component_id) references component (firm_id, id) on delete cascade,
      check (expires_at > created_at)
    );
    comment on table supplier_request is 'What a supplier was asked to declare. The link itself is shown once, to who asks.';
    create index supplier_request_of_component on supplier_request (component_id, created_at desc);
    alter table supplier_request enable row level security;
    alter table supplier_request force row level security;
    create policy of_firm on supplier_request to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    grant select, insert, update on supplier_request to greenlane_app;
  `.execute(db);
}
