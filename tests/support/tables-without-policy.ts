/**
 * Tables without a row policy, each with the reason why a policy could not decide. Reviewed: a new table gets a
 * policy or a line here. All in `auth` are granted to `greenlane_app` and reached by the accounts module alone.
 */
export const TABLES_WITHOUT_POLICY: Readonly<Record<string, string>> = {
  'auth.account': 'a way for a person to sign in: read before anybody is known',
  'auth.api_key': 'looked up by its hash to find out which firm asks',
  'auth.firm': 'the list of firms; holds names and codes, nothing of their records',
  'auth.firm_grant': 'decides which other firm a request may act for',
  'auth.invitation': 'a link that is opened before anybody is known',
  'auth.key_use': 'counted before the firm of a key is acted for',
  'auth.member': 'decides which firm a request may act for',
  'auth.oidc_provider': 'read at sign-in, before anybody is known',
  'auth.operator_member': 'people of the operator, which is no firm',
  'auth.passkey': 'a way for a person to sign in: read before anybody is known',
  'auth.session': 'looked up by its cookie to find out who asks',
  'auth.sign_in_setting': 'what the operator asks of everybody, read before anybody is known',
  'auth.used_code': 'codes of a person that were used, read at sign-in',
  'auth.setup_link': 'used before there is any firm',
  'auth.sign_in_attempt': 'counts wrong passwords, before anybody is known',
  'auth.support_access': 'decides whether the operator may read for a firm',
  'auth.two_factor': 'a way for a person to sign in: read before anybody is known',
  'auth.user': 'a person may belong to several firms, and to none',
  'auth.verification': 'a proof that belongs to a person, not to a firm',
  'public.push_key': 'the one pair of the installation, its private half sealed: the same for everybody',
  'public.retry_step': 'how long deliveries wait between attempts: the same for everybody',
  'public.idempotency_key':
    'keyed by the actor; what is stored is given back only to the same actor asking the same for the same firm',
};

/**
 * Functions that run with the rights of their owner (`security definer`), and so past every policy; each with
 * the reason.
 */
export const DEFINER_FUNCTIONS: Readonly<Record<string, string>> = {
  'public.erase_outlived_decisions':
    'nobody may delete a decision; it takes those of the firm of its transaction that are past the time the firm set',
  'public.delivery_health':
    'the operator sees how deliveries of all firms fare: counts and times by channel, and nothing of a firm',
  'public.signals_told':
    'the operator sees when the first recipient of a confirmed signal was told: a moment, and nothing of who it was',
  'public.delivery_problems':
    'why attempts failed over all firms; counts only where five firms or more have the problem',
  'public.follow_events':
    'one query a second serves the streams of many firms; it gives the events of the firms that were named',
  'public.impact_standing': 'called by the other functions and the jobs alone: what is known of every firm',
  'public.impact_counts':
    'the operator sees of a version how many firms and products it touches; it gives counts of five firms and more',
  'public.queries_followed':
    'gives queries without whose they are, and only to a transaction that writes an event for everybody',
  'public.impact_waiting': 'names the firms whose impact is to be worked out, by their ids alone',
  'public.own_impact':
    'a firm reads of its own row whether its version is published, and then what it does to its products',
  'public.keep_impact':
    'what was worked out in a transaction of a firm is kept for that firm, before the firm may read it',
  'public.tell_subscribers':
    'whoever publishes may not read subscriptions of firms; it tells of an event of its own transaction and returns counts',
};
