import { sql, type Kysely } from 'kysely';

/**
 * What a firm can prove about its goods: products with components and suppliers, test reports, declarations about
 * materials. Each state that a row ever had is kept in `portfolio_change`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  for (const table of [
    'supplier',
    'product',
    'product_supplier',
    'component',
    'report',
    'report_document',
    'material_declaration',
    'portfolio_change',
  ])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_firm on ${table} to greenlane_app
           using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));`,
      )
      .execute(db);
  await sql.raw(GRANTS).execute(db);
}

const TABLES = `
  create table supplier (
    id uuid primary key default gen_random_uuid(),
    firm_id uuid not null references auth.firm (id) on delete cascade,
    name text not null check (length(name) between 1 and 200),
    name_key text not null check (length(name_key) between 1 and 200),
    email text check (length(email) between 3 and 320),
    created_at timestamptz not null default now(),
    unique (firm_id, name_key),
    unique (firm_id, id)
  );
  comment on column supplier.name_key is 'The name folded: width, case, blanks and punctuation do not matter.';

  create table product (
    id uuid primary key default gen_random_uuid(),
    firm_id uuid not null references auth.firm (id) on delete cascade,
    code text not null check (length(code) between 1 and 100),
    name text not null check (length(name) between 1 and 300),
    name_zh text check (length(name_zh) between 1 and 300),
    category text check (length(category) between 1 and 63),
    hs_codes text[] not null default '{}' check (cardinality(hs_codes) <= 20),
    gtin text check (gtin ~ '^[0-9]{14}$'),
    model text check (length(model) between 1 and 100),
    origin_province text check (length(origin_province) between 1 and 100),
    revision integer not null default 1 check (revision >= 1),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (firm_id, code),
    unique (firm_id, id)
  );
  comment on table product is 'An article of the firm, known by the code that the firm gives it.';
  comment on column product.hs_codes is 'Candidates, the likeliest first: sources disagree on some goods.';
  comment on column product.gtin is 'Fourteen digits with a right check digit, shorter ones with zeros in front.';
  create index product_updated on product (firm_id, updated_at desc, id desc);
  create index product_category on product (firm_id, category);

  create table product_supplier (
    firm_id uuid not null references auth.firm (id) on delete cascade,
    product_id uuid not null,
    supplier_id uuid not null,
    primary key (product_id, supplier_id),
    foreign key (firm_id, product_id) references product (firm_id, id) on delete cascade,
    foreign key (firm_id, supplier_id) references supplier (firm_id, id)
  );

  create table component (
    id uuid primary key default gen_random_uuid(),
    firm_id uuid not null references auth.firm (id) on delete cascade,
    product_id uuid not null,
    name text not null check (length(name) between 1 and 200),
    name_key text not null check (length(name_key) between 1 and 200),
    material text check (length(material) between 1 and 200),
    use text not null check (use in ('teething', 'sleep', 'other')),
    supplier_id uuid,
    unique (product_id, name_key),
    unique (firm_id, id),
    foreign key (firm_id, product_id) references product (firm_id, id) on delete cascade,
    foreign key (firm_id, supplier_id) references supplier (firm_id, id)
  );
  comment on column component.use is 'teething: a child puts it in the mouth; sleep: part of a product that a child sleeps in.';

  create table report (
    id uuid primary key default gen_random_uuid(),
    firm_id uuid not null references auth.firm (id) on delete cascade,
    product_id uuid,
    state text not null check (state in ('draft', 'confirmed')),
    origin text not null check (origin in ('form', 'file', 'api', 'pdf')),
    report_no text not null check (length(report_no) between 1 and 100),
    report_no_key text not null check (length(report_no_key) between 1 and 100),
    lab_cnas_id text check (length(lab_cnas_id) between 1 and 40),
    lab_name text check (length(lab_name) between 1 and 300),
    lab_site text check (length(lab_site) between 1 and 300),
    cma_no text check (length(cma_no) between 1 and 60),
    issued_on date,
    received_on date,
    tested_from date,
    tested_to date,
    applicant_name text check (length(applicant_name) between 1 and 300),
    applicant_uscc text check (length(applicant_uscc) between 1 and 18),
    product_name text check (length(product_name) between 1 and 300),
    product_model text check (length(product_model) between 1 and 100),
    category text check (length(category) between 1 and 63),
    age_grade text check (length(age_grade) between 1 and 100),
    batch text check (length(batch) between 1 and 100),
    standard text check (length(standard) between 1 and 100),
    scope text check (scope in ('full', 'partial')),
    replaces text check (length(replaces) between 1 and 100),
    replaces_key text check (length(replaces_key) between 1 and 100),
    overall_verdict text check (overall_verdict in ('pass', 'fail', 'not_applicable')),
    language text check (language in ('zh', 'en', 'both')),
    people jsonb not null default '{}' check (jsonb_typeof(people) = 'object'),
    items jsonb not null default '[]' check (jsonb_typeof(items) = 'array'),
    note text check (length(note) between 1 and 2000),
    confirmed_at timestamptz,
    confirmed_by uuid,
    revision integer not null default 1 check (revision >= 1),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique nulls not distinct (firm_id, report_no_key, lab_cnas_id),
    unique (firm_id, id),
    foreign key (firm_id, product_id) references product (firm_id, id) on delete set null (product_id),
    check (tested_from is null or tested_to is null or tested_from <= tested_to),
    check (state = 'draft' or issued_on is not null)
  );
  comment on table report is 'A test report. Nothing is decided on a draft: a person has to confirm what was read from a file.';
  comment on column report.standard is 'As the report cites it, dated or not.';
  comment on column report.scope is 'What the report claims of itself; the tests that are in it decide.';
  comment on column report.replaces is 'The number of the report that this amended one takes the place of (ISO/IEC 17025:2017 7.8.8).';
  comment on column report.people is 'Inspector, reviewer, signatory: personal names, left out of exports unless asked for.';
  comment on column report.items is 'The tests in the order of the report.';
  create index report_updated on report (firm_id, updated_at desc, id desc);
  create index report_of_product on report (product_id) where product_id is not null;
  create index report_replaced on report (firm_id, replaces_key) where replaces_key is not null;

  create table report_document (
    firm_id uuid not null references auth.firm (id) on delete cascade,
    report_id uuid not null,
    document_id uuid not null references document (id),
    role text not null check (role in ('report', 'photo', 'other')),
    primary key (report_id, document_id),
    foreign key (firm_id, report_id) references report (firm_id, id) on delete cascade
  );

  create table material_declaration (
    id uuid primary key default gen_random_uuid(),
    firm_id uuid not null references auth.firm (id) on delete cascade,
    component_id uuid not null,
    material text not null check (length(material) between 1 and 200),
    declared_by text not null check (length(declared_by) between 1 and 200),
    declared_on date not null,
    origin text not null check (origin in ('form', 'file', 'api', 'supplier')),
    phthalate_free boolean,
    phthalate_basis text check (phthalate_basis in ('claim', 'evidence')),
    phthalate_detection_limit_ppm numeric check (phthalate_detection_limit_ppm > 0),
    heavy_metals jsonb not null default '[]' check (jsonb_typeof(heavy_metals) = 'array'),
    flame_retardants text check (flame_retardants in ('declared', 'none', 'not_declared')),
    flame_retardant_names text check (length(flame_retardant_names) between 1 and 1000),
    document_id uuid references document (id),
    note text check (length(note) between 1 and 1000),
    request_id uuid,
    revision integer not null default 1 check (revision >= 1),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (firm_id, id),
    foreign key (firm_id, component_id) references component (firm_id, id),
    check ((phthalate_free is null) = (phthalate_basis is null))
  );
  comment on table material_declaration is 'What somebody declared about the material of a component, when. The newest of a component holds.';
  comment on column material_declaration.phthalate_basis is 'A claim is a sentence; evidence is a result with its detection limit, or a report.';
  comment on column material_declaration.heavy_metals is 'A list of {substance, operator, ppm, detection_limit_ppm}.';
  create index material_declaration_of_component on material_declaration (component_id, declared_on desc, created_at desc);
  create index material_declaration_updated on material_declaration (firm_id, updated_at desc, id desc);

  create table portfolio_change (
    id bigint generated always as identity primary key,
    firm_id uuid not null references auth.firm (id) on delete cascade,
    noun text not null check (noun in ('product', 'report', 'material')),
    subject_id uuid not null,
    revision integer not null check (revision >= 1),
    act text not null check (act in ('created', 'edited', 'confirmed', 'deleted')),
    content jsonb not null check (jsonb_typeof(content) = 'object'),
    actor_id uuid,
    actor_name text check (length(actor_name) between 1 and 200),
    at timestamptz not null default now(),
    unique (subject_id, revision)
  );
  comment on table portfolio_change is 'Append-only: each state that a product, report or declaration had, whole.';
  create function portfolio_change_stays() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' and not exists (select from auth.firm f where f.id = old.firm_id) then
      return old;
    end if;
    raise exception 'portfolio_change is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
  end $$;
  create trigger portfolio_change_stays before update or delete on portfolio_change
    for each row execute function portfolio_change_stays();
  create trigger portfolio_change_is_not_emptied before truncate on portfolio_change
    for each statement execute function refuse_change();
`;

const GRANTS = `
  grant select, insert, update, delete on supplier, product, product_supplier, component, report, report_document,
    material_declaration to greenlane_app;
  grant select, insert on portfolio_change to greenlane_app;
`;
