import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import { recordAudit } from '#lib/server/audit/record.ts';
import { auditEntries } from '#lib/server/audit/list.ts';
import { auditSheet } from '#lib/server/audit/sheet.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { getAlerts } from '#lib/server/alerts/alerts-api.ts';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import type { App } from '#lib/server/app.ts';
import { getClearanceSettings, patchClearanceSettings } from '#lib/server/clearance/settings-api.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { getEvents } from '#lib/server/events/events-api.ts';
import { createTail, type Tail } from '#lib/server/events/tail.ts';
import { postProduct } from '#lib/server/eligibility/products-api.ts';
import { csvFile } from '#lib/server/exports/csv-file.ts';
import { useDataDir, actorOf, cookieOf, PASSWORD } from '../support/accounts.ts';
import { subscribe } from '../support/alerts.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { useMailServer } from '../support/mail-server.ts';

/**
 * Two firms ask at once over fewer connections than there are requests, some of which break off: in the midst of a
 * transaction, of an export, of a statement, of a stream. Meanwhile each has open event streams, and mails go out.
 * Whatever anybody is answered, streamed or written bears the mark of their own firm alone.
 */
const data_dir = useDataDir();
const mails = useMailServer();
const database = useDatabase({ DATA_DIR: data_dir, SMTP_URL: mails.url, MAIL_FROM: 'a@example.org' });
const REQUESTS = process.env.LONG === '1' ? 100_000 : 500;
/** Most of an hour on two busy cores. */
const TIMEOUT_MS = process.env.LONG === '1' ? 3_600_000 : 120_000;
const AT_ONCE = 24;
/** One of them listens for the streams. */
const POOL_SIZE = 4;
const STREAMS_PER_FIRM = 2;
const KINDS = [
  'write',
  'break_off',
  'broken_statement',
  'list',
  'export',
  'torn_export',
  'settings',
  'session',
  'event',
  'event_undone',
  'events',
  'alerts',
  'torn_stream',
  'once',
  'kept_page',
] as const;
/** Of a thousand different products of a firm each is asked for again and again under one key. */
const KEYS_OF_ONCE = 1_000;
const ALL = { kind: null, outcome: null, from: null, to: null, q: null } as const;

type Side = {
  firm: Firm;
  mark: string;
  foreign: string;
  email: string;
  cookie: string;
  min_n: number;
  /** A key of a broker, which works for both: one actor. */
  broker: Actor;
};
/** What a transaction said that was undone: nobody ever reads it. */
const UNDONE = 'never-committed';
const BROKER_KEY = '3f0c2ab8-6f8e-4a3e-9df0-4d0f2f6f1a11';
let tail: Tail;
let pool: Pool;
let app: App;
let sides: Side[] = [];

beforeAll(async () => {
  pool = connect(database.current.url, 'greenlane_app', { size: POOL_SIZE, name: 'greenlane interleaved' });
  app = { ...database.current.app, db: pool.db, pool };
  const marks = ['mark-of-the-first', 'mark-of-the-second'];
  sides = await Promise.all(
    marks.map(async (mark, at) => {
      const firm = await createFirm(database.current.owner, { name: mark });
      const email = `${mark}@example.org`;
      const made = await createUser(app, {
        email,
        name: mark,
        password: PASSWORD,
        firm_slug: firm.slug,
        role: 'owner',
      });
      if (!made.ok) throw new Error(made.problem);
      const person = await actorOf(app, { cookie: await cookieOf(app, email) });
      if (!person) throw new Error('nobody is signed in');
      await subscribe(app, person, { channels: [{ kind: 'inbox' }, { kind: 'email' }] });
      return {
        ...{ firm, mark, email, foreign: marks[1 - at] ?? '', min_n: 20 + at },
        cookie: await cookieOf(app, email),
        broker: { ...firmActor(firm, ['portfolio:write']), id: BROKER_KEY },
      };
    }),
  );
  tail = createTail(app);
});
afterAll(async () => {
  tail.close();
  await pool.end();
});

