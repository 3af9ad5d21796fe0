/**
 * The doors that take a secret from outside, and how to guess at each; and those that look like one and are none,
 * with the reason. Reviewed: a test finds the doors by the rules of pages, the list of operations and the names of
 * fields, so that a new one stands in neither and fails the build.
 */
export type Guess = {
  query?: Record<string, string>;
  params?: Record<string, string>;
  form?: Record<string, string>;
  json?: unknown;
  /** Counted for the person whose secret is guessed at, wherever the guesses come from. */
  is_of_person?: true;
};

const TOKEN = 'A'.repeat(43);
const OF_NOBODY = '5b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77';
const FEED = `glf_${OF_NOBODY.replaceAll('-', '')}_${TOKEN}`;
const UNSUBSCRIBE = `-.${OF_NOBODY.replaceAll('-', '')}.${TOKEN}`;
/** Sixteen bytes of a firm and 24 of a secret. */
const SUPPLIER = 'A'.repeat(54);

export const GUESSES: Readonly<Record<string, Guess>> = {
  'send /(auth)/login default': {
    form: { email: 'ann@example.org', password: 'wrong password 1' },
    is_of_person: true,
  },
  'see /(auth)/setup': { query: { token: TOKEN } },
  'send /(auth)/setup default': { query: { token: TOKEN }, form: { password: 'ningbo harbour crane' } },
  'see /(auth)/invite': { query: { token: TOKEN } },
  'send /(auth)/invite default': { query: { token: TOKEN }, form: { name: 'Ann', password: 'x' } },
  'send /(auth)/forgot default': { form: { email: 'ann@example.org' }, is_of_person: true },
  'see /(auth)/reset': { query: { token: TOKEN } },
  'send /(auth)/reset default': { query: { token: TOKEN }, form: { password: 'ningbo harbour crane' } },
  'send /(auth)/second-step default': { form: { code: '000000' } },
  'send /(auth)/sso default': { form: { slug: 'no-such-firm' } },
  'send /(auth)/verify-email ask': { form: { email: 'ann@example.org' }, is_of_person: true },
  'send /(auth)/verify-email verify': { form: { token: TOKEN } },
  'send /(auth)/passkey/[step] POST': { params: { step: 'sign-in' }, json: { response: { id: TOKEN } } },
  'see /(public)/verify/[id]': { params: { id: OF_NOBODY } },
  'see /(public)/unsubscribe/[token]': { params: { token: UNSUBSCRIBE } },
  'send /(public)/unsubscribe/[token] default': { params: { token: UNSUBSCRIBE } },
  'see /feeds/[token]/alerts.atom': { params: { token: FEED } },
  'see /feeds/[token]/dates.ics': { params: { token: FEED } },
  'see /(public)/declare/[token]': { params: { token: SUPPLIER } },
  'send /(public)/declare/[token] default': { params: { token: SUPPLIER } },
  'POST /codes/events/{platform}': { params: { platform: OF_NOBODY }, json: {} },
  'send /(app)/confirm default': { form: { password: 'wrong password 1' }, is_of_person: true },
  'send /(app)/settings/security password': {
    form: { current: 'wrong password 1', password: 'ningbo harbour crane 2' },
    is_of_person: true,
  },
  'send /(app)/settings/security begin': { form: { factor: 'wrong password 1' }, is_of_person: true },
  'send /(app)/settings/security confirm': { form: { typed_code: '000000' }, is_of_person: true },
  'send /(app)/settings/security end_factor': { form: { factor: 'wrong password 1' }, is_of_person: true },
};

const IN_PUBLIC = 'shows what everybody may see';
const OWN_SECRET = 'sets a secret, and compares none';
const OWN_ROW = 'ends or removes a row of the signed-in person, by its id';

export const NO_SECRET: Readonly<Record<string, string>> = {
  'see /': 'leads to the overview or to the sign-in',
  'see /(auth)/login': 'the empty form',
  'see /(auth)/forgot': 'the empty form',
  'see /(auth)/second-step': 'the empty form',
  'see /(auth)/sso': 'the empty form',
  'see /(auth)/sso/callback': 'opens only with the cookie that we sealed a moment before',
  'see /(auth)/verify-email': 'the empty form; the token is looked at when it is sent',
  'see /(auth)/passkey/[step]': 'has nothing to see',
  'see /logout': 'has nothing to see',
  'send /logout POST': 'ends the session of its cookie, and tells nothing',
  'see /preferences': 'has nothing to see',
  'send /preferences POST': 'keeps the choice of a reader',
  'see /healthz': IN_PUBLIC,
  'see /readyz': IN_PUBLIC,
  'see /metrics': 'asks for a key, which is counted where keys are read',
  'see /(public)/docs/api': IN_PUBLIC,
  'see /(public)/docs/api/[section]': IN_PUBLIC,
  'see /(public)/docs/api/[section]/[operation]': IN_PUBLIC,
  'see /feeds/rules.atom': IN_PUBLIC,
  'see /feeds/rules.ics': IN_PUBLIC,
  'see /feeds/rules/[slug].atom': IN_PUBLIC,
  'see /feeds/rules/[slug].ics': IN_PUBLIC,
  'GET /openapi.json': IN_PUBLIC,
  'see /(app)/confirm': 'the empty form',
  'see /(app)/settings/security': 'the empty forms',
  'send /(app)/settings/security remove_passkey': OWN_ROW,
  'send /(app)/settings/security end_session': OWN_ROW,
  'send /(app)/settings/security end_others': OWN_ROW,
  'see /(app)/settings/sign-in': 'shows no secret',
  'send /(app)/settings/sign-in require': 'a switch',
  'send /(app)/settings/sign-in oidc': OWN_SECRET,
  'send /(app)/settings/sign-in remove': 'takes the own provider away',
};
