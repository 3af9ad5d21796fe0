import { Readable } from 'node:stream';
import type { PoolClient } from 'pg';
import type { CopyToStreamQuery } from 'pg-copy-streams';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { Panel } from '#lib/domain/clearance/dashboard.ts';
import type { App } from '#lib/server/app.ts';
import { clearanceDashboard, type DashboardQuery } from '#lib/server/clearance/dashboard.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { clearanceFile, seeded, type Shipment } from '../support/clearance-file.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const OFFICES = ['3104', '3101', '5304'];
const HOUR_MS = 3_600_000;
let firm: Firm;

/** Fourteen months at three offices: no green lane before May 2026, no file in February, few at one office. */
const SHIPMENTS: Shipment[] = (() => {
  const random = seeded(31701);
  const all: Shipment[] = [];
  for (let at = 0; at < 900; at += 1) {
    const declared_ms = Date.UTC(2025, 6, 1) + Math.floor(random() * 425 * 24) * HOUR_MS;
    const day = new Date(declared_ms + 8 * HOUR_MS).toISOString().slice(0, 10);
    if (day.startsWith('2026-02')) continue;
    const office = OFFICES[random() < 0.05 ? 2 : at % 2] ?? '3104';
    const channel = random() < 0.1 ? '' : day >= '2026-05-13' && random() < 0.6 ? 'green' : 'ordinary';
    const category = (['crib', 'walker', 'pacifier', ''] as const)[at % 4] ?? '';
    const hours = (channel === 'green' ? 4 : 10) * (0.4 + random() * 1.4) + (random() < 0.02 ? 30 : 0);
    all.push({ office, channel, category, declared_ms, hours });
  }
  return all;
})();

const dayOf = ({ declared_ms }: Shipment) => new Date(declared_ms + 8 * HOUR_MS).toISOString().slice(0, 10);
const within = (from: string, to: string) => (one: Shipment) => dayOf(one) >= from && dayOf(one) <= to;
const secondsOf = ({ hours }: Shipment) => Math.round(hours * 3600);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? NaN;
  return low + ((sorted[Math.ceil(rank)] ?? NaN) - low) * (rank - Math.floor(rank));
}
const hoursOf = (all: readonly Shipment[]) => all.map((one) => secondsOf(one) / 3600);

beforeAll(async () => {
  const { app, owner } = database.current;
  await loadReference(app.db);
  firm = await createFirm(owner);
  const report = await importClearance(app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from([Buffer.from(clearanceFile(SHIPMENTS))]),
  });
  expect(report).toMatchObject({ accepted: SHIPMENTS.length, rejected: 0 });
});

const QUERY: DashboardQuery = {
  from: '2026-03-10',
  to: '2026-08-20',
  measure: 'declared_to_released',
  direction: 'export',
  grain: 'week',
  comparison: { kind: 'previous' },
};
const NOW = SHIPMENTS.filter(within(QUERY.from, QUERY.to));
const THEN = SHIPMENTS.filter(within('2025-09-27', '2026-03-09'));

const dashboard = (given: Partial<DashboardQuery> = {}) =>
  clearanceDashboard(database.current.app, firm, { ...QUERY, ...given }, 'R-TEST');

function valueOf<T>(panel: Panel<T>): T {
  if (!panel.ok) throw new Error(`the panel failed: ${panel.error_id}`);
  return panel.value;
}

