import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';

/** Five wrong passwords for one e-mail address, then a wait. */
const ATTEMPTS_PER_EMAIL = 5;
/** A whole office may sit behind one network address, so that it bears more before it waits. */
const ATTEMPTS_PER_ADDRESS = 25;
const WINDOW_SECONDS = 15 * 60;
const PRUNED_AT_ONCE = 100;
/** A provider gives one household a whole /64 of IPv6. */
const IPV6_PREFIX = 64;

export type Attempt = { ok: true; forgive: () => Promise<void> } | { ok: false; wait_seconds: number };

/**
 * Counts a sign-in before its password is looked at, so that many guesses at once cannot slip through, and
 * refuses it when too many failed. The counters live in the database: they survive a restart and hold for
 * all processes. `forgive` takes the count back after the right password.
 */
export async function countAttempt(app: App, email: string, address: string): Promise<Attempt> {
  const now = app.now();
  const by_address = subjectOf('address', networkOf(address));
  const by_email = subjectOf('email', email);
  const address_wait = await countOne(app, { subject: by_address, allowed: ATTEMPTS_PER_ADDRESS, now });
  if (address_wait > 0) return slowed(app, address, address_wait);
  const email_wait = await countOne(app, { subject: by_email, allowed: ATTEMPTS_PER_EMAIL, now });
  if (email_wait > 0) return slowed(app, address, email_wait);
  return {
    ok: true,
    forgive: async () => {
      await app.db.deleteFrom('auth.sign_in_attempt').where('subject', '=', by_email).execute();
      // Not reset, only taken back: else one right password would pay for guesses at all others.
      await app.db
        .updateTable('auth.sign_in_attempt')
        .set((eb) => ({ attempts: eb('attempts', '-', 1) }))
        .where('subject', '=', by_address)
        .where('attempts', '>', 0)
        .execute();
    },
  };
}

function slowed(app: App, address: string, wait_seconds: number): Attempt {
  app.log.warn({ address, wait_seconds }, 'attempts are slowed');
  return { ok: false, wait_seconds };
}

/** What is guessed at beside passwords. Each is counted for itself: an old feed reader keeps nobody from a link. */
export type Guessed =
  | 'key'
  | 'set-up link'
  | 'invitation'
  | 'reset link'
  | 'e-mail link'
  | 'supplier link'
  | 'feed'
  | 'unsubscribe link'
  | 'shared decision'
  | 'signature';

/** A program that was given a wrong key asks again and again; a guesser asks more. */
const GUESSES_PER_ADDRESS = 100;

/** Seconds that this network address waits before a secret of it is looked at; 0 when it need not. */
export async function guessesFrom(app: App, what: Guessed, address: string): Promise<number> {
  const window_start = new Date(app.now().getTime() - WINDOW_SECONDS * 1000);
  const counter = await app.db
    .selectFrom('auth.sign_in_attempt')
    .select(['attempts', 'window_started_at'])
    .where('subject', '=', subjectOf(what, networkOf(address)))
    .where('window_started_at', '>', window_start)
    .executeTakeFirst();
  if (!counter || counter.attempts < GUESSES_PER_ADDRESS) return 0;
  return Math.max(1, Math.ceil((counter.window_started_at.getTime() - window_start.getTime()) / 1000));
}

/** Counts a secret that does not hold, and writes it down. */
export async function countGuess(app: App, what: Guessed, address: string): Promise<void> {
  const subject = subjectOf(what, networkOf(address));
  await countOne(app, { subject, allowed: GUESSES_PER_ADDRESS, now: app.now() });
  app.log.warn({ address, what }, 'a secret does not hold');
}

/**
 * Looks something up by a secret that came from outside; `find` gives null where it does not hold. Who guessed too
 * often is not even looked at: `found` is null then, and `wait_seconds` more than 0.
 */
export async function lookUp<T>(
  app: App,
  { what, address }: { what: Guessed; address: string },
  find: () => Promise<T | null>,
): Promise<{ found: T | null; wait_seconds: number }> {
  const wait_seconds = await guessesFrom(app, what, address);
  if (wait_seconds > 0) return { found: null, wait_seconds };
  const found = await find();
  if (found === null) await countGuess(app, what, address);
  return { found, wait_seconds: 0 };
}

/** Seconds to wait; 0 when the attempt may go on. */
async function countOne(app: App, given: { subject: string; allowed: number; now: Date }): Promise<number> {
  const { subject, allowed, now } = given;
  const window_start = new Date(now.getTime() - WINDOW_SECONDS * 1000);
  const { rows } = await sql<{ attempts: number; window_started_at: Date }>`
    insert into auth.sign_in_attempt as counter (subject, window_started_at, attempts) values (${subject}, ${now}, 1)
    on conflict (subject) do update set
      attempts = case when counter.window_started_at <= ${window_start} then 1 else least(counter.attempts + 1, 1000000) end,
      window_started_at = case when counter.window_started_at <= ${window_start} then excluded.window_started_at else counter.window_started_at end
    returning attempts, window_started_at`.execute(app.db);
  const counter = rows[0];
  if (!counter) throw new Error('the attempt was not counted');
  if (counter.attempts === 1) await prune(app, window_start);
  if (counter.attempts <= allowed) return 0;
  return Math.max(1, Math.ceil((counter.window_started_at.getTime() - window_start.getTime()) / 1000));
}

/** Counters that are over say nothing; a few go whenever a new one comes. */
async function prune(app: App, window_start: Date): Promise<void> {
  await sql`
    delete from auth.sign_in_attempt where subject in (
      select subject from auth.sign_in_attempt where window_started_at < ${window_start}
      order by window_started_at limit ${PRUNED_AT_ONCE} for update skip locked)`.execute(app.db);
}

function subjectOf(kind: 'email' | 'address' | Guessed, value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('hex')}`;
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_PREFIX}`).toString();
}
