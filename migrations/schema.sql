-- Written by npm run schema; read it, never edit it.
CREATE OR REPLACE FUNCTION public.app_firm_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('app.firm_id'::text, true), ''::text))::uuid
;
CREATE OR REPLACE FUNCTION public.app_is_operator()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (COALESCE(current_setting('app.is_operator'::text, true), ''::text) = 'on'::text)
;

table auth.account
  id uuid not null default gen_random_uuid()
  user_id uuid not null
  account_id text not null
  provider_id text not null
  access_token text
  refresh_token text
  id_token text
  access_token_expires_at timestamp with time zone
  refresh_token_expires_at timestamp with time zone
  scope text
  password text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint account_pkey PRIMARY KEY (id)
  constraint account_provider_id_account_id_key UNIQUE (provider_id, account_id)
  constraint account_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX account_user_id ON auth.account USING btree (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A way for a person to sign in. No row policy: read at sign-in, before any firm is known.
  comment password: A salted scrypt hash, made and checked by better-auth.

table auth.api_key
  id uuid not null default gen_random_uuid()
  firm_id uuid
  name text not null
  prefix text not null
  sha256 bytea not null
  scopes text[] not null
  expires_at timestamp with time zone not null
  last_used_at timestamp with time zone
  revoked_at timestamp with time zone
  created_by uuid
  created_at timestamp with time zone not null default now()
  constraint api_key_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint api_key_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
  constraint api_key_pkey PRIMARY KEY (id)
  constraint api_key_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 50)))
  constraint api_key_sha256_check CHECK ((length(sha256) = 32))
  constraint api_key_sha256_key UNIQUE (sha256)
  CREATE INDEX api_key_firm_id ON auth.api_key USING btree (firm_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A key of a firm, or of the operator (firm_id null). No row policy: looked up by its hash to find out who asks.
  comment prefix: The first characters of the secret, to tell keys apart.
  comment sha256: Of the whole secret, which is shown once and kept nowhere.

table auth.firm
  id uuid not null default gen_random_uuid()
  slug text not null
  name text not null
  uscc text
  customs_office text not null default '3104'::text
  time_zone text not null default 'Asia/Shanghai'::text
  language text not null default 'en'::text
  is_sample boolean not null default false
  created_at timestamp with time zone not null default now()
  constraint firm_customs_office_check CHECK ((customs_office ~ '^[0-9]{4}$'::text))
  constraint firm_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint firm_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint firm_pkey PRIMARY KEY (id)
  constraint firm_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
  constraint firm_slug_key UNIQUE (slug)
  constraint firm_uscc_check CHECK ((uscc ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'::text))
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: A tenant. Its rows elsewhere carry firm_id and are guarded by row policies.

table auth.firm_grant
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  grantee_firm_id uuid not null
  role text not null
  granted_by uuid
  created_at timestamp with time zone not null default now()
  revoked_at timestamp with time zone
  constraint firm_grant_check CHECK ((firm_id <> grantee_firm_id))
  constraint firm_grant_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint firm_grant_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint firm_grant_grantee_firm_id_fkey FOREIGN KEY (grantee_firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint firm_grant_pkey PRIMARY KEY (id)
  constraint firm_grant_role_check CHECK ((role = ANY (ARRAY['compliance_manager'::text, 'executive'::text])))
  CREATE INDEX firm_grant_grantee_firm_id ON auth.firm_grant USING btree (grantee_firm_id)
  CREATE UNIQUE INDEX firm_grant_standing ON auth.firm_grant USING btree (firm_id, grantee_firm_id) WHERE (revoked_at IS NULL)
  grant delete, insert, select, update to greenlane_app
  comment on it: A firm lets another one (its broker) act for it. No row policy: it is what decides which firm a request may act for.

table auth.member
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  user_id uuid not null
  role text not null
  created_at timestamp with time zone not null default now()
  constraint member_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint member_firm_id_user_id_key UNIQUE (firm_id, user_id)
  constraint member_pkey PRIMARY KEY (id)
  constraint member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'compliance_manager'::text, 'executive'::text])))
  constraint member_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX member_user_id ON auth.member USING btree (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A person in a firm. No row policy: it is what decides which firm a request may act for.

table auth.operator_member
  user_id uuid not null
  role text not null
  created_at timestamp with time zone not null default now()
  constraint operator_member_pkey PRIMARY KEY (user_id, role)
  constraint operator_member_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'analyst'::text, 'approver'::text])))
  constraint operator_member_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  grant delete, insert, select, update to greenlane_app
  comment on it: A person of the operator. No row policy: the operator is no firm.

