import { distributionPicture } from '#lib/charts/picture/distribution-picture.ts';
import { heatPicture, heatPictureWidth, type HeatWords } from '#lib/charts/picture/heat-picture.ts';
import { picture, type Draw } from '#lib/charts/picture/picture.ts';
import { stagesPicture } from '#lib/charts/picture/stages-picture.ts';
import { trendPicture } from '#lib/charts/picture/trend-picture.ts';
import type { Dashboard, Panel } from '#lib/domain/clearance/dashboard.ts';
import type { Grain } from '#lib/domain/clearance/period.ts';
import { grainFor } from '#lib/domain/clearance/time-range.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { formats } from '#lib/i18n/format.ts';
import { STAGE_NAME, STAGE_WHICH, STATISTIC_NAME } from '#lib/i18n/names.ts';
import type { View } from '#lib/i18n/view.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { clearanceDashboard } from '#lib/server/clearance/dashboard.ts';
import { ruleCalendar } from '#lib/server/rules/calendar.ts';
import { readNames } from '#lib/server/reference/read-names.ts';
import { distributionWords } from './distribution-words.ts';
import { eventName, eventsOf } from './events.ts';
import { besideName } from './filters.ts';
import { heatColumns } from './heat-columns.ts';
import { nameIn, type Names } from './names.ts';
import { layoutPanels, type HeatLayout, type Panels } from './panels.ts';
import { pictureText } from './picture-text.ts';
import { heatReading, stagesReading, trendReading } from './readings.ts';
import { stageRows } from './stage-rows.ts';
import type { TakenFromPage } from './taken.ts';
import { trendAxes, trendEnds, TREND_TITLE } from '../trend-names.ts';

/** Panels that have a picture, by the names of their addresses; a trend is named by its grain. */
export const PICTURES = {
  days: 'day',
  weeks: 'week',
  months: 'month',
  distribution: 'distribution',
  heat: 'heat',
  stages: 'stages',
} as const satisfies Record<string, Grain | 'distribution' | 'heat' | 'stages'>;
export type PicturePanel = keyof typeof PICTURES;

/** What a picture is made of: the page's own layouts, and who reads it. */
type Source = {
  taken: TakenFromPage;
  dashboard: Dashboard;
  panels: Panels;
  names: Names;
  view: View;
};
type Drawn = { panel: string; reading: string; draw: Draw; width?: number };

/**
 * A chart of the page as a picture, drawn from what the page itself is drawn from; null where there is nothing
 * to draw. `request_id` finds the log line of one that could not be read.
 */
export async function panelPicture(
  app: App,
  taken: TakenFromPage,
  { panel, request_id }: { panel: PicturePanel; request_id: string },
): Promise<Panel<string | null>> {
  const { firm, query, asked, reach, comparison, language } = taken;
  const kind = PICTURES[panel];
  const is_trend = kind === 'day' || kind === 'week' || kind === 'month';
  const grain = grainFor(asked, is_trend ? kind : asked.grain);
  const [dashboard, names, dates] = await Promise.all([
    clearanceDashboard(app.reading(), firm, { ...query, grain, comparison }, request_id),
    readNames(app),
    ruleCalendar(app, asked),
  ]);
  const today = dayInChina(app.now());
  const source: Source = {
    taken,
    dashboard,
    panels: layoutPanels(dashboard, asked, eventsOf(asked, reach, { dates, today })),
    names,
    view: { text: textsOf(language), format: formats(language, NaN), language },
  };
  const drawn = drawnOf(is_trend ? 'trend' : kind, source);
  if (!drawn.ok) return drawn;
  if (drawn.value === null) return { ok: true, value: null };
  const { draw, width, ...said } = drawn.value;
  return { ok: true, value: picture(pictureText(taken, dashboard, { names, ...said }), draw, width) };
}

function drawnOf(kind: 'trend' | 'distribution' | 'heat' | 'stages', source: Source): Panel<Drawn | null> {
  switch (kind) {
    case 'trend':
      return trendOf(source);
    case 'distribution':
      return distributionOf(source);
    case 'heat':
      return heatOf(source);
    case 'stages':
      return stagesOf(source);
    default:
      return kind satisfies never;
  }
}

function titled(title: string, aside: string, { text }: View): string {
  return text('exports.picture.panel', { title, aside });
}

