import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { recordAudit } from '#lib/server/audit/record.ts';
import { auditEntries } from '#lib/server/audit/list.ts';
import { auditSheet } from '#lib/server/audit/sheet.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import type { App } from '#lib/server/app.ts';
import { getClearanceSettings, patchClearanceSettings } from '#lib/server/clearance/settings-api.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { csvFile } from '#lib/server/exports/csv-file.ts';
import { useDataDir, actorOf, cookieOf, PASSWORD } from '../support/accounts.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

/**
 * Two firms ask at once over fewer connections than there are requests, some of which break off: in the midst of a
 * transaction, of an export, of a statement. Whatever anybody is answered bears the mark of their own firm alone.
 */
const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir });
const REQUESTS = process.env.LONG === '1' ? 100_000 : 400;
const AT_ONCE = 24;
const POOL_SIZE = 3;
const KINDS = [
  'write',
  'break_off',
  'broken_statement',
  'list',
  'export',
  'torn_export',
  'settings',
  'session',
] as const;
const ALL = { kind: null, outcome: null, from: null, to: null, q: null } as const;

type Side = { firm: Firm; mark: string; foreign: string; cookie: string; min_n: number };
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
      return { firm, mark, foreign: marks[1 - at] ?? '', cookie: await cookieOf(app, email), min_n: 20 + at };
    }),
  );
});
afterAll(() => pool.end());

const entry = (mark: string) => ({
  ...({ kind: 'write', outcome: 'done', status: 200, action: 'POST /x', subject: mark, detail: {} } as const),
  ...({
    actor: { kind: 'person', id: null, name: mark },
    address: null,
    user_agent: null,
    request_id: null,
  } as const),
});

/** What the request was answered, as text; null where it broke off before any answer. */
async function ask(
  kind: (typeof KINDS)[number],
  { firm, mark, cookie, min_n }: Side,
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
    default:
      return kind satisfies never;
  }
}

test(`${REQUESTS} requests of two firms on ${POOL_SIZE} connections never answer with the other's rows`, async () => {
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
  let answered = 0;
  let at = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let own = plan[at++]; own; own = plan[at++]) {
        const side = sides[own.side];
        if (!side) throw new Error('there are two sides');
        const answer = await ask(own.kind, side);
        if (answer === null) continue;
        answered += 1;
        if (answer.includes(side.foreign) || answer.startsWith('not its own'))
          leaks.push(`${own.kind}: ${answer.slice(0, 200)}`);
        if (own.kind === 'list' && !answer.includes(side.mark)) leaks.push(`list is empty: ${answer}`);
      }
    }),
  );
  expect(leaks).toEqual([]);
  expect(answered).toBeGreaterThan(REQUESTS / 4);
});
