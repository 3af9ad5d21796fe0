import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { importClearance, type ImportRequest } from '#lib/server/clearance/import.ts';
import { firstProblems } from '#lib/server/clearance/import-problems.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import { resumeRollups } from '#lib/server/clearance/resume-rollups.ts';
import { baselines } from '#lib/server/clearance/baselines.ts';
import { honestyOf } from '#lib/server/clearance/honesty.ts';
import { standingAside } from '#lib/server/clearance/overview.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const FIXTURES = join(import.meta.dirname, '../fixtures/clearance');
const MAY = {
  from: '2026-05-01',
  to: '2026-05-31',
  measure: 'declared_to_released',
  direction: 'export',
} as const;

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

function importText(firm: Firm, text: string, given: Partial<ImportRequest> = {}) {
  return importClearance(database.current.app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from([Buffer.from(text)]),
    ...given,
  });
}

function importFixture(firm: Firm, name: string) {
  return importText(firm, '', { bytes: createReadStream(join(FIXTURES, name)), file_name: name });
}

const HEADER = 'declaration_no,customs_office,channel,declared_at,released_at';
/** Rows of one office whose hours are a fixed, uneven sequence. */
function rows(count: number, first = 1): string[] {
  return Array.from({ length: count }, (_, index) => {
    const serial = first + index;
    const minutes = 30 + ((serial * 7919) % 1440);
    const released = new Date(Date.UTC(2026, 4, 14, 0, 0) + minutes * 60_000).toISOString();
    const channel = serial % 3 === 0 ? 'green' : 'ordinary';
    return `310420260${String(serial).padStart(9, '0')},3104,${channel},2026-05-14T00:00:00Z,${released}`;
  });
}

