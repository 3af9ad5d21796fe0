import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { MEASURES, type Measure } from '#lib/domain/clearance/measure.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { metricsOf, type MetricsQuery } from '#lib/server/clearance/metrics.ts';
import { markStale, refreshFirm } from '#lib/server/clearance/rollup.ts';
import { GROUPS, type Group } from '#lib/server/clearance/slices.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { seeded } from '../support/clearance-file.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const QUERIES = process.env.LONG ? 400 : 40;

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

const HEADER =
  'declaration_no,customs_office,category,channel,arrived_at,declared_at,inspected_at,released_at';
const HOUR_MS = 3_600_000;
const pick = <T>(random: () => number, values: readonly [T, ...T[]]): T =>
  values[Math.floor(random() * values.length)] ?? values[0];

/** A line of a declaration near a border that is easily got wrong: midnight in China, a week, a month, a leap day. */
function line(random: () => number, serial: number): string {
  const border = pick(random, [
    '2023-12-31',
    '2024-02-28',
    '2024-02-29',
    '2024-03-31',
    '2024-12-29',
    '2025-01-05',
    '2024-06-12',
  ]);
  const declared = Date.parse(`${border}T16:00:00Z`) + Math.floor((random() - 0.5) * 60 * 3600) * 1000;
  const at = (hours: number) => new Date(declared + Math.round(hours * 3600) * 1000).toISOString();
  const hours = random() < 0.1 ? 0 : 40 * random() ** 2;
  const year = new Date(declared + 8 * HOUR_MS).getUTCFullYear();
  const office = pick(random, ['3104', '3101', '5304', '0901']);
  return [
    `${office}${year}0${String(serial).padStart(9, '0')}`,
    office,
    pick(random, ['crib', 'walker', '']),
    pick(random, ['green', 'ordinary', '']),
    random() < 0.7 ? at(Math.min(hours, random() * 8 - 5)) : '',
    at(0),
    random() < 0.3 ? at(hours / 2) : '',
    random() < 0.9 ? at(hours) : '',
  ].join(',');
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

const ENDS = {
  declared_to_released: ['declared_at', 'released_at'],
  arrived_to_released: ['arrived_at', 'released_at'],
  declared_to_inspected: ['declared_at', 'inspected_at'],
} as const satisfies Record<Measure, readonly [string, string]>;

const EXPRESSION = {
  month: `to_char(declared_at at time zone 'Asia/Shanghai', 'YYYY-MM')`,
  week: `to_char(declared_at at time zone 'Asia/Shanghai', 'IYYY"-W"IW')`,
  day: `to_char(declared_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')`,
  district: `left(customs_office, 2) || '00'`,
  customs_office: 'customs_office',
  category: 'category',
  channel: 'channel',
} satisfies Record<Group, string>;

type Truth = {
  key: string;
  n: number;
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  min: number;
  max: number;
};

/** The same question put to PostgreSQL over the raw rows. */
async function truthOf(firm: Firm, query: MetricsQuery): Promise<Truth[]> {
  const [start, end] = ENDS[query.measure];
  const key = `json_build_array(${query.group_by.map((group) => EXPRESSION[group]).join(', ')})::text`;
  const { rows } = await database.current.owner.pg.query<Truth>(
    `select key, count(*)::int as n, avg(h)::float8 as mean, min(h) as min, max(h) as max,
            percentile_cont(0.5) within group (order by h) as p50,
            percentile_cont(0.9) within group (order by h) as p90,
            percentile_cont(0.95) within group (order by h) as p95
     from (select ${query.group_by.length > 0 ? key : `'[]'`} as key, extract(epoch from ${end} - ${start})::float8 / 3600 as h
           from clearance where firm_id = $1 and direction = $2 and ${end} >= ${start}
             and (declared_at at time zone 'Asia/Shanghai')::date between $3 and $4
             and ($5::text is null or customs_office = $5) and ($6::text is null or left(customs_office, 2) = left($6, 2))
             and ($7::text is null or category = $7) and ($8::text is null or channel = $8)) x
     group by key order by key`,
    [
      firm.id,
      query.direction,
      query.from,
      query.to,
      query.customs_office ?? null,
      query.district ?? null,
      query.category ?? null,
      query.channel ?? null,
    ],
  );
  return rows.map((row) => ({ ...row, key: JSON.stringify(JSON.parse(row.key)) }));
}

async function expectTruth(firm: Firm, query: MetricsQuery): Promise<number> {
  const { rows } = await metricsOf(database.current.app, firm, query);
  const found = new Map(
    rows.map((row) => [JSON.stringify(query.group_by.map((group) => row[group] ?? null)), row]),
  );
  const truth = await truthOf(firm, query);
  expect([...found.keys()].sort(), JSON.stringify(query)).toEqual(truth.map(({ key }) => key).sort());
  for (const expected of truth) {
    const row = found.get(expected.key);
    const about = `${JSON.stringify(query)} ${expected.key}`;
    expect(row?.n, about).toBe(expected.n);
    expect(row?.quantiles, about).toBe(expected.n <= 1000 ? 'exact' : 'sketch');
    for (const name of ['mean', 'min', 'max'] as const)
      expect(
        Math.abs((row?.[`${name}_hours`] ?? Number.NaN) - expected[name]),
        `${name} ${about}`,
      ).toBeLessThan(1e-9);
    const error = row?.quantiles === 'exact' ? 0 : 0.005;
    for (const name of ['p50', 'p90', 'p95'] as const)
      expect(
        Math.abs((row?.[`${name}_hours`] ?? Number.NaN) - expected[name]),
        `${name} ${about}`,
      ).toBeLessThanOrEqual(error * expected[name] + 1e-9);
  }
  return truth.length;
}

/** Any measure, any stretch of days, any filters, any combination of groups. */
function anyQuery(random: () => number): MetricsQuery {
  const days = [
    '2023-12-01',
    '2023-12-31',
    '2024-01-01',
    '2024-02-28',
    '2024-02-29',
    '2024-03-01',
    '2024-03-31',
    '2024-06-12',
    '2024-12-30',
    '2025-01-05',
    '2025-02-01',
  ] as const;
  const [from = days[0], to = days[0]] = [pick(random, days), pick(random, days)].sort();
  const maybe = <T>(value: T): T | undefined => (random() < 0.25 ? value : undefined);
  return {
    from,
    to,
    measure: pick(random, MEASURES),
    direction: 'export',
    group_by: GROUPS.filter(() => random() < 0.3),
    customs_office: maybe(pick(random, ['3104', '0901'])),
    district: maybe(pick(random, ['3100', '5300'])),
    category: maybe(pick(random, ['crib', 'walker'])),
    channel: maybe(pick(random, ['green', 'ordinary'])),
  };
}

async function expectTruthOfMany(firm: Firm, seed: number): Promise<void> {
  const random = seeded(seed);
  let rows = 0;
  for (let asked = 0; asked < QUERIES; asked += 1) rows += await expectTruth(firm, anyQuery(random));
  // Each dimension alone and every pair, over everything.
  const whole = {
    from: '2023-01-01',
    to: '2025-12-31',
    measure: 'declared_to_released',
    direction: 'export',
  } as const;
  for (const first of GROUPS)
    for (const second of GROUPS)
      if (first <= second)
        rows += await expectTruth(firm, { ...whole, group_by: first === second ? [first] : [first, second] });
  expect(rows).toBeGreaterThan(200);
}

describe('metrics equal percentile_cont over the raw rows', () => {
  it('at the borders of days, weeks, months and leap years, in every combination of groups and filters', async () => {
    const firm = await createFirm(database.current.owner);
    const random = seeded(20240229);
    await importLines(
      firm,
      Array.from({ length: 900 }, (_, index) => line(random, index + 1)),
    );
    await expectTruthOfMany(firm, 1);
  }, 300_000);

  it('after corrections that move declarations between days, offices and channels', async () => {
    const firm = await createFirm(database.current.owner);
    const random = seeded(20250101);
    const first = Array.from({ length: 500 }, (_, index) => line(random, index + 1));
    await importLines(firm, first);
    // The same number, told differently: only the number and its year stay.
    const corrected = first
      .filter(() => random() < 0.4)
      .map((told) => {
        const [number = '', ...rest] = told.split(',');
        const cells = line(random, 1).split(',');
        const declared = cells[5] ?? '';
        const year = new Date(Date.parse(declared) + 8 * HOUR_MS).getUTCFullYear();
        return String(year) === number.slice(4, 8)
          ? [number, ...cells.slice(1)].join(',')
          : [number, ...rest.slice(0, 2), 'green', ...rest.slice(3)].join(',');
      });
    await importLines(firm, corrected);
    await expectTruthOfMany(firm, 2);
  }, 300_000);

  it('after records were deleted and their months made anew', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const random = seeded(20240630);
    await importLines(
      firm,
      Array.from({ length: 400 }, (_, index) => line(random, index + 1)),
    );
    await sql`delete from clearance where firm_id = ${firm.id} and declaration_no % 3 = 0`.execute(owner.db);
    const { rows } = await owner.pg.query<{ month: string }>(
      `select to_char(month, 'YYYY-MM-DD') as month from clearance_month where firm_id = $1`,
      [firm.id],
    );
    await inFirmClient(app.pool.pg, firm.id, (client) =>
      markStale(
        client,
        firm.id,
        rows.map(({ month }) => ({ direction: 'export' as const, month })),
      ),
    );
    // While they are stale, and once they are rolled up again.
    const whole: MetricsQuery = {
      from: '2023-01-01',
      to: '2025-12-31',
      measure: 'declared_to_released',
      direction: 'export',
      group_by: ['week', 'channel'],
    };
    expect(await expectTruth(firm, whole)).toBeGreaterThan(5);
    await refreshFirm(app.pool.pg, firm.id);
    await expectTruthOfMany(firm, 3);
  }, 300_000);

  it('above 1,000 values within 0.5 %, with the mean exact, also merged from many exact days', async () => {
    const firm = await createFirm(database.current.owner);
    const random = seeded(7);
    await importLines(
      firm,
      Array.from({ length: 2600 }, (_, index) => line(random, index + 1)),
    );
    const whole = { from: '2023-01-01', to: '2025-12-31', direction: 'export' } as const;
    for (const measure of MEASURES)
      for (const group_by of [[], ['channel'], ['month'], ['week'], ['customs_office']] as const)
        await expectTruth(firm, { ...whole, measure, group_by: [...group_by] });
  }, 300_000);
});