describe('the dashboard', () => {
  it('gives the hours of the period beside those of the period before', async () => {
    const { total, compared_days, baseline } = await dashboard();
    const { now, then } = valueOf(total);
    expect(compared_days).toEqual({ from: '2025-09-27', to: '2026-03-09' });
    expect([now?.n, then?.n]).toEqual([NOW.length, THEN.length]);
    expect(now?.mean_hours).toBeCloseTo(mean(hoursOf(NOW)), 9);
    expect(now?.p90_hours).toBeCloseTo(quantile(hoursOf(NOW), 0.9), 9);
    expect(then?.mean_hours).toBeCloseTo(mean(hoursOf(THEN)), 9);
    expect(then?.from).toBe('2025-09-27');
    expect(baseline?.hours).toBe(11.05);
  });

  it('draws each channel over the weeks, the first and the last cut to the period', async () => {
    const { slots, lines, compared } = valueOf((await dashboard()).trend);
    expect(slots[0]).toEqual({ from: '2026-03-10', to: '2026-03-15' });
    expect(slots.at(-1)).toEqual({ from: '2026-08-17', to: '2026-08-20' });
    expect(lines.map(({ channel }) => channel)).toEqual(['green', 'ordinary', null]);
    for (const line of lines)
      for (const [index, slot] of slots.entries()) {
        const records = NOW.filter(within(slot.from, slot.to)).filter(
          ({ channel }) => channel === (line.channel ?? ''),
        );
        const point = line.points[index];
        expect(point?.n ?? 0, `${line.channel} ${slot.from}`).toBe(records.length);
        if (!point) continue;
        expect(point.mean_hours).toBeCloseTo(mean(hoursOf(records)), 9);
        expect(point.p10_hours).toBeCloseTo(quantile(hoursOf(records), 0.1), 9);
        expect(point.is_small_n).toBe(records.length < 30);
      }
    const before = SHIPMENTS.filter(within('2025-09-22', '2026-03-08')).filter(
      ({ channel }) => channel === 'ordinary',
    );
    const ordinary = compared.find(({ channel }) => channel === 'ordinary');
    expect(ordinary?.points).toHaveLength(slots.length);
    expect(ordinary?.points.reduce((sum, point) => sum + (point?.n ?? 0), 0)).toBe(before.length);
  });

  it('draws the same months whether they come from the shared answer or are asked for', async () => {
    const by_month = valueOf((await dashboard({ grain: 'month' })).trend);
    expect(
      by_month.lines.flatMap(({ points }) => points).reduce((sum, point) => sum + (point?.n ?? 0), 0),
    ).toBe(NOW.length);
    expect(by_month.slots.map(({ from }) => from.slice(0, 7))).toEqual([
      '2026-03',
      '2026-04',
      '2026-05',
      '2026-06',
      '2026-07',
      '2026-08',
    ]);
  });

  it('keeps every record in the distribution, the slowest in the last step', async () => {
    const { top_hours, step_hours, channels } = valueOf((await dashboard()).distribution);
    expect(top_hours / step_hours).toBe(24);
    for (const { channel, counts, hours } of channels) {
      const values = hoursOf(NOW.filter((one) => one.channel === (channel ?? '')));
      expect(hours.n).toBe(values.length);
      expect(counts).toHaveLength(25);
      expect(counts.at(-1)).toBe(values.filter((value) => value >= top_hours).length);
      expect(counts[3]).toBe(
        values.filter((value) => value >= 3 * step_hours && value < 4 * step_hours).length,
      );
    }
  });

  it('puts each office and channel beside the same of the period before', async () => {
    const offices = valueOf((await dashboard()).offices);
    expect(offices).toHaveLength(9);
    for (const row of offices) {
      const is_same = ({ office, channel }: Shipment) =>
        office === row.key && channel === (row.channel ?? '');
      expect(row.hours.mean_hours).toBeCloseTo(mean(hoursOf(NOW.filter(is_same))), 9);
      expect(row.then?.n ?? 0).toBe(THEN.filter(is_same).length);
    }
  });

  it('puts each category and channel beside the same of the period before, those without a category too', async () => {
    const categories = valueOf((await dashboard()).categories);
    const none = categories.find(({ key, channel }) => key === null && channel === 'green');
    const is_same = ({ category, channel }: Shipment) => category === '' && channel === 'green';
    expect(none?.hours.n).toBe(NOW.filter(is_same).length);
    expect(new Set(categories.map(({ key }) => key))).toEqual(new Set(['crib', 'walker', 'pacifier', null]));
  });

  it('maps offices by month, the month without a file empty', async () => {
    const { months, rows } = valueOf((await dashboard({ from: '2026-01-15' })).heat);
    expect(months[0]).toBe('2026-01');
    expect(rows.map(({ customs_office }) => customs_office).at(-1)).toBe('5304');
    for (const { customs_office, cells } of rows)
      for (const [index, month] of months.entries()) {
        const values = hoursOf(
          SHIPMENTS.filter(within('2026-01-15', QUERY.to)).filter(
            (one) => one.office === customs_office && dayOf(one).startsWith(month),
          ),
        );
        expect(cells[index]?.n ?? 0, `${customs_office} ${month}`).toBe(values.length);
        if (values.length > 0) expect(cells[index]?.p50_hours).toBeCloseTo(quantile(values, 0.5), 9);
      }
    expect(rows.every(({ cells }) => cells[1] === null)).toBe(true);
  });

  it('compares with a year ago, with another office, or with nothing', async () => {
    const year = valueOf((await dashboard({ from: '2026-07-01', comparison: { kind: 'year' } })).total);
    expect(year.then?.n).toBe(SHIPMENTS.filter(within('2025-07-01', '2025-08-20')).length);

    const office = await dashboard({
      customs_office: '3104',
      comparison: { kind: 'office', office: '3101' },
    });
    const theirs = NOW.filter((one) => one.office === '3101');
    expect(office.compared_days).toBeNull();
    expect(valueOf(office.total).then?.n).toBe(theirs.length);
    const green = valueOf(office.offices).find(({ channel }) => channel === 'green');
    expect(green?.key).toBe('3104');
    expect(green?.then?.n).toBe(theirs.filter(({ channel }) => channel === 'green').length);
    const line = valueOf(office.trend).compared.find(({ channel }) => channel === 'green');
    expect(line?.points.reduce((sum, point) => sum + (point?.n ?? 0), 0)).toBe(green?.then?.n);

    const none = await dashboard({ comparison: { kind: 'none' } });
    expect(valueOf(none.total).then).toBeNull();
    expect(valueOf(none.trend).compared).toEqual([]);
    expect(valueOf(none.offices).every(({ then }) => then === null)).toBe(true);
  });

  it('applies every filter to every panel', async () => {
    const found = await dashboard({ district: '3100', category: 'crib', channel: 'green' });
    const n = NOW.filter(
      (one) => one.office.startsWith('31') && one.category === 'crib' && one.channel === 'green',
    ).length;
    const sum = (counts: (number | undefined)[]) => counts.reduce<number>((all, one) => all + (one ?? 0), 0);
    expect(n).toBeGreaterThan(20);
    expect(valueOf(found.total).now?.n).toBe(n);
    expect(sum(valueOf(found.trend).lines.flatMap(({ points }) => points.map((point) => point?.n)))).toBe(n);
    expect(sum(valueOf(found.distribution).channels.flatMap(({ counts }) => counts))).toBe(n);
    expect(sum(valueOf(found.offices).map(({ hours }) => hours.n))).toBe(n);
    expect(sum(valueOf(found.categories).map(({ hours }) => hours.n))).toBe(n);
    expect(sum(valueOf(found.heat).rows.map((row) => row.n))).toBe(n);
    expect(valueOf(found.stages).declared_to_released?.n).toBe(n);
  });

  it('says nothing where there are no records, and fails nowhere', async () => {
    const found = await dashboard({ from: '2020-01-01', to: '2020-02-01' });
    expect(valueOf(found.total)).toEqual({ now: null, then: null });
    expect(valueOf(found.trend).lines).toEqual([]);
    expect(valueOf(found.distribution).channels).toEqual([]);
    expect(valueOf(found.heat)).toMatchObject({ months: [], rows: [] });
    expect(valueOf(found.stages).declared_to_released).toBeNull();
  });

  it('loses one panel and keeps the others when a part cannot be read', async () => {
    const { app } = database.current;
    const failing = withBrokenRead(app, 'arrived_to_declared', new Error('out of memory'));
    const found = await clearanceDashboard(failing, firm, QUERY, 'R-7F31');
    expect(found.stages).toEqual({ ok: false, error_id: 'R-7F31' });
    expect(valueOf(found.total).now?.n).toBe(NOW.length);
    expect(valueOf(found.categories)).not.toEqual([]);
  });

  it('loses all panels of a measure together and answers all the same', async () => {
    const failing = withBrokenRead(database.current.app, QUERY.measure, new Error('out of memory'));
    const found = await clearanceDashboard(failing, firm, QUERY, 'R-7F31');
    for (const panel of [found.total, found.trend, found.offices, found.categories, found.heat])
      expect(panel).toEqual({ ok: false, error_id: 'R-7F31' });
  });

  it('does not call a lost database a lost panel', async () => {
    const lost = Object.assign(new Error('the server is going down'), { code: '57P01' });
    const failing = withBrokenRead(database.current.app, 'arrived_to_declared', lost);
    await expect(clearanceDashboard(failing, firm, QUERY, 'R-7F31')).rejects.toBe(lost);
  });
});

/** The same program on a database that fails whenever a statement is about `value`. */
function withBrokenRead(app: App, value: string, error: Error): App {
  const pg = new Proxy(app.pool.pg, {
    get: (pool, name) => {
      const own: unknown = Reflect.get(pool, name);
      if (name !== 'connect') return own;
      return async () => breaking(await pool.connect(), value, error);
    },
  });
  return { ...app, pool: { ...app.pool, pg } };
}

function breaking(client: PoolClient, value: string, error: Error): PoolClient {
  return new Proxy(client, {
    get: (inner, name) => {
      if (name === 'release') return (is_broken: boolean) => inner.release(is_broken);
      const own: unknown = Reflect.get(inner, name);
      if (name !== 'query') return own;
      return (asked: string | CopyToStreamQuery, values: unknown[] = []) => {
        const is_about = values.includes(value) || textOf(asked).includes(`'${value}'`);
        if (typeof asked === 'string') return is_about ? Promise.reject(error) : inner.query(asked, values);
        if (is_about) throw error;
        return inner.query(asked);
      };
    },
  });
}

function textOf(asked: string | CopyToStreamQuery): string {
  return typeof asked === 'string' ? asked : asked.text;
}