const entry = (mark: string) => ({
  ...({ kind: 'write', outcome: 'done', status: 200, action: 'POST /x', subject: mark, detail: {} } as const),
  ...({
    actor: { kind: 'person', id: null, name: mark },
    address: null,
    user_agent: null,
    request_id: null,
  } as const),
});

function tells(firm: Firm, title: string, unique_key: string) {
  return {
    kind: 'pending_item.moved',
    audience: { firm_id: firm.id },
    ...{ subject_id: null, unique_key, data: { title, to_state: 'issued' } },
    about: { pending_items: ['sac-clause-4.12'] },
  } as const;
}

/** What the request was answered, as text; null where it broke off before any answer. */
async function ask(
  kind: (typeof KINDS)[number],
  { firm, mark, cookie, min_n, broker }: Side,
  serial: number,
): Promise<string | null> {
  switch (kind) {
    case 'write':
      await recordAudit(app, firm.id, entry(mark));
      return null;
    case 'break_off':
      await inFirm(app.db, firm.id, async (tx) => {
        await tx.selectFrom('audit_entry').select('id').limit(1).execute();
        throw new Error('broken off');
      }).catch(() => null);
      return null;
    case 'broken_statement':
      await inFirm(app.db, firm.id, (tx) =>
        tx
          .selectFrom('audit_entry')
          .select((eb) => eb.cast<number>('subject', 'integer').as('n'))
          .execute(),
      ).catch(() => null);
      return null;
    case 'list':
      return JSON.stringify(await auditEntries(app, firm.id, { ...ALL, limit: 20, after: null }));
    case 'export':
    case 'torn_export': {
      const sheet = auditSheet(app, firm.id, { ...ALL, language: 'en', rows_max: 40 });
      let text = '';
      for await (const part of csvFile(sheet)) {
        text += part;
        if (kind === 'torn_export') break;
      }
      return text;
    }
    case 'settings': {
      const actor = firmActor(firm, ['clearance:read', 'clearance:write']);
      await call(app, patchClearanceSettings, { actor, body: { min_n } });
      const { text } = await call(app, getClearanceSettings, { actor });
      return text.includes(String(min_n)) ? text : `not its own: ${text}`;
    }
    case 'session':
      return JSON.stringify(await actorOf(app, { cookie }));
    case 'event':
      await inFirm(app.db, firm.id, (tx) => appendEvent(tx, tells(firm, mark, `told:${serial}`)));
      return null;
    case 'event_undone':
      await inFirm(app.db, firm.id, async (tx) => {
        await appendEvent(tx, tells(firm, UNDONE, `undone:${serial}`));
        throw new Error('undone');
      }).catch(() => null);
      return null;
    case 'events':
      return (await call(app, getEvents, { actor: firmActor(firm, ['alerts:read']), query: { limit: '20' } }))
        .text;
    case 'alerts':
      return (await call(app, getAlerts, { actor: firmActor(firm, ['alerts:read']), query: { limit: '20' } }))
        .text;
    case 'torn_stream': {
      const stream = await tail.open({ firm_id: firm.id }, { transaction_id: '0', id: '0' });
      const reader = stream?.getReader();
      const read = await reader?.read();
      await reader?.cancel();
      return new TextDecoder().decode(read?.value);
    }
    case 'once': {
      // The firms ask by one key of a broker and under the same Idempotency-Key, each for its own product.
      const idempotency_key = `once-${serial % KEYS_OF_ONCE}`;
      const code = `${mark}-${serial % KEYS_OF_ONCE}`;
      const { status, text } = await call(app, postProduct, {
        actor: broker,
        body: { code, name: mark, category: 'crib', hs_code: '9403500090' },
        headers: { 'idempotency-key': idempotency_key },
      });
      return status === 409 || text.includes(mark) ? text : `not its own: ${status} ${text}`;
    }
    case 'kept_page': {
      const page = await app.pages.answer({
        key: JSON.stringify([firm.id, 'the same page']),
        version: await app.overview_versions.ask(firm.id),
        request_id: 'R-1',
        render: async () => ({ response: new Response(`<p>${mark}</p>`), may_keep: true }),
      });
      const text = await page.text();
      return text.includes(mark) ? text : `not its own: ${text}`;
    }
    default:
      return kind satisfies never;
  }
}

