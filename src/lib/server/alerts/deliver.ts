import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Dispatcher } from 'undici';
import { nextDelaySeconds, retryAfterSeconds, type RetryStep } from '#lib/domain/alerts/retry.ts';
import type { App } from '#lib/server/app.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { attempt, type Attempted } from './attempt.ts';
import { claimDue, LEASE_SECONDS, renewLeases, type Claimed } from './claim.ts';
import { createContents } from './content.ts';
import { mailboxes, splitByPerson } from './mail-round.ts';
import { recordAttempts, type Finished } from './record.ts';
import { sealOf } from '#lib/server/seal.ts';
import { createTemplates } from './templates.ts';
import { ATTEMPT_DEADLINE_MS } from './transport.ts';

export type DeliverOptions = {
  /** The time of the database, read once for each claim; tests have their own. */
  clock?: () => Promise<Date>;
  random?: () => number;
  agent?: Dispatcher;
  deadline_ms?: number;
};
export type DeliverCounts = {
  claimed: number;
  delivered: number;
  failed: number;
  dead: number;
  cancelled: number;
};

/** Posts at once, of those that have not proved slow. */
const BRISK_MAX = 256;
/** An attempt that takes longer no longer holds a place that a quick one could use. */
const BRISK_MS = 250;
/** All at once; each slow one is an open connection and a little memory. */
const IN_FLIGHT_MAX = 2_000;
/** Claimed with one question; more would wait in memory with their leases running. */
const CLAIM_MAX = 128;
/** Twice the connections of the mailer: none of them idles, and no mail's time runs out while it waits for one. */
const MAILS_MAX = 10;
/** Mails under way and claimed for when there is a place; a claim of ten cost more than their sending. */
const MAILS_HELD_MAX = 64;
/** How long finished attempts are gathered before they are written down together. */
const GATHER_MS = 3;
/** Due deliveries are looked for so often while others are under way. */
const LOOK_MS = 250;
const RENEW_MS = (LEASE_SECONDS / 3) * 1000;
const RETRY_STEPS_MAX = 100;

/**
 * Delivers what is due, until nothing is due and nothing is under way. Any number of workers may do so at once:
 * a lease says whose a delivery is, and who lost it writes nothing down. Connections stay open between runs.
 */
export async function deliverDue(app: App, options: DeliverOptions = {}): Promise<DeliverCounts> {
  const run = await createRun(app, options);
  for (;;) {
    const at = await run.clock();
    const recording = run.record(at);
    // Awaited below; until then a claim that fails first must not leave it without anybody to hear of it.
    recording.catch(() => {});
    await run.renew(at);
    const posts = await run.claim(at, { is_mail: false });
    const taken = posts + (run.mayMailWait(posts) ? 0 : await run.claim(at, { is_mail: true }));
    await recording;
    if (taken === 0 && run.isIdle()) return run.counts;
    await run.wait(taken);
  }
}

type Flight = { delivery: Claimed; started_ms: number };
/** Claimed at a time of the database, and begun when there is a place. */
type Waiting = {
  delivery: Claimed;
  at: Date;
  claimed_ms: number;
  known: Awaited<ReturnType<typeof mailboxes>>;
};