table auth.session
  id uuid not null default gen_random_uuid()
  user_id uuid not null
  token text not null
  active_firm_id uuid
  expires_at timestamp with time zone not null
  ip_address text
  user_agent text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint session_active_firm_id_fkey FOREIGN KEY (active_firm_id) REFERENCES auth.firm(id) ON DELETE SET NULL
  constraint session_pkey PRIMARY KEY (id)
  constraint session_token_key UNIQUE (token)
  constraint session_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX session_user_id ON auth.session USING btree (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A signed-in browser. No row policy: looked up by its cookie to find out who asks.
  comment active_firm_id: The firm the person works in; without one, the first membership.

table auth.setup_link
  sha256 bytea not null
  created_at timestamp with time zone not null default now()
  used_at timestamp with time zone
  constraint setup_link_pkey PRIMARY KEY (sha256)
  constraint setup_link_sha256_check CHECK ((length(sha256) = 32))
  grant delete, insert, select, update to greenlane_app
  comment on it: The one-time link to the first administrator. No row policy: used before any firm exists.

table auth.sign_in_attempt
  subject text not null
  window_started_at timestamp with time zone not null
  attempts integer not null
  constraint sign_in_attempt_attempts_check CHECK ((attempts >= 0))
  constraint sign_in_attempt_pkey PRIMARY KEY (subject)
  CREATE INDEX sign_in_attempt_window_started_at ON auth.sign_in_attempt USING btree (window_started_at)
  grant delete, insert, select, update to greenlane_app
  comment on it: Failed sign-ins in a window. No row policy: counted before anybody is known.
  comment subject: Hash of an e-mail address or of a network address.

table auth.user
  id uuid not null default gen_random_uuid()
  name text not null
  email text not null
  email_verified boolean not null default false
  image text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint user_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)))
  constraint user_email_key UNIQUE (email)
  constraint user_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint user_pkey PRIMARY KEY (id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A person. No row policy: read at sign-in, before any firm is known.

table auth.verification
  id uuid not null default gen_random_uuid()
  identifier text not null
  value text not null
  expires_at timestamp with time zone not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint verification_pkey PRIMARY KEY (id)
  CREATE INDEX verification_identifier ON auth.verification USING btree (identifier)
  grant delete, insert, select, update to greenlane_app
  comment on it: A short-lived proof such as a reset link. No row policy: belongs to a person, not to a firm.

table public.baseline
  id uuid not null default gen_random_uuid()
  reference_key text
  measure text not null
  direction text not null
  population text not null
  period_from date
  period_to date
  hours double precision not null
  hours_low double precision
  hours_high double precision
  is_derived boolean not null default false
  derivation text
  is_default boolean not null default false
  definition_confirmed boolean not null default false
  source_title text not null
  source_url text
  note text
  note_zh text
  recorded_at timestamp with time zone not null default now()
  recorded_by uuid
  constraint baseline_check CHECK (((period_from IS NULL) OR (period_to IS NULL) OR (period_from <= period_to)))
  constraint baseline_check1 CHECK (((hours_low IS NULL) OR ((hours_low <= hours) AND (hours <= hours_high))))
  constraint baseline_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint baseline_hours_check CHECK ((hours > (0)::double precision))
  constraint baseline_measure_check CHECK ((measure = ANY (ARRAY['declared_to_released'::text, 'arrived_to_released'::text, 'declared_to_inspected'::text, 'gacc_overall'::text])))
  constraint baseline_pkey PRIMARY KEY (id)
  constraint baseline_population_check CHECK (((length(population) >= 1) AND (length(population) <= 300)))
  constraint baseline_reference_key_key UNIQUE (reference_key)
  CREATE INDEX baseline_default ON public.baseline USING btree (measure, direction, recorded_at DESC) WHERE is_default
  row level security, forced
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: What somebody published or derived about clearance hours: observations, each with its definition and source.

table public.category
  slot smallint not null
  slug text
  name text
  name_zh text
  aliases text[] not null default '{}'::text[]
  hs_candidates text[] not null default '{}'::text[]
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint category_check CHECK (((slug IS NULL) = (name IS NULL)))
  constraint category_pkey PRIMARY KEY (slot)
  constraint category_slot_check CHECK (((slot >= 1) AND (slot <= 999)))
  constraint category_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{0,62}$'::text))
  constraint category_slug_key UNIQUE (slug)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: The product categories of the programme. A slot without a slug is known to exist and not named publicly.
  comment aliases: Names by which records call it; a product name that ends with one belongs to the category.
  comment hs_candidates: HS codes or headings that are plausible for it; several, because sources disagree.

table public.clearance partition by RANGE (accepted_year)
  firm_id uuid not null
  accepted_year smallint not null
  declaration_no bigint not null
  item_no smallint not null default 1
  direction text not null
  customs_office text not null
  channel text
  category text
  is_category_derived boolean not null default false
  hs_code text
  product_name text
  arrived_at timestamp with time zone
  declared_at timestamp with time zone not null
  inspection_notified_at timestamp with time zone
  inspected_at timestamp with time zone
  released_at timestamp with time zone
  import_no integer not null
  line integer not null
  constraint clearance_channel_check CHECK ((channel = ANY (ARRAY['green'::text, 'ordinary'::text])))
  constraint clearance_check CHECK ((accepted_year = ((declaration_no / '10000000000'::bigint) % (10000)::bigint)))
  constraint clearance_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_pkey PRIMARY KEY (firm_id, accepted_year, declaration_no)
  CREATE INDEX clearance_declared_at ON ONLY public.clearance USING btree (firm_id, declared_at)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  comment on it: One declaration of a firm, with its first goods item in the same row; the year is the one inside the number.

table public.clearance_2015 partition of clearance FOR VALUES FROM ('2015') TO ('2016')

table public.clearance_2016 partition of clearance FOR VALUES FROM ('2016') TO ('2017')

table public.clearance_2017 partition of clearance FOR VALUES FROM ('2017') TO ('2018')

table public.clearance_2018 partition of clearance FOR VALUES FROM ('2018') TO ('2019')

table public.clearance_2019 partition of clearance FOR VALUES FROM ('2019') TO ('2020')

table public.clearance_2020 partition of clearance FOR VALUES FROM ('2020') TO ('2021')

table public.clearance_2021 partition of clearance FOR VALUES FROM ('2021') TO ('2022')

table public.clearance_2022 partition of clearance FOR VALUES FROM ('2022') TO ('2023')

table public.clearance_2023 partition of clearance FOR VALUES FROM ('2023') TO ('2024')

table public.clearance_2024 partition of clearance FOR VALUES FROM ('2024') TO ('2025')

table public.clearance_2025 partition of clearance FOR VALUES FROM ('2025') TO ('2026')

table public.clearance_2026 partition of clearance FOR VALUES FROM ('2026') TO ('2027')

table public.clearance_2027 partition of clearance FOR VALUES FROM ('2027') TO ('2028')

table public.clearance_2028 partition of clearance FOR VALUES FROM ('2028') TO ('2029')

table public.clearance_2029 partition of clearance FOR VALUES FROM ('2029') TO ('2030')

table public.clearance_2030 partition of clearance FOR VALUES FROM ('2030') TO ('2031')

table public.clearance_2031 partition of clearance FOR VALUES FROM ('2031') TO ('2032')

table public.clearance_2032 partition of clearance FOR VALUES FROM ('2032') TO ('2033')

table public.clearance_2033 partition of clearance FOR VALUES FROM ('2033') TO ('2034')

table public.clearance_2034 partition of clearance FOR VALUES FROM ('2034') TO ('2035')

table public.clearance_2035 partition of clearance FOR VALUES FROM ('2035') TO ('2036')

table public.clearance_2036 partition of clearance FOR VALUES FROM ('2036') TO ('2037')

table public.clearance_2037 partition of clearance FOR VALUES FROM ('2037') TO ('2038')

table public.clearance_2038 partition of clearance FOR VALUES FROM ('2038') TO ('2039')

table public.clearance_2039 partition of clearance FOR VALUES FROM ('2039') TO ('2040')

table public.clearance_2040 partition of clearance FOR VALUES FROM ('2040') TO ('2041')

table public.clearance_cell
  firm_id uuid not null
  measure text not null
  direction text not null
  grain text not null
  shape smallint not null
  period_start date not null
  customs_office text not null
  category text not null
  channel text not null
  n integer not null
  sum_seconds bigint not null
  min_seconds integer not null
  max_seconds integer not null
  p10_seconds double precision not null
  p50_seconds double precision not null
  p90_seconds double precision not null
  p95_seconds double precision not null
  seconds integer[]
  bins smallint[]
  counts integer[]
  constraint clearance_cell_check CHECK (((seconds IS NULL) <> (bins IS NULL)))
  constraint clearance_cell_check1 CHECK (((bins IS NULL) = (counts IS NULL)))
  constraint clearance_cell_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_cell_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_cell_grain_check CHECK ((grain = ANY (ARRAY['month'::text, 'week'::text, 'day'::text])))
  constraint clearance_cell_measure_check CHECK ((measure = ANY (ARRAY['declared_to_released'::text, 'arrived_to_released'::text, 'declared_to_inspected'::text, 'arrived_to_declared'::text, 'declared_to_arrived'::text, 'inspected_to_released'::text])))
  constraint clearance_cell_min_seconds_check CHECK ((min_seconds >= 0))
  constraint clearance_cell_n_check CHECK ((n > 0))
  constraint clearance_cell_pkey PRIMARY KEY (firm_id, measure, direction, grain, shape, period_start, customs_office, category, channel)
  constraint clearance_cell_shape_check CHECK (((shape >= 0) AND (shape <= 7)))
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: Hours of one slice of a firm: all values up to 1,000, log-bins above. A * stands for all, a - for not given.
  comment shape: Which dimensions are single: 1 office, 2 category, 4 channel.

table public.clearance_import
  id uuid not null default gen_random_uuid()
  number integer not null generated always as identity
  firm_id uuid not null
  actor_id uuid
  file_name text
  format text not null
  charset text
  state text not null default 'running'::text
  problem jsonb
  header text[] not null default '{}'::text[]
  received integer not null default 0
  accepted integer not null default 0
  corrected integer not null default 0
  duplicates integer not null default 0
  rejected integer not null default 0
  warnings integer not null default 0
  bytes_read bigint not null default 0
  bytes_total bigint
  started_at timestamp with time zone not null default now()
  progressed_at timestamp with time zone not null default now()
  finished_at timestamp with time zone
  constraint clearance_import_file_name_check CHECK ((length(file_name) <= 300))
  constraint clearance_import_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_import_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'ndjson'::text, 'json'::text, 'xlsx'::text, 'receipts'::text])))
  constraint clearance_import_number_key UNIQUE (number)
  constraint clearance_import_pkey PRIMARY KEY (id)
  constraint clearance_import_state_check CHECK ((state = ANY (ARRAY['running'::text, 'finished'::text, 'failed'::text])))
  CREATE INDEX clearance_import_newest ON public.clearance_import USING btree (firm_id, number DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup_closes for update to greenlane_worker using (state = 'running'::text) check (state = 'failed'::text)
  policy rollup_sees for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  comment number: Stands in each record beside its line, so that a number leads back to the file it came from.
  comment problem: Why the import failed: { code, params }.

table public.clearance_import_error
  firm_id uuid not null
  import_id uuid not null
  line integer not null
  is_rejected boolean not null
  problems jsonb not null
  cells text[]
  constraint clearance_import_error_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_import_error_import_id_fkey FOREIGN KEY (import_id) REFERENCES clearance_import(id) ON DELETE CASCADE
  constraint clearance_import_error_pkey PRIMARY KEY (import_id, line)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment problems: All that is wrong with the row: [{ field, code, params, is_error }].
  comment cells: The row as it came, so that it can be downloaded, mended and loaded again.

table public.clearance_item
  firm_id uuid not null
  accepted_year smallint not null
  declaration_no bigint not null
  item_no smallint not null
  category text
  is_category_derived boolean not null default false
  hs_code text
  product_name text
  import_no integer not null
  line integer not null
  constraint clearance_item_firm_id_accepted_year_declaration_no_fkey FOREIGN KEY (firm_id, accepted_year, declaration_no) REFERENCES clearance(firm_id, accepted_year, declaration_no) ON DELETE CASCADE
  constraint clearance_item_item_no_check CHECK (((item_no >= 1) AND (item_no <= 999)))
  constraint clearance_item_pkey PRIMARY KEY (firm_id, accepted_year, declaration_no, item_no)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  comment on it: The further goods items of a declaration; the first one is in the declaration itself.

table public.clearance_month
  firm_id uuid not null
  direction text not null
  month date not null
  is_stale boolean not null default true
  changed_at timestamp with time zone not null default now()
  constraint clearance_month_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_month_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_month_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
  constraint clearance_month_pkey PRIMARY KEY (firm_id, direction, month)
  CREATE INDEX clearance_month_stale ON public.clearance_month USING btree (firm_id) WHERE is_stale
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant delete, select, update to greenlane_worker
  comment on it: The months with records of a firm. While one is stale its cells are not read: answers come from its records.

table public.clearance_other_years partition of clearance DEFAULT

table public.clearance_revision
  firm_id uuid not null
  accepted_year smallint not null
  declaration_no bigint not null
  item_no smallint not null
  revision_no integer not null
  direction text not null
  customs_office text not null
  channel text
  category text
  is_category_derived boolean not null default false
  hs_code text
  product_name text
  arrived_at timestamp with time zone
  declared_at timestamp with time zone not null
  inspection_notified_at timestamp with time zone
  inspected_at timestamp with time zone
  released_at timestamp with time zone
  import_no integer not null
  line integer not null
  superseded_at timestamp with time zone not null default now()
  superseded_import_no integer not null
  superseded_line integer not null
  constraint clearance_revision_channel_check CHECK ((channel = ANY (ARRAY['green'::text, 'ordinary'::text])))
  constraint clearance_revision_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_revision_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_revision_pkey PRIMARY KEY (firm_id, accepted_year, declaration_no, item_no, revision_no)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: States that a later file corrected. A row equal to one of them is a duplicate and not news.

table public.clearance_setting
  firm_id uuid not null
  min_n integer not null default 30
  constraint clearance_setting_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_setting_min_n_check CHECK (((min_n >= 1) AND (min_n <= 100000)))
  constraint clearance_setting_pkey PRIMARY KEY (firm_id)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: One row a firm; whoever writes records or cells of the firm locks it first, so that writers never meet.

table public.clearance_tally
  firm_id uuid not null
  direction text not null
  day date not null
  customs_office text not null
  channel text not null
  category text not null
  is_extra boolean not null
  declared integer not null
  released integer not null
  inspected integer not null
  within_a_minute integer not null
  listed integer not null
  arrived integer not null
  prior integer not null
  constraint clearance_tally_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_tally_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_tally_pkey PRIMARY KEY (firm_id, direction, day, customs_office, channel, category, is_extra)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: Declarations of a day, and how many of them are released, were inspected, or were released within a minute. A - stands for not given.
  comment is_extra: A further category of declarations that are counted under their first one: sums over all categories leave it out.
  comment listed: With at least one goods item of a named category of the programme.
  comment arrived: With a time of arrival.
  comment prior: Declared before arrival, which is legal.

table public.cohort_cell
  measure text not null
  direction text not null
  grain text not null
  shape smallint not null
  period_start date not null
  customs_office text not null
  category text not null
  channel text not null
  n integer not null
  sum_seconds bigint not null
  min_seconds integer not null
  max_seconds integer not null
  p10_seconds double precision not null
  p50_seconds double precision not null
  p90_seconds double precision not null
  p95_seconds double precision not null
  seconds integer[]
  bins smallint[]
  counts integer[]
  firms integer not null
  as_of timestamp with time zone not null
  constraint cohort_cell_check CHECK (((seconds IS NULL) <> (bins IS NULL)))
  constraint cohort_cell_check1 CHECK (((bins IS NULL) = (counts IS NULL)))
  constraint cohort_cell_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint cohort_cell_firms_check CHECK ((firms >= 5))
  constraint cohort_cell_grain_check CHECK ((grain = ANY (ARRAY['month'::text, 'week'::text, 'day'::text])))
  constraint cohort_cell_measure_check CHECK ((measure = ANY (ARRAY['declared_to_released'::text, 'arrived_to_released'::text, 'declared_to_inspected'::text, 'arrived_to_declared'::text, 'declared_to_arrived'::text, 'inspected_to_released'::text])))
  constraint cohort_cell_min_seconds_check CHECK ((min_seconds >= 0))
  constraint cohort_cell_n_check CHECK ((n > 0))
  constraint cohort_cell_pkey PRIMARY KEY (measure, direction, grain, shape, period_start, customs_office, category, channel)
  constraint cohort_cell_shape_check CHECK (((shape >= 0) AND (shape <= 7)))
  row level security, forced
  policy readable for select to greenlane_app using true
  policy rollup for all to greenlane_worker using true check true
  grant select to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: Hours over all firms, each declaration once; a cell of fewer than 5 firms is never written.

table public.cohort_month
  direction text not null
  month date not null
  as_of timestamp with time zone not null
  constraint cohort_month_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint cohort_month_pkey PRIMARY KEY (direction, month)
  row level security, forced
  policy readable for select to greenlane_app using true
  policy rollup for all to greenlane_worker using true check true
  grant select to greenlane_app
  grant delete, insert, select, update to greenlane_worker

table public.customs_district
  code text not null
  name text not null
  name_zh text not null
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint customs_district_code_check CHECK ((code ~ '^[0-9]{2}00$'::text))
  constraint customs_district_pkey PRIMARY KEY (code)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: A customs authority directly under GACC; the first two digits of its offices.
  comment edited_at: When the operator last changed the row: loading reference data leaves it alone from then on.

table public.customs_office
  code text not null
  district_code text not null
  name text
  name_zh text
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint customs_office_check CHECK ((substr(code, 1, 2) = substr(district_code, 1, 2)))
  constraint customs_office_code_check CHECK ((code ~ '^[0-9]{4}$'::text))
  constraint customs_office_district_code_fkey FOREIGN KEY (district_code) REFERENCES customs_district(code)
  constraint customs_office_pkey PRIMARY KEY (code)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker

table public.document
  id uuid not null default gen_random_uuid()
  firm_id uuid
  sha256 text not null
  byte_count integer not null
  media_type text not null
  file_name text not null
  file_name_given text
  state text not null
  text text
  text_characters integer not null generated as COALESCE(char_length(text), 0)
  text_truncated boolean not null default false
  page_count integer
  extractor text
  extractor_version smallint
  problem text
  next_attempt_at timestamp with time zone
  lease_token uuid
  attempts smallint not null default 0
  created_at timestamp with time zone not null default now()
  created_by uuid
  constraint document_byte_count_check CHECK ((byte_count > 0))
  constraint document_file_name_check CHECK (((length(file_name) >= 1) AND (length(file_name) <= 255)))
  constraint document_file_name_given_check CHECK (((length(file_name_given) >= 1) AND (length(file_name_given) <= 1000)))
  constraint document_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id)
  constraint document_firm_id_sha256_key UNIQUE NULLS NOT DISTINCT (firm_id, sha256)
  constraint document_media_type_check CHECK (((length(media_type) >= 3) AND (length(media_type) <= 255)))
  constraint document_page_count_check CHECK ((page_count >= 0))
  constraint document_pkey PRIMARY KEY (id)
  constraint document_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint document_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'extracted'::text, 'no_text'::text, 'failed'::text])))
  CREATE INDEX document_due ON public.document USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL)
  CREATE INDEX document_owner_created_at ON public.document USING btree (firm_id, created_at DESC, id)
  row level security, forced
  policy document_as_job for all to greenlane_worker using true check true
  policy document_of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant insert, select to greenlane_app
  comment on it: A file kept as evidence or source, once per owner and content.
  comment firm_id: The firm it belongs to; null for the operator.
  comment media_type: What the bytes are, whatever the name or the sender said.
  comment file_name: Safe to save under; ends as the media type says.
  comment file_name_given: The name as it was given, for showing; null when there was none.
  comment text: Pages of a PDF and sheets of a workbook are parted by a form feed.
  comment next_attempt_at: When extraction is due, or when the lease of its worker ends; null when nothing is to be done.
  comment created_by: The person or key that sent it; null when a job fetched it.

