import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { cohortMetricsOf, type CohortQuery } from '#lib/server/clearance/cohort-metrics.ts';
import { mergeCohorts } from '#lib/server/clearance/cohorts.ts';
import { getMetrics } from '#lib/server/clearance/hours-api.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { ask } from '../support/ask.ts';
import { seeded } from '../support/clearance-file.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';

const database = useDatabase();

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

const HEADER = 'declaration_no,category,channel,arrived_at,declared_at,inspected_at,released_at';
type Given = {
  serial: number;
  year: number;
  month?: string;
  office?: string;
  category?: string;
  channel?: string;
  hours: number;
};

function line({
  serial,
  year,
  month = '05',
  office = '3104',
  category = 'crib',
  channel = 'ordinary',
  hours,
}: Given): string {
  const declared = Date.parse(`${year}-${month}-14T00:00:00Z`) + (serial % 7) * 86_400_000;
  const at = (after: number) => new Date(declared + Math.round(after * 3600) * 1000).toISOString();
  const inspected = serial % 3 === 0 ? at(hours / 2) : '';
  return `${office}${year}0${String(serial).padStart(9, '0')},${category},${channel},${at(-1)},${at(0)},${inspected},${at(hours)}`;
}

async function importLines(firm: Firm, lines: readonly string[]): Promise<void> {
  const report = await importClearance(database.current.app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from([Buffer.from([HEADER, ...lines].join('\n'))]),
  });
  expect(report).toMatchObject({ rejected: 0, problem: null });
}

/** Firms with one declaration each, in a year that no other test uses. */
async function firmsWithOne(count: number, year: number): Promise<Firm[]> {
  const firms: Firm[] = [];
  for (let serial = 1; serial <= count; serial += 1) {
    const firm = await createFirm(database.current.owner);
    await importLines(firm, [line({ serial, year, hours: serial })]);
    firms.push(firm);
  }
  return firms;
}

/** As the worker does it, some time after everything that was imported. */
const merge = () => mergeCohorts(database.current.worker, new Date());

const asked = (year: number, given: Partial<CohortQuery> = {}): CohortQuery => ({
  from: `${year}-01-01`,
  to: `${year}-12-31`,
  measure: 'declared_to_released',
  direction: 'export',
  group_by: [],
  ...given,
});
const hoursOf = (year: number, given: Partial<CohortQuery> = {}) =>
  cohortMetricsOf(database.current.app, null, asked(year, given));

