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