table public.document_content
  document_id uuid not null
  firm_id uuid
  content bytea not null
  constraint document_content_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id) ON DELETE CASCADE
  constraint document_content_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id)
  constraint document_content_pkey PRIMARY KEY (document_id)
  row level security, forced
  policy document_content_of_job for select to greenlane_worker using (EXISTS ( SELECT
   FROM document d
  WHERE ((d.id = document_content.document_id) AND (d.lease_token = (NULLIF(current_setting('app.lease_token'::text, true), ''::text))::uuid))))
  policy document_content_of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check (((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) AND (EXISTS ( SELECT
   FROM document d
  WHERE ((d.id = document_content.document_id) AND (NOT (d.firm_id IS DISTINCT FROM document_content.firm_id))))))
  grant insert, select to greenlane_app
  comment on it: The bytes of a document, apart so that lists never touch them.

table public.idempotency_key
  actor_id uuid not null
  key text not null
  request_hash text not null
  status smallint
  answer text
  created_at timestamp with time zone not null default now()
  constraint idempotency_key_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
  constraint idempotency_key_pkey PRIMARY KEY (actor_id, key)
  CREATE INDEX idempotency_key_created_at ON public.idempotency_key USING btree (created_at)
  grant delete, insert, select, update to greenlane_app
  grant delete, select to greenlane_worker
  comment status: HTTP status of the stored answer; null while the request runs.

table public.programme
  slug text not null
  district_code text not null
  name text not null
  name_zh text not null
  state text not null
  started_on date
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint programme_check CHECK (((state = 'under_study'::text) = (started_on IS NULL)))
  constraint programme_district_code_fkey FOREIGN KEY (district_code) REFERENCES customs_district(code)
  constraint programme_pkey PRIMARY KEY (slug)
  constraint programme_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{0,62}$'::text))
  constraint programme_state_check CHECK ((state = ANY (ARRAY['under_study'::text, 'launched'::text, 'ended'::text])))
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment started_on: The day of the launch in China; empty while it is under study.

table public.receipt_status
  vendor text not null default 'default'::text
  code text not null
  event text not null
  meaning text not null
  meaning_zh text
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint receipt_status_code_check CHECK (((length(code) >= 1) AND (length(code) <= 8)))
  constraint receipt_status_event_check CHECK ((event = ANY (ARRAY['submitted'::text, 'accepted'::text, 'rejected'::text, 'docs'::text, 'reviewed'::text, 'inspect'::text, 'released'::text, 'hold'::text, 'void'::text, 'gate'::text, 'closed'::text])))
  constraint receipt_status_pkey PRIMARY KEY (vendor, code)
  constraint receipt_status_vendor_check CHECK ((vendor ~ '^[a-z0-9-]{1,40}$'::text))
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: What a receipt code of a vendor means; vendors differ, so that the operator edits it.
