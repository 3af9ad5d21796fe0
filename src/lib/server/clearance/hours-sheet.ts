import type { HoursSummary } from '#lib/domain/clearance/overview.ts';
import { labelOf, periodsOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import { slotsBefore, slotsOf, type Days } from '#lib/domain/clearance/time-range.ts';
import { CHANNEL_NAME } from '#lib/i18n/names.ts';
import type { Text, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import type { Cell, Column, Row, Sheet } from '#lib/server/exports/sheet.ts';
import { comparedOf } from './dashboard.ts';
import { aboutHours, nameOf, type Taken } from './export-about.ts';
import { besideText, describeHours, type ExportNames } from './export-described.ts';
import { metricsOf, type MetricsRow } from './metrics.ts';
import type { Group } from './slices.ts';

/** How the numbers of a panel are grouped, in the order of its columns. */
export const HOURS_PANELS = {
  channels: ['channel'],
  weeks: ['week', 'channel'],
  months: ['month', 'channel'],
  days: ['day', 'channel'],
  offices: ['customs_office', 'channel'],
  categories: ['category', 'channel'],
  heat: ['customs_office', 'month'],
} as const satisfies Record<string, readonly Group[]>;
export type HoursPanel = keyof typeof HOURS_PANELS;

const TITLES = {
  channels: 'exports.title.channels',
  weeks: 'exports.title.weeks',
  months: 'exports.title.months',
  days: 'exports.title.days',
  offices: 'exports.title.offices',
  categories: 'exports.title.categories',
  heat: 'exports.title.heat',
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
  const { query, language } = taken;
  const text = textsOf(language);
  const groups: readonly Group[] = HOURS_PANELS[panel];
  const [{ described, names }, now, beside] = await Promise.all([
    describeHours(app, taken),
    metricsOf(app, taken.firm, { ...query, group_by: groups }),
    besideOf(app, taken, panel),
  ]);
  const columns = [
    ...groups.flatMap((group) => groupColumns(group, text(GROUP_HEADS[group]), text)),
    ...NUMBERS.map(({ head, kind }) => ({ head: text(head), kind })),
    { head: text('exports.column.quantiles'), kind: 'text' as const },
    ...(beside
      ? CHANGES.map(({ head, kind }) => ({
          head: text(head, { beside: besideText(taken, names) ?? '' }),
          kind,
        }))
      : []),
  ];
  const rows = withGaps(now.rows, groups, query).map(({ key, hours }): Row => {
    const then = beside?.(key) ?? null;
    return [
      ...groups.flatMap((group) => groupCells(group, key[group] ?? null, { names, taken })),
      hours?.n ?? 0,
      ...NUMBERS.slice(1).map(({ of }) => (hours ? of(hours) : null)),
      hours && text(QUANTILES[hours.quantiles]),
      ...(beside ? CHANGES.map(({ of }) => of(hours, then)) : []),
    ];
  });
  const title = text(TITLES[panel]);
  return { columns, rows: [rows], about: (count) => aboutHours(taken, { ...described, title }, count) };
}

/** The hours that stand beside a row, as on the page; null where the panel compares nothing. */
async function besideOf(
  app: App,
  { firm, query, comparison }: Taken,
  panel: HoursPanel,
): Promise<((key: Key) => HoursSummary | null) | null> {
  const compared = comparedOf({ ...query, comparison });
  if (!compared || panel === 'heat') return null;
  const groups: readonly Group[] = HOURS_PANELS[panel];
  const grain = groups.find(isTime);
  if (!grain) {
    // Beside another office stands each row's channel there.
    const joined = groups.filter((group) => !(compared.is_office && group === 'customs_office'));
    const { rows } = await metricsOf(app, firm, { ...query, ...compared.filter, group_by: joined });
    const found = new Map(rows.map((row) => [keyOf(row, joined), row]));
    return (key) => found.get(keyOf(key, joined)) ?? null;
  }
  const slots = slotsOf(grain, query);
  const before =
    comparison.kind === 'previous' || comparison.kind === 'year'
      ? slotsBefore(grain, slots, comparison.kind)
      : slots;
  const [first, last] = [before[0]?.from ?? query.from, before.at(-1)?.to ?? query.to];
  const { rows } = await metricsOf(app, firm, {
    ...query,
    ...compared.filter,
    group_by: groups,
    from: first,
    to: last,
  });
  const found = new Map(rows.map((row) => [keyOf(row, groups), row]));
  const label = ({ from }: Days) => labelOf(grain, startOf(grain, dayFromText(from) ?? 0));
  const labels = new Map(slots.map((slot, index) => [label(slot), label(before[index] ?? slot)]));
  return (key) => found.get(keyOf({ ...key, [grain]: labels.get(key[grain] ?? '') }, groups)) ?? null;
}

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

export const QUANTILES = {
  exact: 'exports.quantiles.exact',
  sketch: 'exports.quantiles.sketch',
} satisfies Record<HoursSummary['quantiles'], TextKey>;

const CHANGES: readonly NumberColumn<[HoursSummary | null, HoursSummary | null]>[] = [
  { head: 'exports.column.n_beside', kind: 'count', of: (_, then) => then?.n ?? 0 },
  { head: 'exports.column.mean_beside', kind: 'number', of: (_, then) => then?.mean_hours ?? null },
  {
    head: 'exports.column.change_beside',
    kind: 'number',
    of: (now, then) =>
      !now || !then || now.is_small_n || then.is_small_n ? null : now.mean_hours - then.mean_hours,
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
  { names, taken }: { names: ExportNames; taken: Taken },
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
