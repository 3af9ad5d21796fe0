import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { mergeCohorts } from '#lib/server/clearance/cohorts.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { checkIntegrity } from '#lib/server/integrity/check.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
let firm: Firm;

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

/** Declarations over the turn of two months and of weeks, some with a second item, some under way. */
function file(serials: number): string {
  const rows = Array.from({ length: serials }, (_, index) => {
    const declared = Date.UTC(2026, 4, 20) + index * 7 * 3_600_000;
    const at = (hours: number) => new Date(declared + hours * 3_600_000).toISOString();
    const number = `${index % 3 === 0 ? '3101' : '3104'}20260${String(index + 1).padStart(9, '0')}`;
    const rest = `${index % 2 === 0 ? 'green' : 'ordinary'},${at(index % 4 === 0 ? 1 : -2)},${at(0)},${index % 5 === 0 ? at(3) : ''},${index % 9 === 8 ? '' : at(4 + (index % 11))}`;
    const first = `${number},1,crib,${rest}`;
    return index % 6 === 0 ? `${first}\n${number},2,walker,${rest}` : first;
  });
  return [
    'declaration_no,item_no,category,channel,arrived_at,declared_at,inspected_at,released_at',
    ...rows,
  ].join('\n');
}

beforeEach(async () => {
  const { owner, worker } = database.current;
  await sql`delete from clearance`.execute(owner.db);
  await sql`delete from auth.firm`.execute(owner.db);
  firm = await firmWithRecords();
  await mergeCohorts(worker, new Date());
});

async function firmWithRecords(): Promise<Firm> {
  const { app, owner } = database.current;
  const made = await createFirm(owner);
  await importClearance(app, {
    firm: made,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from([Buffer.from(file(120))]),
  });
  return made;
}

async function check(repairs = false): Promise<{ sentences: string[]; findings: number; mended: number }> {
  const { app, worker } = database.current;
  const sentences: string[] = [];
  const report = await checkIntegrity(
    { app, worker, now: new Date() },
    { repairs, found: ({ sentence }) => sentences.push(sentence), checked: () => {} },
  );
  return { sentences, ...report };
}

/** Found, named, mended, and gone. */
async function expectFoundAndMended(pattern: RegExp): Promise<void> {
  const found = await check();
  expect(found.sentences.join('\n')).toMatch(pattern);
  expect(found.mended).toBe(0);
  for (const sentence of found.sentences) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
  const mended = await check(true);
  expect(mended.mended).toBe(mended.findings);
  expect(mended.findings).toBeGreaterThan(0);
  expect((await check()).sentences).toEqual([]);
}

const damage = (statement: string) => database.current.owner.pg.query(statement, [firm.id]);

describe('the check of the numbers', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await check()).toEqual({ sentences: [], findings: 0, mended: 0 });
  });

  it.each([
    [
      'a wrong n',
      `update clearance_cell set n = n + 1 where firm_id = $1 and grain = 'month' and shape = 4 and channel = 'green' and measure = 'declared_to_released' and period_start = '2026-05-01'`,
      /export, 2026-05, cell of declared_to_released, month of 2026-05-01, office \*, category \*, channel green: it says n \d+, the records say \d+/,
    ],
    [
      'a wrong sum',
      `update clearance_cell set sum_seconds = sum_seconds + 1 where firm_id = $1 and grain = 'week' and shape = 0 and measure = 'declared_to_inspected' and period_start = '2026-06-01'`,
      /cell of declared_to_inspected, week of 2026-06-01, office \*, .*: it says sum/,
    ],
    [
      'values that are others',
      `update clearance_cell set durations = set_byte(durations, 0, get_byte(durations, 0) # 1) where firm_id = $1 and grain = 'month' and shape = 7 and measure = 'declared_to_released'`,
      /its durations differ from the records/,
    ],
    [
      'a missing week over the turn of a month',
      `delete from clearance_cell where firm_id = $1 and grain = 'week' and period_start = '2026-05-25' and shape = 1`,
      /week of 2026-05-25, office 310\d, .*: the cell is missing/,
    ],
    [
      'a cell of records that are none',
      `insert into clearance_cell (firm_id, measure, direction, grain, shape, period_start, customs_office, category, channel, n, sum_seconds, min_seconds, max_seconds, p10_seconds, p50_seconds, p90_seconds, is_exact, durations) values ($1, 'declared_to_released', 'export', 'month', 1, '2025-01-01', '5304', '*', '*', 1, 9, 9, 9, 9, 9, 9, true, '\\x09')`,
      /2025-01, cell of declared_to_released, month of 2025-01-01, office 5304, .*: there are no such records/,
    ],
    [
      'a wrong count of a day',
      `update clearance_day set inspected = inspected + 2 where firm_id = $1 and day = '2026-05-21' and not is_extra`,
      /day 2026-05-21, office 310\d, .*: it says inspected \d+, the records say \d+/,
    ],
    [
      'a wrong count of a month',
      `update clearance_tally set listed = listed + 1 where firm_id = $1 and month = '2026-05-01' and not is_extra`,
      /2026-05, month, office 310\d, .*: it says listed \d+, the records say \d+/,
    ],
    [
      'a wrong quantile',
      `update clearance_cell set p90_seconds = p90_seconds + 1 where firm_id = $1 and grain = 'week' and shape = 4`,
      /week of 2026-05-\d\d, office \*, .*: it says p90 [\d.]+, the records say/,
    ],
    [
      'a missing further category',
      `delete from clearance_day where firm_id = $1 and is_extra`,
      /category walker, .*further category: the day is missing/,
    ],
    [
      'a month that nobody marked',
      `delete from clearance_month where firm_id = $1 and month = '2026-06-01'`,
      /2026-06: there are records or numbers and no mark of the month/,
    ],
    [
      'a record that was changed behind it',
      `update clearance set released_at = released_at + interval '1 hour' where firm_id = $1 and declaration_no = 310420260000000002`,
      /it says sum/,
    ],
    [
      'a month that is stale for too long',
      `update clearance_month set is_stale = true, changed_at = now() - interval '2 hours' where firm_id = $1 and month = '2026-06-01'`,
      /2026-06: the numbers wait to be made anew/,
    ],
  ])('finds, names and mends %s', async (_what, statement, pattern) => {
    await damage(statement);
    await expectFoundAndMended(pattern);
  });

  it('finds and deletes records whose firm is gone', async () => {
    await sql`delete from auth.firm where id = ${firm.id}`.execute(database.current.owner.db);
    await mergeCohorts(database.current.worker, new Date());
    await expectFoundAndMended(/^\d+ clearance records belong to a firm that is no more/);
  });

  it('finds and mends a wrong number over all firms', async () => {
    for (let others = 0; others < 4; others += 1) await firmWithRecords();
    await mergeCohorts(database.current.worker, new Date());
    await damage(
      `update cohort_cell set n = n + 1 where shape = 0 and measure = 'declared_to_released' and $1::uuid is not null`,
    );
    await expectFoundAndMended(
      /Over all firms, export, 2026-05, cell of declared_to_released, shape 0, .*: it differs from the records/,
    );
  });

  it('names a few of many wrong cells and counts the others', async () => {
    await damage(`update clearance_cell set n = n + 1 where firm_id = $1`);
    const { sentences } = await check();
    expect(sentences.filter((sentence) => sentence.includes('it says n'))).not.toEqual([]);
    expect(sentences.length).toBeLessThan(100);
    expect(sentences.join('\n')).toMatch(/: \d+ more cells differ from the records\./);
  });
});
