import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { honestyOf } from '#lib/server/clearance/honesty.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import type { HoursQuery } from '#lib/server/clearance/metrics.ts';
import { countRecords, recordsOf } from '#lib/server/clearance/records.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const MAY: HoursQuery = {
  from: '2026-05-01',
  to: '2026-05-31',
  measure: 'declared_to_released',
  direction: 'export',
};

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

const HEADER =
  'declaration_no,item_no,category,channel,arrived_at,declared_at,inspection_notified_at,inspected_at,released_at';
const AT_EIGHT = '2026-05-14 08:00';

/** Lines of a file in which every second declaration is what its name says and nothing else. */
const STORY = {
  plain_green: `310420260000000001,1,crib,green,2026-05-14 07:00,${AT_EIGHT},,,2026-05-14 12:00`,
  green_in_no_time: `310420260000000002,1,walker,green,,${AT_EIGHT},,,2026-05-14 08:01`,
  green_inspected: `310420260000000003,1,pacifier,green,,${AT_EIGHT},2026-05-14 09:00,2026-05-14 10:00,2026-05-14 13:00`,
  green_notified: `310420260000000004,1,pacifier,green,,${AT_EIGHT},2026-05-14 09:00,,2026-05-14 13:00`,
  green_under_way: `310420260000000005,1,crib,green,,${AT_EIGHT},,,`,
  green_other_goods: `310520260000000006,1,,green,2026-05-14 09:00,${AT_EIGHT},,,2026-05-14 12:00`,
  ordinary_crib: `310420260000000007,1,crib,ordinary,2026-05-14 09:00,${AT_EIGHT},,,2026-05-14 20:00`,
  // Its first item is of no named category; the second one is, and counts the declaration once more for itself.
  ordinary_two_items: `310420260000000008,1,,ordinary,,${AT_EIGHT},,,2026-05-14 20:00\n310420260000000008,2,walker,ordinary,,${AT_EIGHT},,,2026-05-14 20:00`,
  ordinary_two_categories: `530420260000000009,1,crib,ordinary,,${AT_EIGHT},,,2026-05-14 20:00\n530420260000000009,2,walker,ordinary,,${AT_EIGHT},,,2026-05-14 20:00`,
  no_channel: `310420260000000010,1,crib,,,${AT_EIGHT},,,2026-05-14 20:00`,
};

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

