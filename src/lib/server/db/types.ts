// Written by npm run schema; never edit it.

import type { ColumnType } from "kysely";

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface AuthAccount {
  access_token: string | null;
  access_token_expires_at: Timestamp | null;
  account_id: string;
  created_at: Generated<Timestamp>;
  id: Generated<string>;
  id_token: string | null;
  /**
   * A salted scrypt hash, made and checked by better-auth.
   */
  password: string | null;
  provider_id: string;
  refresh_token: string | null;
  refresh_token_expires_at: Timestamp | null;
  scope: string | null;
  updated_at: Generated<Timestamp>;
  user_id: string;
}

export interface AuthApiKey {
  created_at: Generated<Timestamp>;
  created_by: string | null;
  expires_at: Timestamp;
  firm_id: string | null;
  id: Generated<string>;
  last_used_at: Timestamp | null;
  name: string;
  /**
   * The first characters of the secret, to tell keys apart.
   */
  prefix: string;
  revoked_at: Timestamp | null;
  scopes: string[];
  /**
   * Of the whole secret, which is shown once and kept nowhere.
   */
  sha256: Buffer;
}

export interface AuthFirm {
  created_at: Generated<Timestamp>;
  customs_office: Generated<string>;
  id: Generated<string>;
  is_sample: Generated<boolean>;
  language: Generated<string>;
  name: string;
  slug: string;
  time_zone: Generated<string>;
  uscc: string | null;
}

export interface AuthFirmGrant {
  created_at: Generated<Timestamp>;
  firm_id: string;
  granted_by: string | null;
  grantee_firm_id: string;
  id: Generated<string>;
  revoked_at: Timestamp | null;
  role: string;
}

export interface AuthMember {
  created_at: Generated<Timestamp>;
  firm_id: string;
  id: Generated<string>;
  role: string;
  user_id: string;
}

export interface AuthOperatorMember {
  created_at: Generated<Timestamp>;
  role: string;
  user_id: string;
}

export interface AuthSession {
  /**
   * The firm the person works in; without one, the first membership.
   */
  active_firm_id: string | null;
  created_at: Generated<Timestamp>;
  expires_at: Timestamp;
  id: Generated<string>;
  ip_address: string | null;
  token: string;
  updated_at: Generated<Timestamp>;
  user_agent: string | null;
  user_id: string;
}

export interface AuthSetupLink {
  created_at: Generated<Timestamp>;
  sha256: Buffer;
  used_at: Timestamp | null;
}

export interface AuthSignInAttempt {
  attempts: number;
  /**
   * Hash of an e-mail address or of a network address.
   */
  subject: string;
  window_started_at: Timestamp;
}

export interface AuthUser {
  created_at: Generated<Timestamp>;
  email: string;
  email_verified: Generated<boolean>;
  id: Generated<string>;
  image: string | null;
  name: string;
  updated_at: Generated<Timestamp>;
}

export interface AuthVerification {
  created_at: Generated<Timestamp>;
  expires_at: Timestamp;
  id: Generated<string>;
  identifier: string;
  updated_at: Generated<Timestamp>;
  value: string;
}

export interface IdempotencyKey {
  actor_id: string;
  answer: string | null;
  created_at: Generated<Timestamp>;
  key: string;
  request_hash: string;
  /**
   * HTTP status of the stored answer; null while the request runs.
   */
  status: number | null;
}

export interface DB {
  "auth.account": AuthAccount;
  "auth.api_key": AuthApiKey;
  "auth.firm": AuthFirm;
  "auth.firm_grant": AuthFirmGrant;
  "auth.member": AuthMember;
  "auth.operator_member": AuthOperatorMember;
  "auth.session": AuthSession;
  "auth.setup_link": AuthSetupLink;
  "auth.sign_in_attempt": AuthSignInAttempt;
  "auth.user": AuthUser;
  "auth.verification": AuthVerification;
  idempotency_key: IdempotencyKey;
}