describe('numbers over all firms', () => {
  it('are nothing of four firms, and of five each declaration once, with firms and time', async () => {
    await firmsWithOne(4, 2031);
    await merge();
    expect((await hoursOf(2031)).rows).toEqual([]);
    const { rows: written } = await sql<{ n: string }>`
      select count(*) as n from cohort_cell where month between '2031-01-01' and '2031-12-31'`.execute(
      database.current.owner.db,
    );
    expect(written[0]?.n).toBe('0');

    const fifth = await createFirm(database.current.owner);
    await importLines(fifth, [line({ serial: 5, year: 2031, hours: 5 })]);
    // A broker's copy of the first firm's declaration is no further declaration.
    await importLines(fifth, [line({ serial: 1, year: 2031, hours: 1 })]);
    const before = new Date();
    await merge();
    const { rows, as_of, firms_min } = await hoursOf(2031, { group_by: ['month'] });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      month: '2031-05',
      n: 5,
      firms: 5,
      months: 1,
      mean_hours: 3,
      p50_hours: 3,
      min_hours: 1,
      max_hours: 5,
      quantiles: 'exact',
      is_small_n: true,
    });
    expect(rows[0]?.baseline).toMatchObject({ hours: 11.05 });
    expect(firms_min).toBe(5);
    expect(as_of?.getTime()).toBeGreaterThanOrEqual(before.getTime() - 1000);
  });

  it('equal an independent calculation for every group that is shown', async () => {
    const { owner } = database.current;
    const random = seeded(20260513);
    const lines = new Map<number, string[]>();
    for (let serial = 1; serial <= 1500; serial += 1) {
      const firm = Math.floor(random() * 9);
      const one = line({
        serial,
        year: 2032,
        month: random() < 0.5 ? '03' : '04',
        office: ['3104', '3101', '5304', '4201'][Math.floor(random() ** 2 * 4)] ?? '3104',
        category: ['crib', 'walker', ''][Math.floor(random() * 3)] ?? '',
        channel: ['green', 'ordinary', ''][Math.floor(random() ** 3 * 3)] ?? '',
        hours: 30 * random() ** 2,
      });
      // One in six is held by a second firm too; it tells the same.
      const holders = random() < 1 / 6 ? [firm, (firm + 1) % 9] : [firm];
      for (const holder of holders) lines.set(holder, [...(lines.get(holder) ?? []), one]);
    }
    for (const [, own] of lines) await importLines(await createFirm(owner), own);
    await merge();
    let compared = 0;
    for (const measure of ['declared_to_released', 'arrived_to_released', 'declared_to_inspected'] as const)
      for (const group_by of [
        [],
        ['month'],
        ['customs_office'],
        ['district', 'month'],
        ['channel', 'month'],
        ['category', 'channel', 'month'],
        ['month', 'customs_office', 'channel'],
      ] as const) {
        const { rows } = await hoursOf(2032, { measure, group_by: [...group_by] });
        for (const row of rows) {
          const [start, end] = {
            declared_to_released: ['declared_at', 'released_at'],
            arrived_to_released: ['arrived_at', 'released_at'],
            declared_to_inspected: ['declared_at', 'inspected_at'],
          }[measure];
          const { rows: truth } = await owner.pg.query<{
            n: string;
            firms: string;
            mean: number;
            p50: number;
            p90: number;
          }>(
            `with once as (
               select distinct on (declaration_no) *, to_char(declared_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month
               from clearance where accepted_year = 2032 order by declaration_no)
             select count(*) as n, avg(h)::float8 as mean, percentile_cont(0.5) within group (order by h) as p50,
                    percentile_cont(0.9) within group (order by h) as p90
             from (select extract(epoch from ${end} - ${start})::float8 / 3600 as h, * from once where ${end} is not null) x
             where ($1::text is null or month = $1) and ($2::text is null or customs_office = $2)
               and ($3::text is null or left(customs_office, 2) = left($3, 2))
               and ($4::boolean or category is not distinct from $5) and ($6::boolean or channel is not distinct from $7)`,
            [
              row.month,
              row.customs_office,
              row.district,
              row.category === undefined,
              row.category,
              row.channel === undefined,
              row.channel,
            ],
          );
          // A group of several months holds those in which it is shown: compared where that is all of them.
          if (group_by.length > 0 && !group_by.some((group) => group === 'month') && row.months < 2) continue;
          compared += 1;
          expect(row.n).toBe(Number(truth[0]?.n));
          expect(row.mean_hours).toBeCloseTo(truth[0]?.mean ?? Number.NaN, 9);
          const error = row.quantiles === 'exact' ? 1e-9 : 0.005;
          for (const [name, value] of [
            ['p50_hours', truth[0]?.p50],
            ['p90_hours', truth[0]?.p90],
          ] as const)
            expect(Math.abs(row[name] / (value ?? Number.NaN) - 1)).toBeLessThanOrEqual(error);
          expect(row.firms).toBeGreaterThanOrEqual(5);
        }
      }
    expect(compared).toBeGreaterThan(40);
  });

  it('leave out an office of one firm, and the other one that would tell it', async () => {
    await firmsWithOne(5, 2033);
    const sixth = await createFirm(database.current.owner);
    await importLines(sixth, [line({ serial: 6, year: 2033, office: '3101', hours: 40 })]);
    await merge();
    expect((await hoursOf(2033)).rows[0]).toMatchObject({ n: 6, firms: 6 });
    expect((await hoursOf(2033, { group_by: ['customs_office'] })).rows).toEqual([]);
    expect((await hoursOf(2033, { customs_office: '3104' })).rows).toEqual([]);
    expect((await hoursOf(2033, { group_by: ['district'] })).rows).toHaveLength(1);
    // Three more firms at the small office make it one of four: still too few, and so is the rest.
    for (let serial = 7; serial <= 10; serial += 1)
      await importLines(await createFirm(database.current.owner), [
        line({ serial, year: 2033, office: '3101', hours: 2 }),
      ]);
    await merge();
    expect(
      (await hoursOf(2033, { group_by: ['customs_office'] })).rows.map(({ customs_office, firms: count }) => [
        customs_office,
        count,
      ]),
    ).toEqual([
      ['3101', 5],
      ['3104', 5],
    ]);
  });

  it('follow a correction, and the end of a firm, whatever records it leaves behind', async () => {
    const { owner } = database.current;
    const [first, , , , fifth, sixth] = await firmsWithOne(6, 2034);
    if (!first || !fifth || !sixth) throw new Error('a firm is missing');
    await merge();
    expect((await hoursOf(2034)).rows[0]).toMatchObject({ n: 6, mean_hours: 3.5 });
    await importLines(first, [line({ serial: 1, year: 2034, hours: 7 })]);
    expect(await merge()).toMatchObject({ months: 1 });
    expect((await hoursOf(2034)).rows[0]).toMatchObject({ n: 6, mean_hours: 4.5 });
    await sql`delete from auth.firm where id = ${sixth.id}`.execute(owner.db);
    expect(await merge()).toMatchObject({ months: 1 });
    expect((await hoursOf(2034)).rows[0]).toMatchObject({ n: 5, firms: 5, mean_hours: 4.2 });
    await sql`delete from auth.firm where id = ${fifth.id}`.execute(owner.db);
    await merge();
    expect((await hoursOf(2034)).rows).toEqual([]);
  });

  it('are as the firm tells it that imported the declaration last, where two tell it differently', async () => {
    const [first] = await firmsWithOne(5, 2035);
    if (!first) throw new Error('a firm is missing');
    const broker = await createFirm(database.current.owner);
    await importLines(broker, [line({ serial: 1, year: 2035, hours: 31 })]);
    await merge();
    expect((await hoursOf(2035)).rows[0]).toMatchObject({ n: 5, firms: 6, max_hours: 31 });
    await importLines(first, [line({ serial: 1, year: 2035, hours: 21 })]);
    await merge();
    expect((await hoursOf(2035)).rows[0]).toMatchObject({ n: 5, firms: 6, max_hours: 21 });
  });

  it('are made anew for the months that changed, and no others', async () => {
    const firms = await firmsWithOne(5, 2036);
    await importLines(firms[0] ?? (await createFirm(database.current.owner)), [
      line({ serial: 90, year: 2036, month: '08', hours: 2 }),
    ]);
    await merge();
    expect(await merge()).toEqual({ months: 0, cells: 0 });
    await importLines(firms[1] ?? (await createFirm(database.current.owner)), [
      line({ serial: 91, year: 2036, month: '08', hours: 2 }),
    ]);
    expect(await merge()).toEqual({ months: 1, cells: 0 });
  });

  it('wait for a month that a firm is importing into, but not for ever', async () => {
    const { owner, worker } = database.current;
    const [first] = await firmsWithOne(5, 2037);
    await sql`update clearance_month set is_stale = true where firm_id = ${first?.id}`.execute(owner.db);
    expect(await merge()).toEqual({ months: 0, cells: 0 });
    const later = new Date(Date.now() + 3_600_000);
    expect((await mergeCohorts(worker, later)).months).toBe(1);
    expect((await hoursOf(2037)).rows[0]).toMatchObject({ n: 5 });
  });

  it('are the same whether one worker merges or several at once', async () => {
    const { worker } = database.current;
    await firmsWithOne(6, 2038);
    await Promise.all(Array.from({ length: 4 }, () => mergeCohorts(worker, new Date())));
    expect((await hoursOf(2038)).rows[0]).toMatchObject({ n: 6, firms: 6 });
    expect(await merge()).toEqual({ months: 0, cells: 0 });
  });

  it('keep sample firms apart from the others', async () => {
    const { app, owner } = database.current;
    const firms = await firmsWithOne(9, 2039);
    for (const { id } of firms.slice(4))
      await sql`update auth.firm set is_sample = true where id = ${id}`.execute(owner.db);
    await merge();
    expect((await hoursOf(2039)).rows).toEqual([]);
    const sample = { ...(firms[8] ?? (await createFirm(owner))), is_sample: true };
    const found = await cohortMetricsOf(app, sample, asked(2039));
    expect(found).toMatchObject({ is_sample: true, rows: [{ n: 5, firms: 5 }] });
  });
});