describe('the figures beside the hours', () => {
  it('count what the green channel is judged by, each share with both its counts', async () => {
    const firm = await createFirm(database.current.owner);
    await importLines(firm, Object.values(STORY));
    const all = await honestyOf(database.current.app, firm, MAY);
    expect(all).toMatchObject({
      n: 9,
      min_n: 30,
      is_small_n: true,
      outliers: null,
      release_known: { part: 9, whole: 10, share: 0.9 },
      // Green of a named category: 1 to 5; ordinary ones: 7, and 8 by its second item. Shenzhen has launched nothing.
      green_coverage: { part: 5, whole: 7, share: 5 / 7 },
      // A notice is enough: the programme promises no inspection at all.
      green_inspected: { part: 2, whole: 6, share: 2 / 6 },
      green_within_a_minute: { part: 1, whole: 5, share: 1 / 5 },
      declared_before_arrival: { part: 2, whole: 3, share: 2 / 3 },
    });
  });

  it('follow the filters, and count a declaration for each of its categories', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    await importLines(firm, Object.values(STORY));
    const walker = await honestyOf(app, firm, { ...MAY, category: 'walker' });
    expect(walker).toMatchObject({ n: 3, green_coverage: { part: 1, whole: 2 } });
    const shenzhen = await honestyOf(app, firm, { ...MAY, district: '5300' });
    expect(shenzhen).toMatchObject({ n: 1, green_coverage: { part: 0, whole: 0 } });
    const bonded = await honestyOf(app, firm, { ...MAY, customs_office: '3105' });
    expect(bonded).toMatchObject({ n: 1, green_coverage: { part: 0, whole: 0, share: null } });
    const ordinary = await honestyOf(app, firm, { ...MAY, channel: 'ordinary' });
    expect(ordinary).toMatchObject({ n: 3, green_inspected: { part: 0, whole: 0, share: null } });
    expect(await honestyOf(app, firm, { ...MAY, from: '2026-05-15' })).toMatchObject({ n: 0 });
  });

  it('count as eligible from the day of the launch alone', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const on = (day: string, serial: string) =>
      `3104202600000000${serial},1,crib,ordinary,,2026-05-${day} 23:00,,,2026-05-14 12:00`;
    await importLines(firm, [on('12', '01'), on('13', '02')]);
    expect(await honestyOf(app, firm, MAY)).toMatchObject({ n: 2, green_coverage: { part: 0, whole: 1 } });
    await sql`update clearance_month set is_stale = true where firm_id = ${firm.id}`.execute(owner.db);
    expect(await honestyOf(app, firm, MAY)).toMatchObject({ n: 2, green_coverage: { part: 0, whole: 1 } });
  });

  it('lead from the share of the green channel to the declarations that it counts', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const before = `310420260000000020,1,crib,ordinary,,2026-05-12 23:00,,,2026-05-14 12:00`;
    await importLines(firm, [...Object.values(STORY), before]);
    const queries: HoursQuery[] = [
      MAY,
      { ...MAY, category: 'walker' },
      { ...MAY, district: '5300' },
      { ...MAY, customs_office: '3105' },
      { ...MAY, channel: 'green' },
      { ...MAY, from: '2026-05-01', to: '2026-05-13' },
    ];
    for (const query of queries) {
      const { green_coverage } = await honestyOf(app, firm, query);
      expect(await countRecords(app, firm, { ...query, kind: 'eligible' }), JSON.stringify(query)).toBe(
        green_coverage.whole,
      );
    }
  });

  it('lead from a step of the distribution to what took at least its beginning and less than its end', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    await importLines(firm, Object.values(STORY));
    // 4 h and 5 h twice; 1 minute and twelve hours lie outside.
    const step = { ...MAY, over_seconds: 4 * 3600 - 1, under_seconds: 5 * 3600 };
    const { items } = await recordsOf(app, firm, { ...step, order: 'slowest' }, { limit: 50, cursor: null });
    expect(items.map(({ hours }) => hours)).toEqual([4, 4]);
    expect(await countRecords(app, firm, step)).toBe(2);
  });

  it('say the same while a month is stale, also within the month and by category', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    await importLines(firm, Object.values(STORY));
    const queries: HoursQuery[] = [
      MAY,
      { ...MAY, category: 'walker' },
      { ...MAY, district: '3100', from: '2026-05-14', to: '2026-05-14' },
      { ...MAY, from: '2026-04-01', to: '2026-05-13' },
    ];
    const ask = () => Promise.all(queries.map((query) => honestyOf(app, firm, query)));
    const fresh = await ask();
    await sql`update clearance_month set is_stale = true where firm_id = ${firm.id}`.execute(owner.db);
    await sql`delete from clearance_day where firm_id = ${firm.id}`.execute(owner.db);
    expect(await ask()).toEqual(fresh);
  });

  it('flag what took remarkably long, keep it in the numbers, and lead to exactly those records', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const line = (serial: number, hours: number) =>
      `31042026${String(serial).padStart(10, '0')},1,crib,green,,${AT_EIGHT},,,${new Date(Date.UTC(2026, 4, 14) + hours * 3_600_000).toISOString()}`;
    const usual = Array.from({ length: 60 }, (_, index) => line(index + 1, 2 + (index % 6)));
    await importLines(firm, [...usual, line(900, 400), line(901, 1000)]);
    const found = await honestyOf(app, firm, MAY);
    expect(found).toMatchObject({ n: 62, is_small_n: false, outliers: { count: 2 } });
    const { items } = await recordsOf(
      app,
      firm,
      { ...MAY, order: 'slowest', over_seconds: found.outliers?.threshold_seconds },
      { limit: 50, cursor: null },
    );
    expect(items.map(({ declaration_no, hours }) => [declaration_no, hours])).toEqual([
      ['310420260000000901', 1000],
      ['310420260000000900', 400],
    ]);
  });

  it('show another firm none of it', async () => {
    const { app, owner } = database.current;
    const [one, other] = [await createFirm(owner), await createFirm(owner)];
    await importLines(one, Object.values(STORY));
    expect(await honestyOf(app, other, MAY)).toMatchObject({ n: 0, release_known: { whole: 0 } });
  });
});
