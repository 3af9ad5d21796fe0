/** Tables without a row policy, each with the reason. Reviewed: a new table is added here or gets a policy. */
export const TABLES_WITHOUT_POLICY: Readonly<Record<string, string>> = {
  'auth.account': 'sign-in data; reached by the accounts module alone',
  'auth.api_key': 'looked up before the firm is known',
  'auth.firm': 'the list of firms; says nothing of their records',
  'auth.firm_grant': 'looked up before the firm is known',
  'auth.member': 'looked up before the firm is known',
  'auth.operator_member': 'people of the operator',
  'auth.session': 'looked up before the firm is known',
  'auth.setup_link': 'before there is any firm',
  'auth.sign_in_attempt': 'counts wrong guesses, of nobody in particular',
  'auth.user': 'people belong to several firms',
  'auth.verification': 'sign-in data; reached by the accounts module alone',
  'public.idempotency_key': 'keyed by the actor, before the firm is known',
};