describe('an import of clearance records', () => {
  it.each(['f9-utf8.csv', 'f9-gb18030.csv'])(
    'stores two records of %s and lists the third with three reasons',
    async (name) => {
      const firm = await createFirm(database.current.owner);
      const report = await importFixture(firm, name);
      expect(report).toMatchObject({ received: 3, accepted: 2, rejected: 1, problem: null });
      const problems = await inFirm(database.current.app.db, firm.id, (tx) =>
        firstProblems(tx, report.import_id, 'zh-CN', 10),
      );
      expect(problems.map(({ line, field }) => `${line} ${field}`)).toEqual([
        '4 declaration_no',
        '4 hs_code',
        '4 released_at',
      ]);
      expect(problems[0]?.message).toContain('Excel');
    },
  );

  it('ends as mean and median hours with n beside the derived baseline', async () => {
    const firm = await createFirm(database.current.owner);
    await importFixture(firm, 'f9-utf8.csv');
    const { rows: found } = await metricsOf(database.current.app, firm, {
      ...MAY,
      group_by: ['customs_office', 'month'],
    });
    expect(found).toHaveLength(1);
    // 08:40 to 11:52 is 3.2 h; 16:20 to 18:40 of the next day is 26.33 h.
    expect(found[0]).toMatchObject({
      customs_office: '3104',
      month: '2026-05',
      n: 2,
      quantiles: 'exact',
      is_small_n: true,
    });
    expect(found[0]?.mean_hours).toBeCloseTo((3.2 + 26 + 1 / 3) / 2, 9);
    expect(found[0]?.p50_hours).toBeCloseTo((3.2 + 26 + 1 / 3) / 2, 9);
    expect(found[0]?.baseline).toMatchObject({
      hours: 11.05,
      is_derived: true,
      comparable: true,
      definition_confirmed: false,
    });
  });

  it('keeps the published series of Customs aside and says that it measures something else', async () => {
    const aside = standingAside(await baselines(database.current.app.db), 'export');
    expect(aside.map(({ hours }) => hours)).toContain(1.03);
    expect(aside.every(({ comparable, why_not }) => !comparable && why_not === 'other_definition')).toBe(
      true,
    );
  });

  it('stores each record once when the same file comes twice', async () => {
    const firm = await createFirm(database.current.owner);
    const file = [HEADER, ...rows(200)].join('\n');
    expect(await importText(firm, file)).toMatchObject({ accepted: 200 });
    expect(await importText(firm, file)).toMatchObject({ accepted: 0, duplicates: 200, corrected: 0 });
  });

  it('stores each record once when overlapping slices come at the same time', async () => {
    const firm = await createFirm(database.current.owner);
    const slices = [0, 1, 2, 3, 4, 5].map((at) => [HEADER, ...rows(120, 1 + at * 60)].join('\n'));
    const reports = await Promise.all(slices.map((slice) => importText(firm, slice)));
    expect(reports.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(420);
    const { rows: found } = await metricsOf(database.current.app, firm, { ...MAY, group_by: [] });
    expect(found[0]?.n).toBe(420);
  });

  it('corrects a record that a later file tells otherwise, and keeps the state before', async () => {
    const firm = await createFirm(database.current.owner);
    const line = (released: string) =>
      `${HEADER}\n310420260000000001,3104,green,2026-05-14 08:00,${released}`;
    await importText(firm, line('2026-05-14 12:00'));
    expect(await importText(firm, line('2026-05-14 14:00'))).toMatchObject({ corrected: 1, accepted: 0 });
    const { rows: found } = await metricsOf(database.current.app, firm, { ...MAY, group_by: [] });
    expect(found[0]).toMatchObject({ n: 1, mean_hours: 6 });
    expect(await importText(firm, line('2026-05-14 12:00'))).toMatchObject({ duplicates: 1, corrected: 0 });
  });

  it('takes the rows of one file that contradict each other for an error on the later line', async () => {
    const firm = await createFirm(database.current.owner);
    const report = await importText(
      firm,
      `${HEADER}\n310420260000000001,3104,green,2026-05-14 08:00,2026-05-14 12:00\n310420260000000001,3104,green,2026-05-14 08:00,2026-05-14 13:00`,
    );
    expect(report).toMatchObject({ accepted: 1, rejected: 1 });
  });

  it.each([
    ['nothing at all', '', 'file.empty'],
    ['no header', 'a,b\n1,2', 'header.missing'],
    [
      'no time of declaration',
      'declaration_no,customs_office\n310420260000000001,3104',
      'header.column_missing',
    ],
  ])('says what is wrong with a file of %s', async (_, text, code) => {
    const firm = await createFirm(database.current.owner);
    expect((await importText(firm, text)).problem).toMatchObject({ code });
  });

  it.each([false, true])('keeps its footing when the upload breaks off (gzip: %s)', async (is_gzip) => {
    const firm = await createFirm(database.current.owner);
    const file = Buffer.from([HEADER, ...rows(50)].join('\n'));
    async function* breaksOff() {
      yield is_gzip ? gzipSync(file).subarray(0, 200) : file.subarray(0, 900);
      throw new Error('whatever the server calls a lost connection');
    }
    const report = await importText(firm, '', { is_gzip, bytes: breaksOff() });
    expect(report.problem).toMatchObject({ code: 'file.interrupted' });
    // What came whole before the break is stored.
    if (!is_gzip) expect(report.accepted).toBeGreaterThan(5);
    expect(report.accepted).toBe(report.received);
    expect(await importText(firm, file.toString())).toMatchObject({
      problem: null,
      received: 50,
      rejected: 0,
    });
  });

  it('says so when a body is not the gzip that its header names', async () => {
    const firm = await createFirm(database.current.owner);
    expect((await importText(firm, HEADER, { is_gzip: true })).problem).toMatchObject({
      code: 'file.not_gzip',
    });
  });

  it('shows another firm none of it', async () => {
    const [one, other] = [await createFirm(database.current.owner), await createFirm(database.current.owner)];
    await importFixture(one, 'f9-utf8.csv');
    expect((await metricsOf(database.current.app, other, { ...MAY, group_by: [] })).rows).toEqual([]);
    const seen = await inFirm(database.current.app.db, other.id, (tx) =>
      sql<{ n: string }>`select count(*) as n from clearance`.execute(tx),
    );
    expect(seen.rows[0]?.n).toBe('0');
  });
});

describe('an import that was killed', () => {
  it('is rolled up and closed by the worker, and not before it has been silent', async () => {
    const { owner, worker, app } = database.current;
    const firm = await createFirm(owner);
    const report = await importText(firm, [HEADER, ...rows(90)].join('\n'));
    const whole = await honestyOf(app, firm, MAY);
    expect(whole.release_known).toEqual({ part: 90, whole: 90, share: 1 });
    expect(whole.green_within_a_minute.whole).toBe(30);
    // What kill -9 leaves after a batch: records on disk, cells not made, the import still running.
    await sql`delete from clearance_day where firm_id = ${firm.id}`.execute(owner.db);
    await sql`delete from clearance_cell where firm_id = ${firm.id}`.execute(owner.db);
    await sql`update clearance_month set is_stale = true, changed_at = now() where firm_id = ${firm.id}`.execute(
      owner.db,
    );
    await sql`update clearance_import set state = 'running', progressed_at = now(), finished_at = null where id = ${report.import_id}`.execute(
      owner.db,
    );

    expect(await resumeRollups(worker, new Date())).toEqual({ months: 0, imports_closed: 0 });
    const later = new Date(Date.now() + 3_600_000);
    expect(await resumeRollups(worker, later)).toEqual({ months: 1, imports_closed: 1 });
    expect(await honestyOf(app, firm, MAY)).toEqual(whole);
    const { rows: found } = await metricsOf(app, firm, { ...MAY, group_by: [] });
    expect(found[0]?.n).toBe(90);
    const { rows: closed } = await sql<{
      state: string;
    }>`select state from clearance_import where id = ${report.import_id}`.execute(owner.db);
    expect(closed[0]?.state).toBe('failed');
    expect(await resumeRollups(worker, later)).toEqual({ months: 0, imports_closed: 0 });
  });
});

describe('metrics', () => {
  it('say the same while a month is stale, and read only that month from the records', async () => {
    const { owner, app } = database.current;
    const firm = await createFirm(owner);
    const april = rows(40).map((row) =>
      row.replaceAll('2026-05-14', '2026-04-14').replaceAll('2026-05-15', '2026-04-15'),
    );
    await importText(firm, [HEADER, ...april, ...rows(60, 1000)].join('\n'));
    const year = { ...MAY, from: '2026-01-01', to: '2026-12-31', group_by: [] };
    const fresh = await metricsOf(app, firm, year);
    // May is stale; of April only the cells are left, so that reading its records would be seen.
    await sql`update clearance_month set is_stale = true where firm_id = ${firm.id} and month = '2026-05-01'`.execute(
      owner.db,
    );
    await sql`delete from clearance where firm_id = ${firm.id} and declared_at < '2026-05-01'`.execute(
      owner.db,
    );
    expect((await metricsOf(app, firm, year)).rows).toEqual(fresh.rows);
  });

  it('agree with percentile_cont over the records, exactly up to 1,000 and within 0.5 % above', async () => {
    for (const count of [60, 2400]) {
      const firm = await createFirm(database.current.owner);
      await importText(firm, [HEADER, ...rows(count)].join('\n'));
      const { rows: found } = await metricsOf(database.current.app, firm, { ...MAY, group_by: ['channel'] });
      const { rows: truth } = await sql<Record<'channel' | 'n' | 'mean' | 'p50' | 'p90' | 'p95', string>>`
        select channel, count(*) as n, avg(h) as mean, percentile_cont(0.5) within group (order by h) as p50,
               percentile_cont(0.9) within group (order by h) as p90, percentile_cont(0.95) within group (order by h) as p95
        from (select channel, extract(epoch from released_at - declared_at)::float8 / 3600 as h from clearance where firm_id = ${firm.id}) x
        group by channel order by channel`.execute(database.current.owner.db);
      expect(found.map(({ channel, n }) => [channel, n])).toEqual(
        truth.map(({ channel, n }) => [channel, Number(n)]),
      );
      for (const [index, row] of found.entries()) {
        const expected = truth[index];
        const error = row.quantiles === 'exact' ? 1e-9 : 0.005;
        expect(row.mean_hours).toBeCloseTo(Number(expected?.mean), 9);
        for (const name of ['p50', 'p90', 'p95'] as const)
          expect(Math.abs(row[`${name}_hours`] / Number(expected?.[name]) - 1)).toBeLessThanOrEqual(error);
      }
      expect(found.some(({ quantiles }) => quantiles === (count > 1000 ? 'sketch' : 'exact'))).toBe(true);
    }
  });

  it('give the same numbers by week, by day and as a whole', async () => {
    const firm = await createFirm(database.current.owner);
    await importText(firm, [HEADER, ...rows(300)].join('\n'));
    const whole = await metricsOf(database.current.app, firm, {
      ...MAY,
      from: '2026-05-13',
      to: '2026-05-15',
      group_by: [],
    });
    for (const group of ['day', 'week', 'month'] as const) {
      const { rows: found } = await metricsOf(database.current.app, firm, {
        ...MAY,
        from: '2026-05-13',
        to: '2026-05-15',
        group_by: [group],
      });
      expect(found.map(({ n, mean_hours, p90_hours }) => ({ n, mean_hours, p90_hours }))).toEqual(
        whole.rows.map(({ n, mean_hours, p90_hours }) => ({ n, mean_hours, p90_hours })),
      );
    }
  });
});
