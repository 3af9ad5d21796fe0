import { describe, expect, it } from 'vitest';
import type { FirmOverview, HoursSummary, RankedHours } from '#lib/domain/clearance/overview.ts';
import { attentionOf } from './attention.ts';
import { evidenceOf } from './evidence.ts';

const period = { from: '2026-05-01', to: '2026-05-28' };
const evidence = evidenceOf(period);
const share = (part: number, whole: number) => ({ part, whole, share: whole === 0 ? null : part / whole });

function hours(mean_hours: number, n = 100): HoursSummary {
  return {
    measure: 'declared_to_released',
    direction: 'export',
    ...period,
    n,
    mean_hours,
    p50_hours: mean_hours,
    p90_hours: mean_hours,
    p95_hours: mean_hours,
    min_hours: mean_hours,
    max_hours: mean_hours,
    quantiles: 'exact',
    baseline: null,
    faster_percent: null,
    is_small_n: n < 30,
  };
}

const ranked = (key: string, mean: number, change_hours: number | null, n = 100): RankedHours => ({
  key,
  name: null,
  name_zh: null,
  hours: hours(mean, n),
  change_hours,
});

type Honest = Extract<FirmOverview['honesty'], { ok: true }>['value'];
type Hours = Extract<FirmOverview['hours'], { ok: true }>['value'];

function overview(honesty: Partial<Honest> = {}, given: Partial<Hours> = {}): FirmOverview {
  return {
    period,
    previous_period: { from: '2026-04-03', to: '2026-04-30' },
    measure: 'declared_to_released',
    direction: 'export',
    min_n: 30,
    data_to: period.to,
    baseline: null,
    not_comparable: [],
    categories: { ok: true, value: [] },
    weeks: { ok: true, value: { days: { from: '2026-04-01', to: '2026-09-30' }, by_channel: [], all: [] } },
    imports: { ok: true, value: [] },
    hours: { ok: true, value: { total: hours(10), previous: null, lanes: [], offices: [], ...given } },
    honesty: {
      ok: true,
      value: {
        measure: 'declared_to_released',
        direction: 'export',
        ...period,
        n: 100,
        min_n: 30,
        is_small_n: false,
        outliers: null,
        release_known: share(100, 100),
        green_coverage: share(50, 50),
        green_inspected: share(0, 50),
        green_within_a_minute: share(50, 50),
        declared_before_arrival: share(0, 0),
        ...honesty,
      },
    },
  };
}

describe('what to look at', () => {
  it('is nothing when every promise is kept', () => {
    expect(attentionOf(overview(), evidence)).toEqual([]);
  });

  it('names green inspections first, with the list of them', () => {
    const [first] = attentionOf(
      overview({ green_inspected: share(3, 50), release_known: share(90, 100) }),
      evidence,
    );
    expect(first).toMatchObject({
      kind: 'green_inspected',
      level: 'bad',
      part: 3,
      href: '/clearance/records?from=2026-05-01&to=2026-05-28&channel=green&kind=inspected',
    });
  });

  it('says what the ordinary channel took more only where both lanes have enough records', () => {
    const coverage = { green_coverage: share(40, 50) };
    const lanes = [ranked('green', 4, null), ranked('ordinary', 11, null)];
    expect(attentionOf(overview(coverage, { lanes }), evidence)).toMatchObject([
      { kind: 'not_green', part: 10, whole: 50, hours_more: 7 },
    ]);
    const few = [ranked('green', 4, null, 5), ranked('ordinary', 11, null)];
    expect(attentionOf(overview(coverage, { lanes: few }), evidence)).toMatchObject([
      { kind: 'not_green', hours_more: null },
    ]);
  });

  it('names the office that lost the most, and none that gained or is too small to tell', () => {
    const offices = [
      ranked('3101', 14, 0.4),
      ranked('5304', 12, 2.5),
      ranked('3104', 9, -3),
      ranked('0901', 20, null, 4),
    ];
    expect(attentionOf(overview({}, { offices }), evidence)).toMatchObject([
      { kind: 'office_slower', office: '5304', hours: 2.5 },
    ]);
    const steady = [ranked('3104', 9, 0.04), ranked('3101', 9, -3)];
    expect(attentionOf(overview({}, { offices: steady }), evidence)).toEqual([]);
  });

  it('leaves out what could not be made, and keeps the rest', () => {
    const broken: FirmOverview = { ...overview(), honesty: { ok: false, error_id: 'R-1' } };
    expect(attentionOf(broken, evidence)).toEqual([]);
    const offices = [ranked('5304', 12, 2.5)];
    const half = { ...overview({}, { offices }), honesty: { ok: false as const, error_id: 'R-1' } };
    expect(attentionOf(half, evidence)).toHaveLength(1);
  });
});
