// Written by npm run schema; never edit it.

import type { ColumnType } from "kysely";

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

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
  "auth.firm": AuthFirm;
  idempotency_key: IdempotencyKey;
}
