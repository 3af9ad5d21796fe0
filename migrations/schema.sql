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
