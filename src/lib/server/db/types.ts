// Written by npm run schema; never edit it.

import type { ColumnType } from "kysely";

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Int8 = ColumnType<string, bigint | number | string, bigint | number | string>;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export type Numeric = ColumnType<string, number | string, number | string>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface Alert {
  acknowledged_at: Timestamp | null;
  created_at: Generated<Timestamp>;
  due_on: string | null;
  event_id: Int8;
  firm_id: string | null;
  id: Generated<string>;
  /**
   * What the change does to the firm's own products, where it is known.
   */
  impact: Json | null;
  in_inbox: boolean;
  owner_id: string | null;
  /**
   * The subscriptions that it fits: { subscription_id, user_id, and the topic as it was asked for }.
   */
  reasons: Generated<Json>;
  state: Generated<string>;
  updated_at: Generated<Timestamp>;
}

export interface AlertAct {
  act: string;
  actor_id: string | null;
  actor_kind: string;
  actor_name: string;
  alert_id: string;
  at: Generated<Timestamp>;
  firm_id: string | null;
  id: Generated<Int8>;
  note: string | null;
  value: string | null;
}

export interface AlertEscalation {
  alert_id: string;
  at: Timestamp;
  firm_id: string;
  id: Generated<string>;
  step: string;
}

export interface AlertWithheld {
  at: Generated<Timestamp>;
  event_id: Int8;
  exclusion_id: string;
  firm_id: string | null;
  id: Generated<string>;
  subscription_id: string;
}

export interface AnnexLine {
  clause: string | null;
  /**
   * A person has confirmed the slot.
   */
  confirmed: Generated<boolean>;
  line: number;
  /**
   * The requirement that it belongs to; null until it is placed.
   */
  slot: number | null;
  title: string;
  version_id: string;
}

export interface AuditChainHead {
  is_only: Generated<boolean>;
  sequence: Generated<Int8>;
  sha256: Generated<string>;
}

export interface AuditEntry {
  action: string;
  actor_id: string | null;
  actor_kind: string;
  actor_name: string | null;
  address: string | null;
  detail: Generated<Json>;
  /**
   * When what names a person was taken out by law; the link keeps the hash of the whole row.
   */
  erased_at: Timestamp | null;
  firm_id: string | null;
  id: Generated<string>;
  kind: string;
  occurred_at: Generated<Timestamp>;
  outcome: string;
  request_id: string | null;
  /**
   * The link that seals it; null for the minute until the job comes.
   */
  sequence: Int8 | null;
  status: number | null;
  subject: string | null;
  user_agent: string | null;
}

export interface AuditLink {
  content_sha256: string;
  entry_id: string;
  previous_sha256: string;
  sealed_at: Timestamp;
  sequence: Int8;
  sha256: string;
}

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
  last_used_address: string | null;
  last_used_at: Timestamp | null;
  name: string;
  /**
   * The first characters of the secret, to tell keys apart.
   */
  prefix: string;
  /**
   * The key that this one takes over from, which ends after the overlap.
   */
  replaces: string | null;
  /**
   * Null: no limit of its own.
   */
  requests_per_minute: number | null;
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
  /**
   * The firm asked to be deleted; until then it may change its mind.
   */
  delete_after: Timestamp | null;
  delete_asked_by: string | null;
  id: Generated<string>;
  is_sample: Generated<boolean>;
  language: Generated<string>;
  name: string;
  /**
   * People without a second factor see nothing of the firm until they have one.
   */
  requires_second_factor: Generated<boolean>;
  slug: string;
  /**
   * Since when the operator keeps people and keys of the firm out; its rows stay.
   */
  suspended_at: Timestamp | null;
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

export interface AuthInvitation {
  accepted_at: Timestamp | null;
  accepted_by: string | null;
  created_at: Generated<Timestamp>;
  email: string;
  expires_at: Timestamp;
  firm_id: string | null;
  id: Generated<string>;
  invited_by: string | null;
  language: string;
  revoked_at: Timestamp | null;
  role: string;
  /**
   * Of the token in the link, which is shown and mailed once and kept nowhere.
   */
  sha256: Buffer;
}

export interface AuthKeyUse {
  key_id: string;
  minute: Timestamp;
  requests: number;
}

export interface AuthMember {
  created_at: Generated<Timestamp>;
  firm_id: string;
  id: Generated<string>;
  role: string;
  user_id: string;
}

export interface AuthOidcProvider {
  client_id: string;
  client_secret_sealed: Buffer;
  created_at: Generated<Timestamp>;
  /**
   * The provider speaks for e-mail addresses of this domain, and for no others.
   */
  domain: string;
  firm_id: string;
  issuer: string;
  updated_at: Generated<Timestamp>;
}

export interface AuthOperatorMember {
  created_at: Generated<Timestamp>;
  role: string;
  user_id: string;
}

export interface Authority {
  name: string | null;
  name_zh: string | null;
  slug: string;
}

export interface AuthPasskey {
  aaguid: string | null;
  backed_up: boolean;
  counter: Int8;
  created_at: Generated<Timestamp>;
  credential_id: string;
  device_type: string;
  id: Generated<string>;
  name: string | null;
  public_key: string;
  transports: string | null;
  user_id: string;
}

