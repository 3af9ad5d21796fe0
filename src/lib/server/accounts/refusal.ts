import type { Language, TextKey, TextParams } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';

/** Why something about accounts was not done; each has its sentence in both languages. */
const SENTENCES = {
  name_missing: 'accounts.error.name_missing',
  name_long: 'accounts.error.name_long',
  email_invalid: 'accounts.error.email_invalid',
  email_taken: 'accounts.error.email_taken',
  password_too_short: 'accounts.error.password_too_short',
  password_too_long: 'accounts.error.password_too_long',
  password_common: 'accounts.error.password_common',
  firm_name_missing: 'accounts.error.firm_name_missing',
  firm_name_long: 'accounts.error.firm_name_long',
  slug_invalid: 'accounts.error.slug_invalid',
  slug_taken: 'accounts.error.slug_taken',
  uscc_invalid: 'accounts.error.uscc_invalid',
  firm_unknown: 'accounts.error.firm_unknown',
  firm_itself: 'accounts.error.firm_itself',
  firm_role_unknown: 'accounts.error.firm_role_unknown',
  operator_role_unknown: 'accounts.error.operator_role_unknown',
  grant_role_unknown: 'accounts.error.grant_role_unknown',
  grant_unknown: 'accounts.error.grant_unknown',
  scopes_missing: 'accounts.error.scopes_missing',
  scope_unknown: 'accounts.error.scope_unknown',
  scope_beyond: 'accounts.error.scope_beyond',
  expiry_range: 'accounts.error.expiry_range',
  key_name_long: 'accounts.error.key_name_long',
  key_unknown: 'accounts.error.key_unknown',
  slug_typed: 'accounts.error.slug_typed',
  key_limit: 'accounts.error.key_limit',
  key_overlap: 'accounts.error.key_overlap',
  key_rotated: 'accounts.error.key_rotated',
  credentials: 'accounts.error.credentials',
  wait: 'accounts.error.wait',
  guesses: 'accounts.error.guesses',
  setup_token: 'accounts.error.setup_token',
  setup_done: 'accounts.error.setup_done',
  member_already: 'people.error.member_already',
  member_unknown: 'people.error.member_unknown',
  member_itself: 'people.error.member_itself',
  last_owner: 'people.error.last_owner',
  last_admin: 'people.error.last_admin',
  invitation_unknown: 'people.error.invitation_unknown',
  invitation_over: 'people.error.invitation_over',
  invitation_of_another: 'people.error.invitation_of_another',
  invitation_sign_in: 'people.error.invitation_sign_in',
  invitations_many: 'people.error.invitations_many',
  support_hours: 'people.error.support_hours',
  reason_missing: 'people.error.reason_missing',
  password_wrong: 'security.error.password_wrong',
  code_wrong: 'security.error.code_wrong',
  code_used: 'security.error.code_used',
  by_provider: 'security.error.by_provider',
  confirm_first: 'security.error.confirm_first',
  email_unverified: 'security.error.email_unverified',
  verify_over: 'security.error.verify_over',
  verify_first: 'security.error.verify_first',
  no_mail: 'security.error.no_mail',
  reset_over: 'security.error.reset_over',
  session_unknown: 'security.error.session_unknown',
  passkey_unknown: 'security.error.passkey_unknown',
  passkey_refused: 'security.error.passkey_refused',
  oidc_unknown: 'security.error.oidc_unknown',
  oidc_refused: 'security.error.oidc_refused',
  oidc_person: 'security.error.oidc_person',
  oidc_elsewhere: 'security.error.oidc_elsewhere',
  oidc_settings: 'security.error.oidc_settings',
} satisfies Record<string, TextKey>;

export type RefusalCode = keyof typeof SENTENCES;

export type Refusal = {
  ok: false;
  code: RefusalCode;
  /** The sentence in English, for the command line and the log. */
  problem: string;
  /** The field of the form or the option of the command that must change. */
  field?: string;
  params?: TextParams;
};

export function refusal(code: RefusalCode, field?: string, params?: TextParams): Refusal {
  return { ok: false, code, problem: textsOf('en')(SENTENCES[code], params), field, params };
}

/** Of whoever guessed too often: nothing was looked at. */
export function tooManyGuesses(wait_seconds: number): Refusal {
  return refusal('guesses', undefined, { minutes: Math.ceil(wait_seconds / 60) });
}

/** The sentence of a refusal in the reader's language. */
export function sentenceOf(refused: Refusal, language: Language): string {
  return textsOf(language)(SENTENCES[refused.code], refused.params);
}

/** What a form shows again: one sentence per field, and one for the whole. */
export function formProblems(
  refusals: readonly Refusal[],
  language: Language,
): { errors: Record<string, string>; message?: string } {
  const errors: Record<string, string> = {};
  let message: string | undefined;
  for (const refused of refusals) {
    const sentence = sentenceOf(refused, language);
    if (refused.field) errors[refused.field] ??= sentence;
    else message ??= sentence;
  }
  return { errors, message };
}