async function createRun(app: App, options: DeliverOptions) {
  const {
    clock = () => databaseTime(app),
    random = Math.random,
    deadline_ms = ATTEMPT_DEADLINE_MS,
  } = options;
  const agent = options.agent ?? agentOf(app);
  const [seal, steps] = await Promise.all([sealOf(app.config), retrySteps(app)]);
  const contents = createContents(app);
  const templates = createTemplates(app);
  const flights = new Map<string, Flight>();
  const waiting: Waiting[] = [];
  let mails = 0;
  const finished: Finished[] = [];
  const counts: DeliverCounts = { claimed: 0, delivered: 0, failed: 0, dead: 0, cancelled: 0 };
  let renewed_ms = performance.now();
  let no_mail_ms = -Infinity;
  let wake: () => void = () => {};

  const launch = ({ delivery, at, claimed_ms, known }: Waiting) => {
    const started_ms = performance.now();
    const started_at = new Date(at.getTime() + started_ms - claimed_ms);
    flights.set(delivery.id, { delivery, started_ms });
    if (delivery.channel === 'email') mails += 1;
    const deps = { app, agent, contents, templates, seal, mailboxes: known, deadline_ms };
    void attempt(deps, delivery, started_at).then((outcome) => {
      flights.delete(delivery.id);
      if (delivery.channel === 'email') mails -= 1;
      const duration_ms = performance.now() - started_ms;
      finished.push(concluded(delivery, outcome, { at: started_at, duration_ms, steps, random }));
      launchMails();
      wake();
    });
  };
  const launchMails = () => {
    for (const next of waiting.splice(0, MAILS_MAX - mails)) launch(next);
  };
  /** How many more may be claimed now. */
  const places = (is_mail: boolean): number => {
    if (is_mail) return MAILS_HELD_MAX - waiting.length - mails;
    const now_ms = performance.now();
    let brisk = 0;
    for (const { delivery, started_ms } of flights.values())
      if (delivery.channel !== 'email' && now_ms - started_ms < BRISK_MS) brisk += 1;
    return Math.min(CLAIM_MAX, BRISK_MAX - brisk, IN_FLIGHT_MAX - flights.size);
  };

  return {
    counts,
    clock,
    isIdle: () => flights.size === 0 && waiting.length === 0 && finished.length === 0,
    async claim(at: Date, { is_mail }: { is_mail: boolean }): Promise<number> {
      const limit = places(is_mail);
      // Many small claims cost more than a short wait for one of some size.
      if (limit < (is_mail ? MAILS_HELD_MAX / 2 : CLAIM_MAX / 4)) return 0;
      const in_flight = countBy([...flights.values()].map(({ delivery }) => delivery.endpoint_id));
      const claimed = await claimDue(app.db, { at, limit, is_mail, lease_token: randomUUID(), in_flight });
      if (is_mail) no_mail_ms = claimed.length === 0 ? performance.now() : -Infinity;
      if (claimed.length === 0) return 0;
      const personal = is_mail ? await splitByPerson(app, claimed) : claimed;
      const known = await mailboxes(app, personal);
      const claimed_ms = performance.now();
      const begun = personal.map((delivery) => ({ delivery, at, claimed_ms, known }));
      if (is_mail) {
        waiting.push(...begun);
        launchMails();
      } else for (const each of begun) launch(each);
      counts.claimed += claimed.length;
      return claimed.length;
    },
    /** While posts are under way in numbers, mail that was not there a moment ago is not asked for each time. */
    mayMailWait: (posts: number) => posts > 0 && performance.now() - no_mail_ms < LOOK_MS,
    /** Writes down what has ended, while more is claimed and under way. */
    async record(at: Date): Promise<void> {
      const batch = finished.splice(0);
      if (batch.length === 0) return;
      await recordAttempts(app, batch, at);
      for (const { state } of batch) counts[state === 'pending' ? 'failed' : state] += 1;
    },
    async renew(at: Date): Promise<void> {
      const held = [...flights.values(), ...waiting].map(({ delivery }) => delivery);
      if (held.length === 0 || performance.now() - renewed_ms < RENEW_MS) return;
      renewed_ms = performance.now();
      await renewLeases(app.db, {
        at,
        ids: held.map(({ id }) => id),
        tokens: held.map(({ lease_token }) => lease_token),
      });
    },
    /** Until something ended, and a moment longer for others that end with it. */
    async wait(taken: number): Promise<void> {
      if (finished.length === 0 && flights.size > 0) {
        const ended = new Promise<void>((done) => {
          wake = done;
        });
        await Promise.race([ended, sleep(LOOK_MS)]);
      }
      if (taken < CLAIM_MAX) await sleep(GATHER_MS);
    },
  };
}

type Concluding = { at: Date; duration_ms: number; steps: readonly RetryStep[]; random: () => number };

/** What follows from an attempt: the next one after the schedule, or the end. */
function concluded(
  delivery: Claimed,
  attempted: Attempted,
  { at, duration_ms, steps, random }: Concluding,
): Finished {
  const started = { delivery, started_at: at, duration_ms };
  if (attempted === 'cancelled')
    return { ...started, outcome: NOBODY_THERE, delay_seconds: null, state: 'cancelled' };
  const outcome = attempted;
  if (outcome.is_success) return { ...started, outcome, delay_seconds: null, state: 'delivered' };
  const delay_seconds = outcome.is_final
    ? null
    : nextDelaySeconds(steps, {
        attempt: delivery.attempts + 1,
        random: random(),
        retry_after_seconds: retryAfterSeconds(outcome.retry_after ?? undefined, at),
      });
  return { ...started, outcome, delay_seconds, state: delay_seconds === null ? 'dead' : 'pending' };
}

const NOBODY_THERE = {
  is_success: false,
  status: null,
  problem: 'nobody_there',
  detail: null,
  retry_after: null,
  is_final: true,
};

function countBy(keys: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

async function databaseTime(app: App): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(app.db);
  const [row] = rows;
  if (!row) throw new Error('the database does not say what time it is');
  return row.now;
}

async function retrySteps(app: App): Promise<RetryStep[]> {
  return app.db
    .selectFrom('retry_step')
    .select(['attempt', 'delay_seconds'])
    .orderBy('attempt')
    .limit(RETRY_STEPS_MAX)
    .execute();
}

const agents = new WeakMap<App, Dispatcher>();

/** One agent a process, so that connections outlive the run that opened them. */
function agentOf(app: App): Dispatcher {
  const known = agents.get(app);
  if (known) return known;
  const agent = createGuardedAgent(app.config.allow_private_addresses);
  agents.set(app, agent);
  return agent;
}
