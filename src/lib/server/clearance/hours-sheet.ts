import type { HoursSummary } from '#lib/domain/clearance/overview.ts';
import { dayFromText, labelOf, periodsOf } from '#lib/domain/clearance/period.ts';
import { periodBefore } from '#lib/domain/clearance/time-range.ts';
import { CHANNEL_NAME } from '#lib/i18n/names.ts';
import type { Text, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import type { Cell, Column, Row, Sheet } from '#lib/server/exports/sheet.ts';
import { categories, offices, type Named } from '#lib/server/reference/read.ts';
import { baselines } from './baselines.ts';
import { aboutHours, nameOf, type Taken } from './export-about.ts';
import { metricsOf, type MetricsRow } from './metrics.ts';
import type { Group } from './slices.ts';
import { newestDayOf, standingAside } from './overview.ts';

/** How the numbers of a panel are grouped, in the order of its columns. */
export const HOURS_PANELS = {
  weeks: ['week', 'channel'],
  months: ['month', 'channel'],
  days: ['day', 'channel'],
  offices: ['customs_office', 'channel'],
  categories: ['category', 'channel'],
  heat: ['customs_office', 'month'],
} as const satisfies Record<string, readonly Group[]>;
export type HoursPanel = keyof typeof HOURS_PANELS;

const TITLES = {
  weeks: 'exports.title.weeks',
  months: 'exports.title.months',
  days: 'exports.title.days',
  offices: 'exports.title.offices',
  categories: 'exports.title.categories',
  heat: 'exports.title.heat',
} satisfies Record<HoursPanel, TextKey>;

const FILES = {
  weeks: 'exports.file.weeks',
  months: 'exports.file.months',
  days: 'exports.file.days',
  offices: 'exports.file.offices',
  categories: 'exports.file.categories',
  heat: 'exports.file.heat',
} satisfies Record<HoursPanel, TextKey>;

const GROUP_HEADS = {
  week: 'exports.column.week',
  month: 'exports.column.month',
  day: 'exports.column.day',
  district: 'exports.column.district',
  customs_office: 'clearance.page.office',
  category: 'clearance.page.category',
  channel: 'clearance.page.channel',
} satisfies Record<Group, TextKey>;

/** The numbers behind a panel of the clearance page, with what to know of them. */
export async function hoursSheet(app: App, taken: Taken, panel: HoursPanel): Promise<Sheet> {
  const { firm, query, language } = taken;
  const text = textsOf(language);
  const groups: readonly Group[] = HOURS_PANELS[panel];
  const has_change = !groups.some(isTime);
  const [total, now, before, known, known_offices, known_categories, data_to] = await Promise.all([
    metricsOf(app, firm, { ...query, group_by: [] }),
    metricsOf(app, firm, { ...query, group_by: groups }),
    has_change
      ? metricsOf(app, firm, { ...query, ...periodBefore(query.from, query.to), group_by: groups })
      : null,
    baselines(app.db),
    offices(app.db),
    categories(app.db),
    newestDayOf(app, firm),
  ]);
  const names: Names = {
    customs_office: new Map(known_offices.map((one) => [one.code, one])),
    category: new Map(known_categories.flatMap((one) => (one.slug ? [[one.slug, one] as const] : []))),
  };
  const earlier = new Map((before?.rows ?? []).map((row) => [keyOf(row, groups), row]));
  const title = text(TITLES[panel]);
  const columns = [
    ...groups.flatMap((group) => groupColumns(group, text(GROUP_HEADS[group]), text)),
    ...NUMBERS.map(({ head, kind }) => ({ head: text(head), kind })),
    { head: text('exports.column.quantiles'), kind: 'text' as const },
    ...(has_change ? CHANGES.map(({ head, kind }) => ({ head: text(head), kind })) : []),
  ];
  const rows = withGaps(now.rows, groups, query).map(({ key, hours }): Row => {
    const then = earlier.get(keyOf(key, groups)) ?? null;
    return [
      ...groups.flatMap((group) => groupCells(group, key[group] ?? null, { names, taken })),
      hours?.n ?? 0,
      ...NUMBERS.slice(1).map(({ of }) => (hours ? of(hours) : null)),
      hours && text(QUANTILES[hours.quantiles]),
      ...(has_change ? CHANGES.map(({ of }) => (hours && then ? of(hours, then) : null)) : []),
    ];
  });
  const summary = total.rows[0];
  const described = {
    title,
    n: summary?.n ?? 0,
    min_n: total.min_n,
    data_to,
    office: names.customs_office.get(query.customs_office ?? '') ?? null,
    category: names.category.get(query.category ?? '') ?? null,
    baseline: summary?.baseline ?? null,
    not_comparable: standingAside(known, query.direction),
  };
  return { columns, rows: [rows], about: (count) => aboutHours(taken, described, count) };
}

/** What is in it and of when, without an ending. */
export function fileNameOf(panel: HoursPanel, { query, language }: Taken): string {
  const text = textsOf(language);
  return text('exports.file.name', { what: text(FILES[panel]), from: query.from, to: query.to });
}

type Names = Record<'customs_office' | 'category', ReadonlyMap<string, Named>>;
type Key = Partial<Record<Group, string | null>>;

// --- columns ------------------------------------------------------------------------------------------

type NumberColumn<A extends unknown[]> = { head: TextKey; kind: Column['kind']; of: (...of: A) => Cell };

const NUMBERS: readonly NumberColumn<[HoursSummary]>[] = [
  { head: 'clearance.page.n', kind: 'count', of: ({ n }) => n },
  { head: 'clearance.page.mean', kind: 'number', of: ({ mean_hours }) => mean_hours },
  { head: 'clearance.page.median', kind: 'number', of: ({ p50_hours }) => p50_hours },
  { head: 'clearance.page.p90', kind: 'number', of: ({ p90_hours }) => p90_hours },
  { head: 'exports.column.p95', kind: 'number', of: ({ p95_hours }) => p95_hours },
  { head: 'exports.column.min', kind: 'number', of: ({ min_hours }) => min_hours },
  { head: 'exports.column.max', kind: 'number', of: ({ max_hours }) => max_hours },
  { head: 'exports.column.baseline', kind: 'number', of: ({ baseline }) => baseline?.hours ?? null },
  {
    head: 'clearance.page.against',
    kind: 'number',
    of: ({ faster_percent, is_small_n }) => (faster_percent === null || is_small_n ? null : -faster_percent),
  },
];

const QUANTILES = {
  exact: 'exports.quantiles.exact',
  sketch: 'exports.quantiles.sketch',
} satisfies Record<HoursSummary['quantiles'], TextKey>;

const CHANGES: readonly NumberColumn<[HoursSummary, HoursSummary]>[] = [
  { head: 'exports.column.n_before', kind: 'count', of: (_, before) => before.n },
  { head: 'exports.column.mean_before', kind: 'number', of: (_, before) => before.mean_hours },
  {
    head: 'clearance.page.change',
    kind: 'number',
    of: (now, before) => (now.is_small_n || before.is_small_n ? null : now.mean_hours - before.mean_hours),
  },
];

/** An office and a category have a code to match by and a name to read. */
function groupColumns(group: Group, head: string, text: Text): Column[] {
  if (group === 'customs_office')
    return [
      { head, kind: 'code' },
      { head: text('exports.column.office_name'), kind: 'text' },
    ];
  return [{ head, kind: group === 'day' ? 'day' : group === 'district' ? 'code' : 'text' }];
}

function groupCells(
  group: Group,
  value: string | null,
  { names, taken }: { names: Names; taken: Taken },
): Cell[] {
  const text = textsOf(taken.language);
  switch (group) {
    case 'customs_office':
      return [value, nameOf(names.customs_office.get(value ?? '') ?? null, taken.language)];
    case 'category':
      return [
        value === null
          ? text('clearance.page.not_given')
          : (nameOf(names.category.get(value) ?? null, taken.language) ?? value),
      ];
    case 'channel':
      return [
        value === 'green' || value === 'ordinary'
          ? text(CHANNEL_NAME[value])
          : text('clearance.page.not_given'),
      ];
    case 'month':
    case 'week':
    case 'day':
    case 'district':
      return [value];
    default:
      return group satisfies never;
  }
}

// --- rows ---------------------------------------------------------------------------------------------

function isTime(group: Group): group is 'week' | 'month' | 'day' {
  return group === 'week' || group === 'month' || group === 'day';
}

function keyOf(row: Key, groups: readonly Group[]): string {
  return JSON.stringify(groups.map((group) => row[group] ?? null));
}

/**
 * Every period of every series, also those without a record: a gap is a row with n = 0 and no hours, so that
 * nobody who draws the file bridges it.
 */
function withGaps(
  rows: readonly MetricsRow[],
  groups: readonly Group[],
  { from, to }: { from: string; to: string },
): { key: Key; hours: MetricsRow | null }[] {
  const grain = groups.find(isTime);
  if (!grain) return rows.map((row) => ({ key: row, hours: row }));
  const others = groups.filter((group) => group !== grain);
  const by_key = new Map(rows.map((row) => [keyOf(row, groups), row]));
  const series = new Map(rows.map((row): [string, Key] => [keyOf(row, others), row]));
  const labels = periodsOf(grain, dayFromText(from) ?? 0, dayFromText(to) ?? 0).map((start) =>
    labelOf(grain, start),
  );
  const keys = [...series.values()]
    .sort((a, b) => (orderOf(a, others) < orderOf(b, others) ? -1 : 1))
    .flatMap((one) => labels.map((label): Key => ({ ...pick(one, others), [grain]: label })));
  return keys.map((key) => ({ key, hours: by_key.get(keyOf(key, groups)) ?? null }));
}

/** Green before ordinary, offices by their code, what is not given last: as the letters have it. */
function orderOf(key: Key, groups: readonly Group[]): string {
  return groups.map((group) => key[group] ?? '~').join(' ');
}

function pick(key: Key, groups: readonly Group[]): Key {
  return Object.fromEntries(groups.map((group) => [group, key[group] ?? null]));
}
