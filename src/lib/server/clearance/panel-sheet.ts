import { channelNameKey, STAGE_NAME, STAGE_WHICH } from '#lib/i18n/names.ts';
import type { CellMeasure } from '#lib/domain/clearance/measure.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import type { Column, Row, Sheet } from '#lib/server/exports/sheet.ts';
import { distributionOf } from './dashboard-panels.ts';
import { stagesOf } from './dashboard.ts';
import { aboutHours, type Taken } from './export-about.ts';
import { describeHours } from './export-described.ts';
import { hoursSheet, QUANTILES, type HoursPanel } from './hours-sheet.ts';
import { groupCells } from './metrics.ts';

/** What can be taken out of the clearance page as a table. */
export const SHEET_PANELS = [
  'channels',
  'weeks',
  'months',
  'days',
  'offices',
  'categories',
  'heat',
  'distribution',
  'stages',
] as const satisfies (HoursPanel | 'distribution' | 'stages')[];
export type SheetPanel = (typeof SHEET_PANELS)[number];

const FILES = {
  channels: 'exports.file.channels',
  weeks: 'exports.file.weeks',
  months: 'exports.file.months',
  days: 'exports.file.days',
  offices: 'exports.file.offices',
  categories: 'exports.file.categories',
  heat: 'exports.file.heat',
  distribution: 'exports.file.distribution',
  stages: 'exports.file.stages',
} satisfies Record<SheetPanel, TextKey>;

export function isSheetPanel(name: string): name is SheetPanel {
  return SHEET_PANELS.some((panel) => panel === name);
}

/** What is in it and of when, without an ending. */
export function panelFileName(panel: SheetPanel, { query, language }: Taken): string {
  const text = textsOf(language);
  return text('exports.file.name', { what: text(FILES[panel]), from: query.from, to: query.to });
}

/** The numbers behind a panel of the clearance page, with what to know of them. */
export async function panelSheet(app: App, taken: Taken, panel: SheetPanel): Promise<Sheet> {
  switch (panel) {
    case 'distribution':
      return distributionSheet(app, taken);
    case 'stages':
      return stagesSheet(app, taken);
    default:
      return hoursSheet(app, taken, panel);
  }
}

/** The steps of the distribution with counts and shares of each channel; the last step has no end. */
async function distributionSheet(app: App, taken: Taken): Promise<Sheet> {
  const { firm, query, language } = taken;
  const text = textsOf(language);
  const { described } = await describeHours(app, taken);
  const groups = await inFirmClient(app.pool.pg, firm.id, (client) =>
    groupCells(client, firm.id, { ...query, group_by: ['channel'] }),
  );
  const { step_hours, channels } = distributionOf(groups, { ...query, ...described });
  const columns: Column[] = [
    { head: text('clearance.page.channel'), kind: 'text' },
    { head: text('exports.column.step_from'), kind: 'number' },
    { head: text('exports.column.step_to'), kind: 'number' },
    { head: text('clearance.page.n'), kind: 'count' },
    { head: text('exports.column.share'), kind: 'number' },
    { head: text('exports.column.counts'), kind: 'text' },
  ];
  const rows = channels.flatMap(({ channel, hours, counts }) =>
    counts.map((n, index): Row => [
      text(channelNameKey(channel)),
      index * step_hours,
      index === counts.length - 1 ? null : (index + 1) * step_hours,
      n,
      (n / hours.n) * 100,
      text(COUNTS[hours.quantiles]),
    ]),
  );
  const title = text('exports.title.distribution');
  return { columns, rows: [rows], about: (count) => aboutHours(taken, { ...described, title }, count) };
}

/** Above the records that are kept one by one, a record next to an edge may lie in the step beside it. */
const COUNTS = {
  exact: 'exports.quantiles.exact',
  sketch: 'exports.counts.sketch',
} satisfies Record<keyof typeof QUANTILES, TextKey>;

const STAGES = [
  'arrived_to_declared',
  'declared_to_arrived',
  'declared_to_inspected',
  'inspected_to_released',
  'arrived_to_released',
  'declared_to_released',
] as const satisfies readonly CellMeasure[];

/** The parts of a shipment's way and the whole of it, each with its own n; a part without a record is a row too. */
async function stagesSheet(app: App, taken: Taken): Promise<Sheet> {
  const { firm, query, language } = taken;
  const text = textsOf(language);
  const { described } = await describeHours(app, taken);
  const stages = await stagesOf(app, firm, { ...query, min_n: described.min_n });
  const columns: Column[] = [
    { head: text('dashboard.stages.stage'), kind: 'text' },
    { head: text('exports.column.which'), kind: 'text' },
    { head: text('clearance.page.n'), kind: 'count' },
    { head: text('clearance.page.mean'), kind: 'number' },
    { head: text('exports.column.p10'), kind: 'number' },
    { head: text('clearance.page.median'), kind: 'number' },
    { head: text('clearance.page.p90'), kind: 'number' },
    { head: text('exports.column.quantiles_of_stage'), kind: 'text' },
  ];
  const rows = STAGES.map((stage): Row => {
    const hours = stages[stage];
    return [
      text(STAGE_NAME[stage]),
      text(STAGE_WHICH[stage]),
      hours?.n ?? 0,
      hours?.mean_hours ?? null,
      hours?.p10_hours ?? null,
      hours?.p50_hours ?? null,
      hours?.p90_hours ?? null,
      hours && text(QUANTILES[hours.quantiles]),
    ];
  });
  const title = text('exports.title.stages');
  return { columns, rows: [rows], about: (count) => aboutHours(taken, { ...described, title }, count) };
}