describe('the contract', () => {
  const operator = operatorActor(['clearance:read']);

  it('gives the operator all firms, a firm its own unless it asks for all, by whole months', async () => {
    const { app } = database.current;
    const [firm] = await firmsWithOne(5, 2029);
    if (!firm) throw new Error('a firm is missing');
    await merge();
    const reader = firmActor(firm, ['clearance:read']);
    const query = { from: '2029-05-15', to: '2029-05-16', group_by: 'month' };
    const all = await ask(app, getMetrics, { actor: operator, query });
    expect(all).toMatchObject({
      status: 200,
      json: {
        scope: 'all',
        from: '2029-05-01',
        to: '2029-05-31',
        firms_min: 5,
        is_sample: false,
        rows: [{ month: '2029-05', n: 5, firms: 5 }],
      },
    });
    expect(JSON.stringify(all.json)).toContain('fewer than 5 firms');
    const own = await ask(app, getMetrics, { actor: reader, query: { ...query, to: '2029-05-31' } });
    expect(own).toMatchObject({ status: 200, json: { scope: 'firm', rows: [{ n: 1 }] } });
    const asked_for_all = await ask(app, getMetrics, {
      actor: reader,
      query: { ...query, scope: 'all' },
      headers: { 'accept-language': 'zh-CN' },
    });
    expect(asked_for_all).toMatchObject({ status: 200, json: { scope: 'all', rows: [{ n: 5 }] } });
    expect(JSON.stringify(asked_for_all.json)).toContain('不足5家企业');
  });

  it('refuses what it cannot give, and says what to ask instead', async () => {
    const { app } = database.current;
    const by_week = await ask(app, getMetrics, { actor: operator, query: { group_by: 'week' } });
    expect(by_week).toMatchObject({ status: 422, json: { errors: [{ field: 'group_by' }] } });
    const own = await ask(app, getMetrics, { actor: operator, query: { scope: 'firm' } });
    expect(own).toMatchObject({ status: 422, json: { errors: [{ field: 'scope' }] } });
  });
});

describe('the tables of numbers over all firms', () => {
  it('name no firm, and are written by the worker alone', async () => {
    const { owner, app } = database.current;
    const { rows: columns } = await sql<{ table_name: string; column_name: string }>`
      select table_name, column_name from information_schema.columns
      where table_name like 'cohort_%' and (column_name like '%firm%' or data_type = 'uuid')`.execute(
      owner.db,
    );
    expect(columns).toEqual([{ table_name: 'cohort_cell', column_name: 'firms' }]);
    const firm = await createFirm(owner);
    for (const statement of [
      `insert into cohort_month values (false, 'export', '2031-05-01', now())`,
      `update cohort_cell set n = 1`,
      `delete from cohort_cell`,
      `select month from cohort_due`,
    ])
      await expect(inFirm(app.db, firm.id, (tx) => sql.raw(statement).execute(tx))).rejects.toThrow(
        /permission denied/,
      );
    // The operator may take the sample away, and nothing else.
    const taken = await inFirm(app.db, firm.id, (tx) => sql`delete from cohort_month`.execute(tx));
    expect(taken.numAffectedRows ?? 0n).toBe(0n);
  });
});
