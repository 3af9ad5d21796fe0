import { sql } from 'kysely';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { firmOverview } from '#lib/server/clearance/firm-overview.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const NOW = { from: '2026-05-29', to: '2026-06-25' };
let firm: Firm;

beforeAll(async () => {
  await loadReference(database.current.app.db);
  firm = await createFirm(database.current.owner);
  await importClearance(database.current.app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: 'two-periods.csv',
    bytes: Readable.from([Buffer.from(twoPeriods())]),
  });
});

/** Forty declarations a period at each of two offices; the second period is an hour slower at 3101 alone. */
function twoPeriods(): string {
  const rows = ['declaration_no,channel,product_name,declared_at,released_at'];
  let serial = 0;
  for (const [start, slower] of [
    ['2026-05-04T01:00:00Z', 0],
    ['2026-06-01T01:00:00Z', 1],
  ] as const)
    for (const office of ['3104', '3101'])
      for (let index = 0; index < 40; index++) {
        serial += 1;
        const declared = new Date(Date.parse(start) + index * 3_600_000);
        const hours = (office === '3104' ? 4 : 12) + (office === '3101' ? slower : 0);
        const released = new Date(declared.getTime() + hours * 3_600_000);
        rows.push(
          `${office}20260${String(serial).padStart(9, '0')},${office === '3104' ? 'green' : 'ordinary'},婴儿床,${declared.toISOString()},${released.toISOString()}`,
        );
      }
  return rows.join('\n');
}

function overviewOf(of: Firm) {
  return firmOverview(database.current.app, of, {
    ...NOW,
    data_to: '2026-06-25',
    language: 'en',
    request_id: 'R-TESTTEST',
  });
}

function valueOf<T>(panel: { ok: true; value: T } | { ok: false; error_id: string }): T {
  if (!panel.ok) throw new Error(`the part failed: ${panel.error_id}`);
  return panel.value;
}

describe('the overview of a firm', () => {
  it('says the same hours as the metrics, for this period and the one before', async () => {
    const overview = await overviewOf(firm);
    const query = { measure: 'declared_to_released', direction: 'export', group_by: [] } as const;
    const hours = valueOf(overview.hours);
    for (const [found, days] of [
      [hours.total, overview.period],
      [hours.previous, overview.previous_period],
    ] as const) {
      const { rows } = await metricsOf(database.current.app, firm, { ...query, ...days });
      expect(found).toEqual(rows[0]);
    }
    expect([hours.total?.mean_hours, hours.previous?.mean_hours]).toEqual([8.5, 8]);
  });

  it('ranks offices slowest first, each with its own change', async () => {
    const { offices, lanes } = valueOf((await overviewOf(firm)).hours);
    expect(offices.map(({ key, change_hours }) => [key, change_hours])).toEqual([
      ['3101', 1],
      ['3104', 0],
    ]);
    expect(lanes.map(({ key, hours }) => [key, hours.n])).toEqual([
      ['green', 40],
      ['ordinary', 40],
    ]);
  });

  it('keeps the weeks without a record between those with some', async () => {
    const { all } = valueOf((await overviewOf(firm)).weeks);
    const counts = all.slice(-8).map(({ hours }) => hours?.n ?? null);
    expect(counts.reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(160);
    expect(counts).toContain(null);
  });

  it('stands when one part fails, which says so with the id of the request', async () => {
    const { owner } = database.current;
    await sql`revoke select on clearance_import from greenlane_app`.execute(owner.db);
    try {
      const overview = await overviewOf(firm);
      expect(overview.imports).toEqual({ ok: false, error_id: 'R-TESTTEST' });
      expect(valueOf(overview.hours).total?.n).toBe(80);
      expect(valueOf(overview.honesty).n).toBe(80);
    } finally {
      await sql`grant select on clearance_import to greenlane_app`.execute(owner.db);
    }
  });

  it('knows nothing of another firm', async () => {
    const other = await createFirm(database.current.owner);
    const overview = await overviewOf(other);
    expect(valueOf(overview.hours)).toEqual({ total: null, previous: null, lanes: [], offices: [] });
    expect(valueOf(overview.categories)).toEqual([]);
    expect(valueOf(overview.imports)).toEqual([]);
    expect(valueOf(overview.honesty).release_known.whole).toBe(0);
    expect(valueOf(overview.weeks).all.every(({ hours }) => hours === null)).toBe(true);
  });
});