test(
  `${REQUESTS} requests of two firms on ${POOL_SIZE} connections never answer with the other's rows`,
  async () => {
    const seed = Number(process.env.SEED ?? 20260513);
    const [plan = []] = fc.sample(
      fc.array(fc.record({ kind: fc.constantFrom(...KINDS), side: fc.nat({ max: 1 }) }), {
        minLength: REQUESTS,
        maxLength: REQUESTS,
        size: 'max',
      }),
      { numRuns: 1, seed },
    );
    expect(plan).toHaveLength(REQUESTS);
    await Promise.all(sides.map(({ firm, mark }) => recordAudit(app, firm.id, entry(mark))));
    const leaks: string[] = [];
    const blame = (what: string, { mark, foreign }: Side, text: string) => {
      const is_leak = text.includes(foreign) || text.includes(UNDONE) || text.startsWith('not its own');
      if (is_leak) leaks.push(`${what} of ${mark}: ${text.slice(0, 300)}`);
    };
    const streams = await Promise.all(
      sides.flatMap((side) => Array.from({ length: STREAMS_PER_FIRM }, () => listenFor(side, blame))),
    );
    let is_over = false;
    const delivered = (async () => {
      let count = 0;
      while (!is_over) {
        count += (await deliverDue(database.current.worker)).delivered;
        await sleep(200);
      }
      return count + (await deliverDue(database.current.worker)).delivered;
    })();
    let answered = 0;
    let at = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let serial = at++, own = plan[serial]; own; serial = at++, own = plan[serial]) {
          const side = sides[own.side];
          if (!side) throw new Error('there are two sides');
          const answer = await askUntilHeard(own.kind, side, serial);
          if (answer === null) continue;
          answered += 1;
          blame(own.kind, side, answer);
          if (own.kind === 'list' && !answer.includes(side.mark)) leaks.push(`list is empty: ${answer}`);
          if (serial % 10_000 === 9_999) process.stdout.write(`${serial + 1} asked\n`);
        }
      }),
    );
    is_over = true;
    const told = plan.filter(({ kind }) => kind === 'event').length;
    expect(await delivered).toBe(told);
    for (const stream of streams) await stream.heard(plan);
    for (const side of sides) {
      const own = mails.all(side.email);
      expect(own).toHaveLength(
        plan.filter(({ kind, side: of }) => kind === 'event' && sides[of] === side).length,
      );
      for (const { recipients, subject, text } of own) {
        expect(recipients).toEqual([side.email]);
        expect(subject + text).toContain(side.mark);
        blame('mail', side, subject + text);
      }
    }
    expect(leaks).toEqual([]);
    expect(answered).toBeGreaterThan(REQUESTS / 3);
  },
  TIMEOUT_MS,
);

/** So many at once may wait too long for a connection, and are told that the database is lost: they ask again. */
async function askUntilHeard(
  kind: (typeof KINDS)[number],
  side: Side,
  serial: number,
): Promise<string | null> {
  for (;;)
    try {
      return await ask(kind, side, serial);
    } catch (cause) {
      if (!isDatabaseLost(cause)) throw cause;
    }
}

type Blame = (what: string, side: Side, text: string) => void;

/** An open event stream of a firm, read to the end of the test; it hears each of the firm's events once. */
async function listenFor(side: Side, blame: Blame) {
  const stream = await tail.open({ firm_id: side.firm.id }, null);
  if (!stream) throw new Error('the stream was refused');
  const reader = stream.getReader();
  const heard: string[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const frames = (rest + decoder.decode(read.value, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        blame('stream', side, frame);
        if (frame.includes(side.mark)) heard.push(/^id: (.*)$/m.exec(frame)?.[1] ?? '');
      }
    }
  })();
  return {
    heard: async (plan: readonly { kind: string; side: number }[]) => {
      const expected = plan.filter((one) => one.kind === 'event' && sides[one.side] === side).length;
      await expect.poll(() => heard.length).toBeGreaterThanOrEqual(expected);
      await reader.cancel();
      await reading;
      expect(new Set(heard).size).toBe(expected);
      expect(heard).toHaveLength(expected);
    },
  };
}
