import { sql, type Kysely } from 'kysely';

/**
 * How each product of a firm stands, so that a change of rules, registers or time is seen as one and told. What a
 * firm changes itself it knows. Decisions that were made and are decided again keep both: the log is only added to.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table firm_standing (
      firm_id uuid primary key references auth.firm (id) on delete cascade,
      basis text not null check (length(basis) between 1 and 100),
      law text not null check (length(law) between 1 and 100),
      customs_office text not null,
      horizon xid8 not null,
      judged_at timestamptz not null default now()
    );
    comment on table firm_standing is 'What the standing verdicts of a firm rest on; they are made anew when any of it has changed.';

    create table product_standing (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      product_id uuid not null,
      input_sha256 text not null check (input_sha256 ~ '^[0-9a-f]{64}$'),
      outcome text not null check (outcome in ('green', 'manual_review', 'not_eligible', 'unknown')),
      valid_until date,
      checks jsonb not null check (jsonb_typeof(checks) = 'array'),
      primary key (product_id),
      foreign key (firm_id, product_id) references product (firm_id, id) on delete cascade
    );
    comment on table product_standing is 'The verdict on a product, declared on the day of the last look at the firm''s office with its best report.';
    comment on column product_standing.input_sha256 is 'Of what the firm itself says of the product: where it differs, the firm made the change.';
    create index product_standing_of_firm on product_standing (firm_id);

    create table eligibility_redecision (
      decision_id uuid primary key references eligibility_decision (id) on delete cascade,
      new_decision_id uuid not null references eligibility_decision (id) on delete cascade,
      firm_id uuid not null references auth.firm (id) on delete cascade,
      at timestamptz not null default now()
    );
    comment on table eligibility_redecision is 'A decision that a change of rules or registers made another, and the one that was made then.';
    create index eligibility_redecision_of_firm on eligibility_redecision (firm_id, at desc);
    create index eligibility_redecision_new on eligibility_redecision (new_decision_id);
    create index eligibility_decision_green on eligibility_decision (firm_id, declaration_date) where outcome = 'green' and input is not null;

    alter table eligibility_decision drop constraint eligibility_decision_actor_kind_check;
    alter table eligibility_decision add constraint eligibility_decision_actor_kind_check
      check (actor_kind in ('person', 'key', 'program'));
  `.execute(db);
  for (const table of ['firm_standing', 'product_standing', 'eligibility_redecision'])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_firm on ${table} to greenlane_app
           using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));`,
      )
      .execute(db);
  await sql`
    grant select, insert, update on firm_standing to greenlane_app;
    grant select, insert, update, delete on product_standing to greenlane_app;
    grant select, insert on eligibility_redecision to greenlane_app;
    create policy of_jobs on firm_standing for select to greenlane_worker using (true);
    grant select on firm_standing to greenlane_worker;
  `.execute(db);
}