function trendOf({ taken, dashboard, panels, names, view }: Source): Panel<Drawn | null> {
  if (!panels.trend.ok) return panels.trend;
  const { layout, not_drawn } = panels.trend.value;
  if (!layout) return { ok: true, value: null };
  const { text, format, language } = view;
  const { asked } = taken;
  const baseline = dashboard.baseline?.comparable ? dashboard.baseline : null;
  const beside = besideName(asked.comparison, names, { text, language }) ?? '';
  const aside = dashboard.standing_aside[0] ?? null;
  const words = {
    ...trendAxes(layout, panels.grain, view),
    ...trendEnds(layout, { beside, is_derived: baseline?.is_derived ?? false }, view),
    gap: text('overview.trend.gap'),
    events: layout.events.map((event) => (event.is_named ? eventName(event, { text, format }) : '')),
  };
  return {
    ok: true,
    value: {
      panel: titled(
        text(TREND_TITLE[panels.grain]),
        text('exports.picture.trend', { statistic: text(STATISTIC_NAME[asked.statistic]) }),
        view,
      ),
      reading: trendReading({ baseline, aside, query: asked, min_n: dashboard.min_n, not_drawn }, view),
      draw: trendPicture(layout, words),
    },
  };
}

function distributionOf({ panels, view }: Source): Panel<Drawn | null> {
  if (!panels.distribution.ok) return panels.distribution;
  const figure = panels.distribution.value;
  if (!figure) return { ok: true, value: null };
  const { text } = view;
  const words = distributionWords(figure, view);
  return {
    ok: true,
    value: {
      panel: titled(text('dashboard.distribution.title'), text('dashboard.distribution.aside'), view),
      reading: words.reading,
      draw: distributionPicture(figure.layout, words),
    },
  };
}

function heatOf({ taken, dashboard, panels, names, view }: Source): Panel<Drawn | null> {
  if (!panels.heat.ok) return panels.heat;
  const heat = panels.heat.value;
  if (!heat) return { ok: true, value: null };
  const { text, format } = view;
  const statistic = text(STATISTIC_NAME[taken.asked.statistic]);
  const words = heatWords(heat, { names, view, min_n: dashboard.min_n });
  return {
    ok: true,
    value: {
      panel: titled(text('dashboard.heat.title'), text('dashboard.heat.aside', { statistic }), view),
      reading: format.sentences(
        heatReading(heat, taken.asked, view),
        heat.rows_left_out > 0 && text('exports.picture.offices_left_out', { n: heat.rows_left_out }),
      ),
      draw: heatPicture(words),
      width: heatPictureWidth(words),
    },
  };
}

function heatWords(
  heat: HeatLayout,
  { names, view, min_n }: { names: Names; view: View; min_n: number },
): HeatWords {
  const { text, format, language } = view;
  return {
    columns: heatColumns(heat.months, format),
    rows: heat.rows.map(({ customs_office, cells }) => ({
      code: customs_office,
      name: nameIn(language, names.offices[customs_office]),
      cells: cells.map((cell) =>
        cell.kind === 'value' ? { ...cell, shown: format.hours(cell.hours) } : cell,
      ),
    })),
    bounds: heat.bounds.map((hours) => format.hours(hours)),
    faster: text('dashboard.heat.faster'),
    slower: text('dashboard.heat.slower'),
    few: text('dashboard.heat.hatched', { min_n }),
  };
}

function stagesOf({ dashboard, view }: Source): Panel<Drawn | null> {
  const { stages, min_n } = dashboard;
  if (!stages.ok) return stages;
  const { rows, scale_hours } = stageRows(stages.value);
  if (rows.every(({ hours }) => hours === null)) return { ok: true, value: null };
  const { text, format } = view;
  const words = {
    heads: {
      stage: text('dashboard.stages.stage'),
      n: 'n',
      bars: text('dashboard.stages.bars', { max: scale_hours }),
      median: text('clearance.page.median'),
      p90: text('clearance.page.p90'),
    },
    rows: rows.map(({ measure, hours, is_last_part }) => ({
      name: text(STAGE_NAME[measure]),
      which: text(STAGE_WHICH[measure]),
      n: format.count(hours?.n ?? 0),
      hours: hours && {
        median: hours.p50_hours,
        p90: hours.p90_hours,
        is_small_n: hours.is_small_n,
        shown_median: format.hours(hours.p50_hours),
        shown_p90: format.hours(hours.p90_hours),
      },
      is_last_part,
    })),
    scale_hours,
  };
  return {
    ok: true,
    value: {
      panel: titled(text('dashboard.stages.title'), text('dashboard.stages.aside'), view),
      reading: stagesReading(stages.value, min_n, view),
      draw: stagesPicture(words),
    },
  };
}