export interface AuthSession {
  /**
   * The firm the person works in; without one, the first membership.
   */
  active_firm_id: string | null;
  /**
   * When the person last proved who they are; what matters most asks for it anew.
   */
  confirmed_at: Generated<Timestamp>;
  created_at: Generated<Timestamp>;
  expires_at: Timestamp;
  id: Generated<string>;
  ip_address: string | null;
  /**
   * Begun by the word of this firm's own provider: such a session opens this firm and no other.
   */
  provider_firm_id: string | null;
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

export interface AuthSignInSetting {
  changed_at: Timestamp | null;
  changed_by: string | null;
  is_only: Generated<boolean>;
  requires_verified_email: Generated<boolean>;
}

export interface AuthSupportAccess {
  created_at: Generated<Timestamp>;
  expires_at: Timestamp;
  firm_id: string;
  given_by: string | null;
  id: Generated<string>;
  reason: string;
  revoked_at: Timestamp | null;
}

export interface AuthTwoFactor {
  backup_codes: string;
  failed_verification_count: Generated<number>;
  id: Generated<string>;
  locked_until: Timestamp | null;
  /**
   * Encrypted by better-auth with the secret in the data directory, like backup_codes.
   */
  secret: string;
  user_id: string;
  verified: Generated<boolean>;
}

export interface AuthUsedCode {
  sha256: Buffer;
  used_at: Timestamp;
  user_id: string;
}

export interface AuthUser {
  created_at: Generated<Timestamp>;
  email: string;
  email_verified: Generated<boolean>;
  id: Generated<string>;
  image: string | null;
  name: string;
  /**
   * Whether signing in takes a code besides the password.
   */
  two_factor_enabled: Generated<boolean>;
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

export interface Baseline {
  definition_confirmed: Generated<boolean>;
  derivation: string | null;
  derivation_zh: string | null;
  direction: string;
  hours: number;
  hours_high: number | null;
  hours_low: number | null;
  id: Generated<string>;
  is_default: Generated<boolean>;
  is_derived: Generated<boolean>;
  measure: string;
  note: string | null;
  note_zh: string | null;
  period_from: string | null;
  period_to: string | null;
  population: string;
  population_zh: string | null;
  recorded_at: Generated<Timestamp>;
  recorded_by: string | null;
  reference_key: string | null;
  source_title: string;
  source_title_zh: string | null;
  source_url: string | null;
}

export interface Category {
  /**
   * Names by which records call it; a product name that ends with one belongs to the category.
   */
  aliases: Generated<string[]>;
  confirmed: boolean;
  edited_at: Timestamp | null;
  /**
   * HS codes or headings that are plausible for it; several, because sources disagree.
   */
  hs_candidates: Generated<string[]>;
  name: string | null;
  name_zh: string | null;
  slot: number;
  slug: string | null;
  source: string;
}

export interface CategoryHistory {
  /**
   * Null where the category was taken away.
   */
  content: Json | null;
  id: Generated<Int8>;
  recorded_at: Generated<Timestamp>;
  slug: string;
}

export interface ClauseMapping {
  approved_at: Timestamp | null;
  approved_by: string | null;
  approved_by_name: string | null;
  confirmed: Generated<boolean>;
  drafted_at: Timestamp;
  drafted_by: string;
  drafted_by_name: string;
  from_path: string | null;
  from_slug: string;
  id: Generated<string>;
  is_one_person: Generated<boolean>;
  note: string | null;
  source: string | null;
  to_path: string | null;
  to_slug: string;
}

export interface Clearance {
  accepted_year: number;
  arrived_at: Timestamp | null;
  category: string | null;
  channel: string | null;
  customs_office: string;
  declaration_no: Int8;
  declared_at: Timestamp;
  direction: string;
  firm_id: string;
  hs_code: string | null;
  import_no: number;
  inspected_at: Timestamp | null;
  inspection_notified_at: Timestamp | null;
  is_category_derived: Generated<boolean>;
  item_no: Generated<number>;
  line: number;
  product_name: string | null;
  released_at: Timestamp | null;
}

export interface ClearanceCell {
  category: string;
  channel: string;
  customs_office: string;
  direction: string;
  /**
   * Packed: every value where is_exact, else each log-bin with its count (packed-values.ts).
   */
  durations: Buffer;
  firm_id: string;
  grain: string;
  is_exact: boolean;
  max_seconds: number;
  measure: string;
  min_seconds: number;
  n: number;
  /**
   * With p50 and p90: what a point of a line shows, so that its values need not be read.
   */
  p10_seconds: number;
  p50_seconds: number;
  p90_seconds: number;
  period_start: string;
  /**
   * Which dimensions are single: 1 office, 2 category, 4 channel.
   */
  shape: number;
  sum_seconds: Int8;
}

export interface ClearanceCode {
  at: Timestamp;
  code: string;
  declaration_no: Int8;
  firm_id: string;
  reference: string | null;
  state: string;
  status: string;
  status_id: Int8;
}

export interface ClearanceColumns {
  chosen_at: Generated<Timestamp>;
  chosen_by: string | null;
  /**
   * The choice where it differs from what the names say: places (#3) to fields, null to leave out.
   */
  columns: Json;
  firm_id: string;
  header: string[];
  header_digest: Buffer;
  kind: string;
  used_at: Generated<Timestamp>;
}

export interface ClearanceDay {
  /**
   * With a time of arrival.
   */
  arrived: number;
  arrived_to_declared: Buffer | null;
  arrived_to_released: Buffer | null;
  category: string;
  channel: string;
  customs_office: string;
  day: string;
  declared: number;
  declared_to_arrived: Buffer | null;
  declared_to_inspected: Buffer | null;
  declared_to_released: Buffer | null;
  direction: string;
  firm_id: string;
  inspected: number;
  inspected_to_released: Buffer | null;
  /**
   * A further category of declarations that are counted under their first one: sums over all categories leave it out.
   */
  is_extra: boolean;
  /**
   * With at least one goods item of a named category of the programme.
   */
  listed: number;
  /**
   * Declared before arrival, which is legal.
   */
  prior: number;
  released: number;
  within_a_minute: number;
}

export interface ClearanceImport {
  accepted: Generated<number>;
  actor_id: string | null;
  bytes_read: Generated<Int8>;
  bytes_total: Int8 | null;
  charset: string | null;
  corrected: Generated<number>;
  duplicates: Generated<number>;
  file_name: string | null;
  finished_at: Timestamp | null;
  firm_id: string;
  /**
   * Whose records the rows became, where the file had rows of clients: [{ slug, name, … }].
   */
  firms: Json | null;
  format: string;
  header: Generated<string[]>;
  id: Generated<string>;
  /**
   * Stands in each record beside its line, so that a number leads back to the file it came from.
   */
  number: Generated<number>;
  /**
   * A file, or a change of the tables of receipt codes.
   */
  origin: Generated<string>;
  /**
   * Why the import failed: { code, params }.
   */
  problem: Json | null;
  progressed_at: Generated<Timestamp>;
  received: Generated<number>;
  /**
   * Declarations that a receipt stream made known; null for other files.
   */
  records: number | null;
  rejected: Generated<number>;
  /**
   * Of a workbook: { name, others }, the sheet that was read and those that were not.
   */
  sheet: Json | null;
  started_at: Generated<Timestamp>;
  state: Generated<string>;
  vendor: string | null;
  warnings: Generated<number>;
}

export interface ClearanceImportError {
  /**
   * The row as it came, so that it can be downloaded, mended and loaded again.
   */
  cells: string[] | null;
  firm_id: string;
  import_id: string;
  is_rejected: boolean;
  line: number;
  /**
   * All that is wrong with the row: [{ field, code, params, is_error }].
   */
  problems: Json;
}

export interface ClearanceItem {
  accepted_year: number;
  category: string | null;
  declaration_no: Int8;
  firm_id: string;
  hs_code: string | null;
  import_no: number;
  is_category_derived: Generated<boolean>;
  item_no: number;
  line: number;
  product_name: string | null;
}

export interface ClearanceMonth {
  changed_at: Generated<Timestamp>;
  direction: string;
  firm_id: string;
  is_stale: Generated<boolean>;
  month: string;
}

export interface ClearanceReceipt {
  code: string;
  customs_office: string | null;
  /**
   * 0: the receipt came before there was a number, and is found by that of the pre-entry.
   */
  declaration_no: Generated<Int8>;
  declared_at: Timestamp | null;
  /**
   * Of everything that the receipt says: the same receipt again is the same row.
   */
  digest: Buffer;
  firm_id: string;
  import_no: number;
  is_declared_day: Generated<boolean>;
  line: number;
  note: string | null;
  notice_at: Timestamp;
  pre_entry_no: Generated<string>;
  received_at: Generated<Timestamp>;
  vendor: string;
}

export interface ClearanceReceiptReading {
  answered_at: Generated<Timestamp>;
  answered_by: string | null;
  code: string;
  event: string;
  firm_id: string;
  reopens: boolean;
  vendor: string;
}

export interface ClearanceReceiptRecord {
  customs_office: string;
  declaration_no: Int8;
  declared_at: Timestamp | null;
  firm_id: string;
  inspection_notified_at: Timestamp | null;
  is_closed_unreleased: boolean;
  is_reopened: boolean;
  released_at: Timestamp | null;
}

export interface ClearanceReceiptState {
  /**
   * How far computing again by changed tables has come.
   */
  computed_to: Generated<Int8>;
  firm_id: string;
  is_stale: Generated<boolean>;
  /**
   * The tables by which all records of the firm were last computed.
   */
  table_digest: string;
  /**
   * The system of the last import, offered for the next.
   */
  vendor: string;
}

export interface ClearanceRevision {
  accepted_year: number;
  arrived_at: Timestamp | null;
  category: string | null;
  channel: string | null;
  customs_office: string;
  declaration_no: Int8;
  declared_at: Timestamp;
  direction: string;
  firm_id: string;
  hs_code: string | null;
  import_no: number;
  inspected_at: Timestamp | null;
  inspection_notified_at: Timestamp | null;
  is_category_derived: Generated<boolean>;
  item_no: number;
  line: number;
  product_name: string | null;
  released_at: Timestamp | null;
  revision_no: number;
  superseded_at: Generated<Timestamp>;
  superseded_import_no: number;
  superseded_line: number;
}

export interface ClearanceSetting {
  firm_id: string;
  min_n: Generated<number>;
}

export interface ClearanceTally {
  arrived: number;
  category: string;
  channel: string;
  customs_office: string;
  declared: number;
  direction: string;
  firm_id: string;
  inspected: number;
  is_extra: boolean;
  listed: number;
  month: string;
  prior: number;
  released: number;
  within_a_minute: number;
}

export interface CodePlatform {
  created_at: Generated<Timestamp>;
  firm_id: string;
  id: Generated<string>;
  last_event_at: Timestamp | null;
  name: string;
  revoked_at: Timestamp | null;
  secret_sealed: Buffer;
}

export interface CodeStatus {
  at: Timestamp;
  code: string;
  declaration_no: Int8;
  firm_id: string;
  id: Generated<Int8>;
  origin: string;
  platform_id: string | null;
  received_at: Generated<Timestamp>;
  reference: string | null;
  state: string;
  /**
   * The word of the platform; state is how it is read here.
   */
  status: string;
}

export interface CohortCell {
  bins: number[] | null;
  category: string;
  channel: string;
  counts: number[] | null;
  customs_office: string;
  direction: string;
  firms: number;
  is_sample: boolean;
  max_seconds: number;
  measure: string;
  min_seconds: number;
  month: string;
  n: number;
  seconds: number[] | null;
  /**
   * Which dimensions are single: 1 office, 2 category, 4 channel, 8 district.
   */
  shape: number;
  sum_seconds: Int8;
}

export interface CohortDue {
  direction: string;
  id: Generated<Int8>;
  month: string;
  noted_at: Generated<Timestamp>;
}

export interface CohortMonth {
  /**
   * The records that were stored by then are in its numbers.
   */
  as_of: Timestamp;
  direction: string;
  is_sample: boolean;
  month: string;
}

export interface Component {
  firm_id: string;
  id: Generated<string>;
  material: string | null;
  name: string;
  name_key: string;
  product_id: string;
  supplier_id: string | null;
  /**
   * teething: a child puts it in the mouth; sleep: part of a product that a child sleeps in.
   */
  use: string;
}

export interface CustomsDistrict {
  code: string;
  confirmed: boolean;
  /**
   * When the operator last changed the row: loading reference data leaves it alone from then on.
   */
  edited_at: Timestamp | null;
  name: string;
  name_zh: string;
  source: string;
}

export interface CustomsOffice {
  code: string;
  confirmed: boolean;
  district_code: string;
  edited_at: Timestamp | null;
  name: string | null;
  name_zh: string | null;
  source: string;
}

export interface Delivery {
  alert_id: string | null;
  /**
   * Of this round: a replay begins anew. All of them stand in delivery_attempt.
   */
  attempts: Generated<number>;
  channel: string;
  created_at: Generated<Timestamp>;
  digest_id: string | null;
  endpoint_id: string | null;
  finished_at: Timestamp | null;
  firm_id: string | null;
  id: Generated<string>;
  language: string;
  lease_token: string | null;
  leased_until: Timestamp | null;
  next_attempt_at: Generated<Timestamp>;
  /**
   * Why the last attempt failed, or why there will be none.
   */
  problem: string | null;
  state: Generated<string>;
  user_id: string | null;
}

export interface DeliveryAttempt {
  delivery_id: string;
  detail: string | null;
  duration_ms: number;
  firm_id: string | null;
  id: Generated<Int8>;
  is_success: boolean;
  next_attempt_at: Timestamp | null;
  number: number;
  problem: string | null;
  started_at: Timestamp;
  status: number | null;
}

export interface Digest {
  channel: string;
  created_at: Generated<Timestamp>;
  endpoint_id: string | null;
  firm_id: string | null;
  id: Generated<string>;
  mode: string;
  period_end: Timestamp;
  user_id: string | null;
}

export interface DigestEntry {
  alert_id: string;
  channel: string;
  digest_id: string | null;
  endpoint_id: string | null;
  firm_id: string | null;
  id: Generated<Int8>;
  language: string;
  mode: string;
  period_end: Timestamp;
  user_id: string | null;
}

export interface Document {
  attempts: Generated<number>;
  byte_count: number;
  created_at: Generated<Timestamp>;
  /**
   * The person or key that sent it; null when a job fetched it.
   */
  created_by: string | null;
  extractor: string | null;
  extractor_version: number | null;
  /**
   * Safe to save under; ends as the media type says.
   */
  file_name: string;
  /**
   * The name as it was given, for showing; null when there was none.
   */
  file_name_given: string | null;
  /**
   * The firm it belongs to; null for the operator.
   */
  firm_id: string | null;
  id: Generated<string>;
  lease_token: string | null;
  /**
   * What the bytes are, whatever the name or the sender said.
   */
  media_type: string;
  /**
   * When extraction is due, or when the lease of its worker ends; null when nothing is to be done.
   */
  next_attempt_at: Timestamp | null;
  page_count: number | null;
  problem: string | null;
  sha256: string;
  state: string;
  /**
   * Pages of a PDF and sheets of a workbook are parted by a form feed.
   */
  text: string | null;
  text_characters: Generated<number>;
  text_truncated: Generated<boolean>;
}

export interface DocumentContent {
  content: Buffer;
  document_id: string;
  firm_id: string | null;
}

export interface EligibilityDecision {
  actor_id: string;
  actor_kind: string;
  category_state_sha256: string;
  decided_at: Timestamp;
  declaration_date: string;
  expected_hours: Json | null;
  firm_id: string;
  id: string;
  /**
   * The text that was decided on; null where only its hash is kept, and the asker holds the input.
   */
  input: string | null;
  input_sha256: string;
  known_at: Timestamp;
  lab_state_sha256: string | null;
  /**
   * Code, clause and result of each check that did not pass.
   */
  open_checks: Json;
  outcome: string;
  /**
   * Versions are never deleted, so that a foreign key would cost each decision a look-up and hold nothing.
   */
  programme_version_id: string | null;
  reference: string | null;
  rule_state: string;
  standard_version_id: string | null;
  subject: string | null;
  valid_until: string | null;
  verdict_sha256: string;
}

export interface EligibilityRedecision {
  at: Generated<Timestamp>;
  decision_id: string;
  firm_id: string;
  new_decision_id: string;
}

export interface EligibilityShare {
  decision_id: string;
  firm_id: string;
  shared_at: Generated<Timestamp>;
  shared_by: string;
}

export interface Endpoint {
  created_at: Generated<Timestamp>;
  deleted_at: Timestamp | null;
  description: string | null;
  /**
   * The first failure since the last success.
   */
  failing_since: Timestamp | null;
  firm_id: string | null;
  format: Generated<string>;
  id: Generated<string>;
  /**
   * Its last attempt failed or took long: it is served apart, so that others do not wait.
   */
  is_slow: Generated<boolean>;
  last_success_at: Timestamp | null;
  secret_before_sealed: Buffer | null;
  /**
   * Until then messages carry a signature by the secret before as well.
   */
  secret_before_until: Timestamp | null;
  /**
   * AES-256-GCM; the key is derived from the secret in DATA_DIR.
   */
  secret_sealed: Buffer;
  signing_key_sealed: Buffer | null;
  signing_public_key: string | null;
  state: Generated<string>;
  state_reason: string | null;
  state_since: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
  url: string;
}

export interface EscalationSetting {
  /**
   * Before the day of force; null: not at all.
   */
  deputy_days: number | null;
  /**
   * Null: the owners and compliance managers.
   */
  deputy_id: string | null;
  executive_days: number | null;
  firm_id: string | null;
  id: Generated<string>;
  /**
   * So long each of them has before the next one is told, however near the day is.
   */
  patience_hours: number;
  updated_at: Generated<Timestamp>;
}

export interface Event {
  audience: string;
  data: Generated<Json>;
  firm_id: string | null;
  id: Generated<Int8>;
  kind: string;
  occurred_at: Generated<Timestamp>;
  /**
   * The row that it is about, such as the version of rule.published.
   */
  subject_id: string | null;
  /**
   * Of the transaction that wrote it: readers stop at the oldest one that is still open.
   */
  transaction_id: Generated<string>;
  /**
   * The same happening told again, as by a rerun, meets this key.
   */
  unique_key: string;
}

export interface FeedToken {
  created_at: Generated<Timestamp>;
  firm_id: string;
  id: Generated<string>;
  prefix: string;
  revoked_at: Timestamp | null;
  sha256: Buffer;
  user_id: string | null;
}

export interface FirmStanding {
  basis: string;
  customs_office: string;
  firm_id: string;
  horizon: string;
  judged_at: Generated<Timestamp>;
  law: string;
}

export interface GlossaryTerm {
  /**
   * Other spellings in either language.
   */
  aliases: Generated<string[]>;
  changed_at: Generated<Timestamp>;
  confirmed: boolean;
  /**
   * When an analyst last changed or retired it: from then on updates of the program leave it alone.
   */
  edited_at: Timestamp | null;
  en: string;
  id: Generated<string>;
  kind: string;
  /**
   * What we call a term that came with the program; null for those of analysts.
   */
  reference_key: string | null;
  /**
   * Reports are no longer shown by it from then on.
   */
  retired_at: Timestamp | null;
  source: string;
  topic: string | null;
  zh: string;
}

export interface HostGate {
  host: string;
  lease_token: string | null;
  leased_until: Timestamp | null;
  next_allowed_at: Generated<Timestamp>;
  robots: string | null;
  robots_fetched_at: Timestamp | null;
  robots_status: number | null;
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

export interface Instrument {
  /**
   * False where it is known as reported only.
   */
  confirmed: Generated<boolean>;
  created_at: Generated<Timestamp>;
  /**
   * As the issuer writes it: 宁波海关公告2026年第17号, GB 31701—2026.
   */
  document_no: string | null;
  id: Generated<string>;
  issued_on: string | null;
  jurisdiction: Generated<string>;
  kind: string;
  language: string;
  slug: string;
  /**
   * Who says that it is; for what was loaded as reference data.
   */
  source: string | null;
  /**
   * The working title; each version carries the title that was approved with it.
   */
  title: string;
  title_translation: string | null;
  /**
   * The number part of its Akoma Ntoso IRI: 17, gb-31701-2026.
   */
  work_number: string | null;
}

export interface InstrumentAuthority {
  authority_slug: string;
  instrument_id: string;
  /**
   * 1 is the authority named first on the document.
   */
  position: number;
}

export interface Item {
  changed_at: Timestamp;
  detail_state: Generated<string>;
  /**
   * Its own number as written; numbers that it cites stand in its text.
   */
  document_no: string | null;
  effective_on: string | null;
  extractor_version: Generated<number>;
  first_seen_at: Timestamp;
  id: Generated<string>;
  /**
   * Its own document number with the issuer, else its canonical address; with the day where two share one.
   */
  identity: string;
  /**
   * Legal day in Asia/Shanghai; null when the source gives none.
   */
  issued_on: string | null;
  language: string | null;
  /**
   * The revision that the queries were last matched against.
   */
  matched_revision_no: Generated<number>;
  /**
   * The item that this one turned out to be; null for an item of its own.
   */
  merged_into: string | null;
  published_at: Timestamp | null;
  revision_no: Generated<number>;
  /**
   * Made by the program: words of English and pairs of characters of Chinese, folded.
   */
  search: Generated<string>;
  text: Generated<string>;
  text_sha256: string;
  title: string;
  url: string | null;
}

export interface ItemDocument {
  document_id: string | null;
  item_id: string;
  problem: string | null;
  seen_at: Timestamp;
  state: Generated<string>;
  title: string | null;
  url: string;
}

export interface ItemFetch {
  attempted_at: Timestamp | null;
  document_id: string | null;
  etag: string | null;
  /**
   * Of the code that read the page last.
   */
  extractor_version: Generated<number>;
  failures: Generated<number>;
  first_seen_at: Timestamp;
  host: Generated<string>;
  item_id: string;
  kind: string;
  last_modified: string | null;
  lease_token: string | null;
  next_check_at: Timestamp | null;
  ok_at: Timestamp | null;
  problem: Json | null;
  sha256: string | null;
  snapshot_id: string | null;
  source_id: string;
  /**
   * What was read out of a page; the text of a file is in its document.
   */
  text: string | null;
  /**
   * The document whose text stands in the item, once it was read.
   */
  text_of_document_id: string | null;
  title: string | null;
  url: string;
}

export interface ItemRevision {
  item_id: string;
  revision_no: number;
  seen_at: Timestamp;
  snapshot_id: string | null;
  text: string;
  text_sha256: string;
  title: string;
}

export interface ItemSighting {
  first_seen_at: Timestamp;
  item_id: string;
  last_seen_at: Timestamp;
  snapshot_id: string | null;
  source_id: string;
  /**
   * Of the text that the source gave with the item; null where it gave none.
   */
  text_sha256: string | null;
  title: string;
  url: string;
}

export interface LabRecord {
  cnas_id: string;
  /**
   * What was looked at to verify it, such as the entry of the registry with its day.
   */
  evidence: string | null;
  evidence_document_id: string | null;
  id: Generated<string>;
  is_sample: Generated<boolean>;
  name: string;
  name_zh: string | null;
  note: string | null;
  recorded_at: Timestamp;
  recorded_by: string | null;
  /**
   * The sample firm that an invented laboratory was made for; null for all real ones.
   */
  sample_firm_id: string | null;
  /**
   * Accredited scope: a list of {standard, clauses, limitation}; without clauses the whole standard.
   */
  scope: Generated<Json>;
  sites: Generated<Json>;
  status: string;
  /**
   * The first day of which the record speaks; null when it always was so.
   */
  valid_from: string | null;
  /**
   * The last day of which the record speaks; null while no end is known.
   */
  valid_to: string | null;
  verified_at: Timestamp | null;
  verified_by: string | null;
}

export interface LabRegisterHead {
  is_head: Generated<boolean>;
  recorded_at: Generated<Timestamp>;
}

export interface MailStop {
  detail: string | null;
  firm_id: string | null;
  id: Generated<string>;
  reason: string;
  stopped_at: Generated<Timestamp>;
  user_id: string | null;
}

export interface MaterialDeclaration {
  component_id: string;
  created_at: Generated<Timestamp>;
  declared_by: string;
  declared_on: string;
  document_id: string | null;
  firm_id: string;
  flame_retardant_names: string | null;
  flame_retardants: string | null;
  /**
   * A list of {substance, operator, ppm, detection_limit_ppm}.
   */
  heavy_metals: Generated<Json>;
  id: Generated<string>;
  material: string;
  note: string | null;
  origin: string;
  /**
   * A claim is a sentence; evidence is a result with its detection limit, or a report.
   */
  phthalate_basis: string | null;
  phthalate_detection_limit_ppm: Numeric | null;
  phthalate_free: boolean | null;
  request_id: string | null;
  revision: Generated<number>;
  updated_at: Generated<Timestamp>;
}

export interface MessageTemplate {
  body: string;
  channel: string;
  firm_id: string | null;
  id: Generated<string>;
  language: string;
  subject: string;
  updated_at: Generated<Timestamp>;
  updated_by: string;
}

export interface MetricAlert {
  content: Json;
  created_at: Generated<Timestamp>;
  evaluated_at: Timestamp | null;
  firm_id: string;
  id: Generated<string>;
  is_enabled: Generated<boolean>;
  /**
   * Whether subscribers were told that it fires, and not yet that it has recovered.
   */
  is_told: Generated<boolean>;
  last_period: string | null;
  last_value: number | null;
  /**
   * The first of the last periods without data, in which the state is kept; null while there are data.
   */
  no_data_since: string | null;
  revision: Generated<number>;
  state: Generated<string>;
  state_since: string | null;
  told_count: Generated<number>;
  updated_at: Generated<Timestamp>;
}

export interface OperatorRetention {
  keep_days: number;
  kind: string;
  updated_at: Generated<Timestamp>;
}

export interface PendingItem {
  authority: string;
  authority_zh: string | null;
  confirmed: Generated<boolean>;
  created_at: Generated<Timestamp>;
  due_on: string | null;
  edited_at: Timestamp | null;
  id: Generated<string>;
  instrument: string | null;
  note: string | null;
  owner_id: string | null;
  owner_name: string | null;
  provision: string | null;
  query: string;
  reference_key: string | null;
  reference_source: string | null;
  /**
   * Its query was written, and the archive has not been matched against it.
   */
  rematch_due: Generated<boolean>;
  /**
   * The day as of which its first state was reported.
   */
  reported_on: string | null;
  slug: string;
  state: string;
  title: string;
  title_zh: string | null;
}

export interface PendingItemTransition {
  document_id: string | null;
  from_state: string;
  id: Generated<Int8>;
  is_step_back: boolean;
  item_id: string | null;
  moved_at: Generated<Timestamp>;
  moved_by: string | null;
  moved_by_name: string | null;
  note: string | null;
  pending_item_id: string;
  snapshot_id: string | null;
  to_state: string;
}

export interface PortfolioChange {
  act: string;
  actor_id: string | null;
  actor_name: string | null;
  at: Generated<Timestamp>;
  content: Json;
  firm_id: string;
  id: Generated<Int8>;
  noun: string;
  revision: number;
  subject_id: string;
  /**
   * Of the transaction that wrote it: a reader knows by it whether it saw the change.
   */
  transaction_id: Generated<string>;
}

export interface PortfolioImport {
  accepted: number;
  created_at: Generated<Timestamp>;
  created_by: string | null;
  file_name: string | null;
  firm_id: string | null;
  header: Generated<string[]>;
  id: Generated<string>;
  kind: string;
  received: number;
  rejected: number;
  unchanged: number;
}

export interface PortfolioImportRow {
  cells: string[];
  firm_id: string | null;
  import_id: string;
  line: number;
  problems: Json;
}

export interface Product {
  category: string | null;
  code: string;
  created_at: Generated<Timestamp>;
  firm_id: string;
  /**
   * Fourteen digits with a right check digit, shorter ones with zeros in front.
   */
  gtin: string | null;
  /**
   * Candidates, the likeliest first: sources disagree on some goods.
   */
  hs_codes: Generated<string[]>;
  id: Generated<string>;
  model: string | null;
  name: string;
  name_zh: string | null;
  origin_province: string | null;
  revision: Generated<number>;
  updated_at: Generated<Timestamp>;
}

export interface ProductStanding {
  checks: Json;
  firm_id: string;
  /**
   * Of what the firm itself says of the product: where it differs, the firm made the change.
   */
  input_sha256: string;
  outcome: string;
  product_id: string;
  valid_until: string | null;
}

export interface ProductSupplier {
  firm_id: string;
  product_id: string;
  supplier_id: string;
}

export interface Programme {
  confirmed: boolean;
  district_code: string;
  edited_at: Timestamp | null;
  name: string;
  name_zh: string;
  slug: string;
  source: string;
  /**
   * The day of the launch in China; empty while it is under study.
   */
  started_on: string | null;
  state: string;
}

export interface Provision {
  /**
   * False where the number or the text is assumed and not read in the document itself.
   */
  confirmed: Generated<boolean>;
  id: Generated<string>;
  language: string;
  /**
   * The stable address of a clause: 4.12, A.2, 12.2.
   */
  path: string;
  position: number;
  source: string | null;
  status: string | null;
  text: string;
  title: string | null;
  title_translation: string | null;
  /**
   * Of the original that the translation was made from; another original means that it is older.
   */
  translates_sha256: string | null;
  translation: string | null;
  version_id: string;
}

export interface ProvisionSearch {
  /**
   * Number, title, text and translation as they are compared; what the tokens find is looked up in it.
   */
  folded: string;
  /**
   * Rows of an older one are written again.
   */
  indexer_version: number;
  provision_id: string;
  tokens: string;
  version_id: string;
}

export interface PushBrowser {
  created_at: Generated<Timestamp>;
  endpoint: string;
  firm_id: string | null;
  id: Generated<string>;
  /**
   * p256dh and auth, as the secrets of endpoints are kept.
   */
  keys_sealed: Buffer;
  last_success_at: Timestamp | null;
  user_id: string;
}

export interface PushKey {
  created_at: Generated<Timestamp>;
  is_ours: Generated<boolean>;
  private_key_sealed: Buffer;
  public_key: string;
}

export interface QuerySet {
  id: Generated<number>;
  version: Generated<string>;
}

export interface ReceiptStatus {
  /**
   * The events that vendors who disagree mean by it.
   */
  alternatives: Generated<string[]>;
  code: string;
  confirmed: boolean;
  edited_at: Timestamp | null;
  event: string;
  meaning: string;
  meaning_zh: string | null;
  /**
   * A release before it no longer counts.
   */
  reopens: Generated<boolean>;
  source: string;
  vendor: Generated<string>;
}

export interface ReceiptVendor {
  confirmed: boolean;
  edited_at: Timestamp | null;
  /**
   * Codes that its table lacks mean what they mean in the common table.
   */
  extends_default: Generated<boolean>;
  name: string;
  name_zh: string | null;
  source: string;
  vendor: string;
}

export interface RegisterState {
  content: string;
  sha256: string;
}

export interface Report {
  age_grade: string | null;
  applicant_name: string | null;
  applicant_uscc: string | null;
  batch: string | null;
  category: string | null;
  cma_no: string | null;
  confirmed_at: Timestamp | null;
  confirmed_by: string | null;
  created_at: Generated<Timestamp>;
  firm_id: string;
  id: Generated<string>;
  issued_on: string | null;
  /**
   * The tests in the order of the report.
   */
  items: Generated<Json>;
  lab_cnas_id: string | null;
  lab_name: string | null;
  lab_site: string | null;
  language: string | null;
  note: string | null;
  origin: string;
  overall_verdict: string | null;
  /**
   * Inspector, reviewer, signatory: personal names, left out of exports unless asked for.
   */
  people: Generated<Json>;
  product_id: string | null;
  product_model: string | null;
  product_name: string | null;
  received_on: string | null;
  /**
   * The number of the report that this amended one takes the place of (ISO/IEC 17025:2017 7.8.8).
   */
  replaces: string | null;
  replaces_key: string | null;
  report_no: string;
  report_no_key: string;
  revision: Generated<number>;
  /**
   * What the report claims of itself; the tests that are in it decide.
   */
  scope: string | null;
  /**
   * As the report cites it, dated or not.
   */
  standard: string | null;
  state: string;
  tested_from: string | null;
  tested_to: string | null;
  updated_at: Generated<Timestamp>;
}

export interface ReportDocument {
  document_id: string;
  firm_id: string;
  report_id: string;
  role: string;
}

export interface Retention {
  firm_id: string;
  keep_days: number;
  kind: string;
  updated_at: Generated<Timestamp>;
}

export interface RetryStep {
  attempt: number;
  delay_seconds: number;
}

export interface RuleAct {
  act: string;
  actor_id: string;
  actor_kind: string;
  actor_name: string;
  at: Timestamp;
  /**
   * What an approval covers: it counts only while the version still has this content.
   */
  content_sha256: string | null;
  id: Generated<Int8>;
  /**
   * The approver had also written the text, as the operator allowed at that time.
   */
  is_one_person: Generated<boolean>;
  reason: string | null;
  version_id: string;
}

export interface RuleChainHead {
  is_only: Generated<boolean>;
  recorded_at: Generated<Timestamp>;
  sequence: Generated<Int8>;
  sha256: Generated<string>;
}

export interface RuleChainLink {
  content_sha256: string;
  kind: string;
  /**
   * Hashes of the parts of a published version, to name the part that was changed.
   */
  parts: Generated<Json>;
  previous_sha256: string;
  recorded_at: Timestamp;
  sequence: Int8;
  sha256: string;
  version_id: string;
}

export interface RuleRelation {
  kind: string;
  note: string | null;
  /**
   * The provisions of the other instrument that it is about; empty for the whole.
   */
  paths: Generated<string[]>;
  position: number;
  to_slug: string;
  version_id: string;
}

export interface RuleSetting {
  /**
   * Whether an author may approve the own text; the record of the approval then says so.
   */
  allows_one_person: Generated<boolean>;
  changed_at: Generated<Timestamp>;
  changed_by: string | null;
  is_only: Generated<boolean>;
}

export interface RuleVersion {
  based_on: string | null;
  comment_until: string | null;
  /**
   * False where the text is known as reported only.
   */
  confirmed: Generated<boolean>;
  /**
   * Of everything that an approval covers, as canonical JSON.
   */
  content_sha256: string;
  /**
   * The record that was never the law as stated (postponed, wrong date); empty for an amendment.
   */
  corrects: string | null;
  created_at: Generated<Timestamp>;
  document_id: string | null;
  /**
   * Of the stored document at the time of drafting: what the text was taken from.
   */
  document_sha256: string | null;
  id: Generated<string>;
  instrument_id: string;
  is_repeal: Generated<boolean>;
  issued_on: string | null;
  label: string;
  note: string | null;
  note_zh: string | null;
  parameters: Json | null;
  partly_replaced_from: string | null;
  /**
   * The moment of publication: from then on it was known. In whole milliseconds, and never the same twice.
   */
  recorded_at: Timestamp | null;
  /**
   * Counts the saves of a draft, so that two editors notice each other.
   */
  revision: Generated<number>;
  /**
   * Its link in the hash chain, which orders records of one moment.
   */
  sequence: Int8 | null;
  signed_on: string | null;
  snapshot_id: string | null;
  source_title: string | null;
  source_url: string | null;
  /**
   * What the issuer has done with this text; only a published one has force.
   */
  stage: Generated<string>;
  /**
   * The workflow. A published record that was taken back stays published here; the act stands in rule_act.
   */
  state: Generated<string>;
  title: string;
  title_translation: string | null;
  /**
   * What the text is known to deal with, while nobody knows in which clause.
   */
  topics: Generated<string[]>;
  transition_until: string | null;
  updated_at: Generated<Timestamp>;
  valid_from: string | null;
  valid_to: string | null;
  /**
   * The text is not held here; its dates, numbers of clauses or parameters are.
   */
  without_text: Generated<boolean>;
}

export interface SavedSearch {
  created_at: Generated<Timestamp>;
  created_by: string;
  firm_id: string | null;
  id: Generated<string>;
  name: string;
  query: string;
  updated_at: Generated<Timestamp>;
}

export interface Signal {
  created_at: Generated<Timestamp>;
  decided_at: Timestamp | null;
  decided_by: string | null;
  decided_by_name: string | null;
  /**
   * The draft of a rule that was opened from it.
   */
  draft_version_id: string | null;
  /**
   * Found in what was stored before the query was written: no news.
   */
  from_archive: Generated<boolean>;
  id: Generated<string>;
  item_id: string;
  item_revision_no: number;
  pending_item_id: string;
  /**
   * The query as it was when it found the item.
   */
  query: string;
  reason: string | null;
  score: number;
  spans: Json;
  state: Generated<string>;
}

export interface Snapshot {
  byte_count: number;
  /**
   * The person or key that brought a saved page; null when it was fetched.
   */
  captured_by: string | null;
  content: Buffer;
  content_type: string | null;
  fetched_at: Generated<Timestamp>;
  headers: Generated<Json>;
  id: Generated<string>;
  kind: string;
  sha256: string;
  source_id: string;
  status: number | null;
  /**
   * Of the text that was read out of it, by which a change is judged.
   */
  text_sha256: string | null;
  url: string;
}

export interface Source {
  authority: string | null;
  charset: string | null;
  confirmed: Generated<boolean>;
  created_at: Generated<Timestamp>;
  deleted_at: Timestamp | null;
  edited_at: Timestamp | null;
  etag: string | null;
  expected_update_days: number | null;
  /**
   * Of the code that read its lists last.
   */
  extractor_version: Generated<number>;
  /**
   * Checks in a row that did not succeed.
   */
  failures: Generated<number>;
  health: Generated<string>;
  health_since: Generated<Timestamp>;
  host: Generated<string>;
  id: Generated<string>;
  interval_minutes: Generated<number>;
  is_enabled: Generated<boolean>;
  kind: string;
  language: Generated<string>;
  last_attempt_at: Timestamp | null;
  last_item_count: number | null;
  last_modified: string | null;
  last_new_item_at: Timestamp | null;
  last_ok_at: Timestamp | null;
  /**
   * Further pages of its list that are read next: the pause of the host left no time for them.
   */
  later_pages: Json | null;
  name: string;
  name_zh: string | null;
  /**
   * What a person has to set before it can be watched, such as a column id.
   */
  needs: string | null;
  needs_zh: string | null;
  /**
   * When it is due; null when it is not to be fetched. Who asks holds the gate of its host.
   */
  next_check_at: Timestamp | null;
  /**
   * Until when its server asked to be left alone (Retry-After); no person's wish goes before it.
   */
  not_before: Timestamp | null;
  /**
   * Why the last check did not succeed: { code, params }.
   */
  problem: Json | null;
  reference_key: string | null;
  reference_source: string | null;
  /**
   * How items are found, as the schema of sources in the code says: selectors, json, inner, pages, filter.
   */
  settings: Generated<Json>;
  slug: string;
  url: string;
  /**
   * The wall that is known to stand there; no robot passes it and none is tried.
   */
  wall: string | null;
}

export interface SourceHealthChange {
  changed_at: Timestamp;
  health: string;
  health_before: string;
  id: Generated<Int8>;
  problem: Json | null;
  source_id: string;
}

export interface SourceWatch {
  checks: Generated<number>;
  from_at: Timestamp;
  id: Generated<Int8>;
  /**
   * Whether nobody looked between the promised time and the beginning; null in rows from before this was kept.
   */
  is_late: boolean | null;
  outcome: string;
  source_id: string;
  to_at: Timestamp;
  /**
   * The address that was watched; null in rows from before this was kept.
   */
  url: string | null;
}

export interface Subscription {
  categories: string[] | null;
  created_at: Generated<Timestamp>;
  districts: string[] | null;
  endpoint_ids: Generated<string[]>;
  firm_id: string | null;
  id: Generated<string>;
  instruments: string[] | null;
  kinds: string[] | null;
  language: Generated<string>;
  mode: Generated<string>;
  only_if_affected: Generated<boolean>;
  pending_items: string[] | null;
  /**
   * Stable paths; one stands for what lies below it.
   */
  provisions: string[] | null;
  /**
   * In the time zone of the firm; what comes in quiet hours waits for their end.
   */
  quiet_from: string | null;
  quiet_to: string | null;
  /**
   * Beside instruments, provisions and pending items either is enough.
   */
  saved_searches: string[] | null;
  to_email: Generated<boolean>;
  to_inbox: Generated<boolean>;
  to_push: Generated<boolean>;
  updated_at: Generated<Timestamp>;
  /**
   * The person; null for the firm as a whole, whose mail goes to its owners and managers.
   */
  user_id: string | null;
}

export interface SubscriptionExclusion {
  alert_id: string | null;
  categories: string[] | null;
  created_at: Generated<Timestamp>;
  created_by: string;
  districts: string[] | null;
  firm_id: string | null;
  id: Generated<string>;
  instruments: string[] | null;
  kinds: string[] | null;
  pending_items: string[] | null;
  provisions: string[] | null;
  reason: string | null;
  subscription_id: string;
  undone_at: Timestamp | null;
  undone_by: string | null;
}

export interface Supplier {
  created_at: Generated<Timestamp>;
  email: string | null;
  firm_id: string;
  id: Generated<string>;
  name: string;
  /**
   * The name folded: width, case, blanks and punctuation do not matter.
   */
  name_key: string;
}

export interface SupplierRequest {
  answered_at: Timestamp | null;
  answers: Generated<number>;
  component_id: string;
  created_at: Generated<Timestamp>;
  created_by: string | null;
  expires_at: Timestamp;
  firm_id: string;
  id: Generated<string>;
  language: string;
  message: string | null;
  opened_at: Timestamp | null;
  revoked_at: Timestamp | null;
  supplier: string;
  token_sha256: Buffer;
}

export interface VersionImpact {
  basis: string;
  computed_at: Generated<Timestamp>;
  customs_office: string;
  firm_id: string;
  horizon: string;
  impact: Json;
  /**
   * How many of the firm's products it touches.
   */
  products: number;
  version_id: string;
}

export interface DB {
  alert: Alert;
  alert_act: AlertAct;
  alert_escalation: AlertEscalation;
  alert_withheld: AlertWithheld;
  annex_line: AnnexLine;
  audit_chain_head: AuditChainHead;
  audit_entry: AuditEntry;
  audit_link: AuditLink;
  "auth.account": AuthAccount;
  "auth.api_key": AuthApiKey;
  "auth.firm": AuthFirm;
  "auth.firm_grant": AuthFirmGrant;
  "auth.invitation": AuthInvitation;
  "auth.key_use": AuthKeyUse;
  "auth.member": AuthMember;
  "auth.oidc_provider": AuthOidcProvider;
  "auth.operator_member": AuthOperatorMember;
  "auth.passkey": AuthPasskey;
  "auth.session": AuthSession;
  "auth.setup_link": AuthSetupLink;
  "auth.sign_in_attempt": AuthSignInAttempt;
  "auth.sign_in_setting": AuthSignInSetting;
  "auth.support_access": AuthSupportAccess;
  "auth.two_factor": AuthTwoFactor;
  "auth.used_code": AuthUsedCode;
  "auth.user": AuthUser;
  "auth.verification": AuthVerification;
  authority: Authority;
  baseline: Baseline;
  category: Category;
  category_history: CategoryHistory;
  clause_mapping: ClauseMapping;
  clearance: Clearance;
  clearance_cell: ClearanceCell;
  clearance_code: ClearanceCode;
  clearance_columns: ClearanceColumns;
  clearance_day: ClearanceDay;
  clearance_import: ClearanceImport;
  clearance_import_error: ClearanceImportError;
  clearance_item: ClearanceItem;
  clearance_month: ClearanceMonth;
  clearance_receipt: ClearanceReceipt;
  clearance_receipt_reading: ClearanceReceiptReading;
  clearance_receipt_record: ClearanceReceiptRecord;
  clearance_receipt_state: ClearanceReceiptState;
  clearance_revision: ClearanceRevision;
  clearance_setting: ClearanceSetting;
  clearance_tally: ClearanceTally;
  code_platform: CodePlatform;
  code_status: CodeStatus;
  cohort_cell: CohortCell;
  cohort_due: CohortDue;
  cohort_month: CohortMonth;
  component: Component;
  customs_district: CustomsDistrict;
  customs_office: CustomsOffice;
  delivery: Delivery;
  delivery_attempt: DeliveryAttempt;
  digest: Digest;
  digest_entry: DigestEntry;
  document: Document;
  document_content: DocumentContent;
  eligibility_decision: EligibilityDecision;
  eligibility_redecision: EligibilityRedecision;
  eligibility_share: EligibilityShare;
  endpoint: Endpoint;
  escalation_setting: EscalationSetting;
  event: Event;
  feed_token: FeedToken;
  firm_standing: FirmStanding;
  glossary_term: GlossaryTerm;
  host_gate: HostGate;
  idempotency_key: IdempotencyKey;
  instrument: Instrument;
  instrument_authority: InstrumentAuthority;
  item: Item;
  item_document: ItemDocument;
  item_fetch: ItemFetch;
  item_revision: ItemRevision;
  item_sighting: ItemSighting;
  lab_record: LabRecord;
  lab_register_head: LabRegisterHead;
  mail_stop: MailStop;
  material_declaration: MaterialDeclaration;
  message_template: MessageTemplate;
  metric_alert: MetricAlert;
  operator_retention: OperatorRetention;
  pending_item: PendingItem;
  pending_item_transition: PendingItemTransition;
  portfolio_change: PortfolioChange;
  portfolio_import: PortfolioImport;
  portfolio_import_row: PortfolioImportRow;
  product: Product;
  product_standing: ProductStanding;
  product_supplier: ProductSupplier;
  programme: Programme;
  provision: Provision;
  provision_search: ProvisionSearch;
  push_browser: PushBrowser;
  push_key: PushKey;
  query_set: QuerySet;
  receipt_status: ReceiptStatus;
  receipt_vendor: ReceiptVendor;
  register_state: RegisterState;
  report: Report;
  report_document: ReportDocument;
  retention: Retention;
  retry_step: RetryStep;
  rule_act: RuleAct;
  rule_chain_head: RuleChainHead;
  rule_chain_link: RuleChainLink;
  rule_relation: RuleRelation;
  rule_setting: RuleSetting;
  rule_version: RuleVersion;
  saved_search: SavedSearch;
  signal: Signal;
  snapshot: Snapshot;
  source: Source;
  source_health_change: SourceHealthChange;
  source_watch: SourceWatch;
  subscription: Subscription;
  subscription_exclusion: SubscriptionExclusion;
  supplier: Supplier;
  supplier_request: SupplierRequest;
  version_impact: VersionImpact;
}
