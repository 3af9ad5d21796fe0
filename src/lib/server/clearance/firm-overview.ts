import type { Firm } from '#lib/domain/accounts/actor.ts';
import { CHANNELS } from '#lib/domain/clearance/measure.ts';
import type {
  FirmOverview,
  HoursSummary,
  OverviewHours,
  OverviewWeeks,
  RankedHours,
  WeekPoint,
} from '#lib/domain/clearance/overview.ts';
import { dayFromText, dayToText } from '#lib/domain/text/calendar-day.ts';
import { periodBefore, type Days } from '#lib/domain/clearance/time-range.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { categories, offices, type Named } from '#lib/server/reference/read.ts';
import { baselines, chooseBaseline } from './baselines.ts';
import { honestyOf } from './honesty.ts';
import { groupCells, minimumOf, regroup, summaryOf, type GroupCell } from './metrics.ts';
import { latestImportsOf, standingAside, weekHours, weeksOf } from './overview.ts';
import { settled } from './settled.ts';
import type { Group } from './slices.ts';

const ASKED = { measure: 'declared_to_released', direction: 'export' } as const;
/** The trend shows a year; the period itself is a part of it. */
const TREND_WEEKS = 52;

type Asked = Days & { data_to: string; language: Language; request_id: string };

/**
 * Everything that the overview says about a firm's exports between two inclusive days, from the cells alone.
 * Offices by channel are read once for each period and answer total, lanes and offices.
 */
export async function firmOverview(
  app: App,
  firm: Firm,
  { from, to, data_to, language, request_id }: Asked,
): Promise<FirmOverview> {
  const [known, min_n] = await Promise.all([
    baselines(app.db),
    inFirmClient(app.pool.pg, firm.id, (client) => minimumOf(client, firm.id)),
  ]);
  const period = { from, to };
  const previous_period = periodBefore(from, to);
  const baseline = chooseBaseline(known, ASKED);
  const read = (days: Days, group_by: Group[]) =>
    inFirmClient(app.pool.pg, firm.id, (client) =>
      groupCells(client, firm.id, { ...ASKED, ...days, group_by }),
    );
  const about = { ...ASKED, ...period, baseline, min_n };
  const panel = <T>(name: string, answer: () => Promise<T>) => settled(app, { name, request_id }, answer);
  const [hours, ranked, weeks, honesty, imports] = await Promise.all([
    panel('hours', async () => {
      const group_by: Group[] = ['customs_office', 'channel'];
      const [now, before, named] = await Promise.all([
        read(period, group_by),
        read(previous_period, group_by),
        offices(app.db),
      ]);
      const names = new Map<string, Named>(named.map((one) => [one.code, one]));
      return hoursOf(now, before, { about, previous_period, names });
    }),
    panel('categories', async () => {
      const [now, before, named] = await Promise.all([
        read(period, ['category']),
        read(previous_period, ['category']),
        categories(app.db),
      ]);
      const names = new Map<string, Named>(
        named.flatMap((one) => (one.slug ? [[one.slug, one] as const] : [])),
      );
      return slowest(rankedOf('category', now, before, { about, names }));
    }),
    panel('weeks', async () => {
      const first = dayToText((dayFromText(to) ?? 0) - 7 * TREND_WEEKS + 1);
      return weeksFrom(await read({ from: first, to }, ['week', 'channel']), {
        ...about,
        from: first,
      });
    }),
    panel('honesty', () => honestyOf(app, firm, { ...ASKED, ...period })),
    panel('imports', () => latestImportsOf(app, firm, language)),
  ]);
  return {
    ...ASKED,
    period,
    previous_period,
    min_n,
    data_to,
    baseline,
    not_comparable: standingAside(known, ASKED.direction),
    hours,
    categories: ranked,
    weeks,
    honesty,
    imports,
  };
}

type About = Parameters<typeof summaryOf>[1];

function hoursOf(
  now: readonly GroupCell[],
  before: readonly GroupCell[],
  {
    about,
    previous_period,
    names,
  }: { about: About; previous_period: Days; names: ReadonlyMap<string, Named> },
): OverviewHours {
  const total = (groups: readonly GroupCell[], of: About) => {
    const [all] = regroup(groups, []);
    return all ? shown(summaryOf(all.cell, of)) : null;
  };
  const lanes = rankedOf('channel', now, before, { about, names: new Map() });
  return {
    total: total(now, about),
    previous: total(before, { ...about, ...previous_period }),
    lanes: CHANNELS.flatMap((channel) => lanes.filter(({ key }) => key === channel)),
    offices: slowest(rankedOf('customs_office', now, before, { about, names })),
  };
}

/** The groups of one kind that have a name of their own, each with its change against the period before. */
function rankedOf(
  group: Group,
  now: readonly GroupCell[],
  before: readonly GroupCell[],
  { about, names }: { about: About; names: ReadonlyMap<string, Named> },
): RankedHours[] {
  const earlier = new Map(
    regroup(before, [group]).map(({ key, cell }) => [key[group], summaryOf(cell, about)]),
  );
  return regroup(now, [group]).flatMap(({ key: keys, cell }) => {
    const key = keys[group];
    if (!key) return [];
    const hours = shown(summaryOf(cell, about));
    const then = earlier.get(key);
    const named = names.get(key);
    return [
      {
        key,
        name: named?.name ?? null,
        name_zh: named?.name_zh ?? null,
        hours,
        change_hours:
          then && !then.is_small_n && !hours.is_small_n ? hours.mean_hours - then.mean_hours : null,
      },
    ];
  });
}

/** Too few records to compare come last, whatever their hours. */
function slowest(rows: readonly RankedHours[]): RankedHours[] {
  return rows.toSorted(
    (a, b) =>
      Number(a.hours.is_small_n) - Number(b.hours.is_small_n) || b.hours.mean_hours - a.hours.mean_hours,
  );
}

/** Pages show no percentage below the least n. */
function shown(hours: HoursSummary): HoursSummary {
  return { ...hours, faster_percent: hours.is_small_n ? null : hours.faster_percent };
}

function weeksFrom(groups: readonly GroupCell[], about: About): OverviewWeeks {
  const rows = groups.map(({ key, cell }) => ({ ...key, ...summaryOf(cell, about) }));
  const by_channel = weeksOf(rows, about.from, about.to);
  const all = new Map(
    regroup(groups, ['week']).map(({ key, cell }) => [key.week, weekHours(summaryOf(cell, about))]),
  );
  const slots = by_channel[0]?.weeks ?? [];
  return {
    days: { from: about.from, to: about.to },
    by_channel,
    all: slots.map(({ week, monday }): WeekPoint => ({ week, monday, hours: all.get(week) ?? null })),
  };
}
