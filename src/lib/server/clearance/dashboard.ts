import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { Comparison, Dashboard, StagesPanel, TrendPanel } from '#lib/domain/clearance/dashboard.ts';
import type { CellMeasure } from '#lib/domain/clearance/measure.ts';
import type { Grain } from '#lib/domain/clearance/period.ts';
import {
  periodBefore,
  slotsBefore,
  slotsOf,
  yearBefore,
  type Days,
} from '#lib/domain/clearance/time-range.ts';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { baselines, chooseBaseline } from './baselines.ts';
import {
  distributionOf,
  heatOf,
  linesOf,
  rankedOf,
  spreadOf,
  totalOf,
  type About,
} from './dashboard-panels.ts';
import { DayReads } from './day-reads.ts';
import { honestyOf } from './honesty.ts';
import { groupCells, minimumOf, type CellsQuery, type GroupCell, type HoursQuery } from './metrics.ts';
import { standingAside } from './overview.ts';
import { settled } from './settled.ts';
import type { Group } from './slices.ts';
import { groupSpreads, type GroupSpread } from './spreads.ts';

export type DashboardQuery = HoursQuery & { grain: Grain; comparison: Comparison };

/**
 * Everything that the clearance page says, from the cells alone. Offices by channel are read once and answer
 * three panels; what the others need is read beside it, each in a transaction of its own, so that
 * a panel that fails takes no other with it. `request_id` finds the log line of one that failed.
 */
export async function clearanceDashboard(
  app: App,
  firm: Firm,
  query: DashboardQuery,
  request_id: string,
): Promise<Dashboard> {
  const [known, min_n] = await Promise.all([
    baselines(app.db),
    inFirmClient(app.pool.pg, firm.id, (client) => minimumOf(client, firm.id)),
  ]);
  const { measure, direction, from, to } = query;
  const baseline = chooseBaseline(known, query);
  const about: About = { measure, direction, from, to, baseline, min_n };
  const compared = comparedOf(query);
  const filter = { ...filterOf(query), day_reads: new DayReads() };
  const read = reader(app, firm, filter);
  const points = pointsReader(app, firm, { ...filter, min_n });
  const by_office = shared(read({ group_by: ['customs_office', 'channel'] }));
  const then = compared && shared(read({ ...compared.filter, group_by: ['customs_office', 'channel'] }));
  const panel = <T>(name: string, answer: () => Promise<T>) => settled(app, { name, request_id }, answer);

  const [total, trend, distribution, offices, categories, heat, stages, honesty] = await Promise.all([
    panel('total', async () => ({
      now: totalOf(await by_office, about),
      then: then && totalOf(await then, { ...about, ...compared.days }),
    })),
    panel('trend', () => trendOf(query, points)),
    panel('distribution', async () => distributionOf(await by_office, about)),
    panel('offices', async () =>
      rankedOf(await by_office, {
        ...about,
        group: 'customs_office',
        beside: then && {
          groups: await then,
          days: compared.days,
          // Beside another office stands each row's channel there.
          joined_by: compared.is_office ? ['channel'] : ['customs_office', 'channel'],
        },
      }),
    ),
    panel('categories', async () => {
      const group_by: Group[] = ['category', 'channel'];
      const [now, before] = await Promise.all([
        read({ group_by }),
        compared && read({ ...compared.filter, group_by }),
      ]);
      const beside = compared && before && { groups: before, days: compared.days, joined_by: group_by };
      return rankedOf(now, { ...about, group: 'category', beside });
    }),
    panel('heat', async () =>
      heatOf(await points({ group_by: ['customs_office', 'month'] }), monthsOf(query)),
    ),
    panel('stages', () => stagesOf(app, firm, { ...filter, min_n })),
    panel('honesty', () => honestyOf(app, firm, filter)),
  ]);
  return {
    min_n,
    baseline,
    standing_aside: standingAside(known, direction),
    compared_days: compared && !compared.is_office ? compared.days : null,
    total,
    trend,
    distribution,
    offices,
    categories,
    heat,
    stages,
    honesty,
  };
}

/**
 * Read once and awaited by several panels, each of which says when it failed. Two reads that fail together leave
 * the second one unasked for, because a panel ends with the first: that must not end the process.
 */
function shared<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}

type Read = (wanted: Pick<CellsQuery, 'group_by'> & Partial<CellsQuery>) => Promise<GroupCell[]>;

type Filter = HoursQuery & { day_reads?: DayReads };

function reader(app: App, firm: Firm, filter: Filter): Read {
  return (wanted) =>
    inFirmClient(app.pool.pg, firm.id, (client) => groupCells(client, firm.id, { ...filter, ...wanted }));
}

type Points = (wanted: Parameters<Read>[0]) => Promise<GroupSpread[]>;

function pointsReader(app: App, firm: Firm, query: Filter & { min_n: number }): Points {
  return (wanted) =>
    inFirmClient(app.pool.pg, firm.id, (client) => groupSpreads(client, firm.id, { ...query, ...wanted }));
}

function filterOf({ grain: _, comparison: __, ...filter }: DashboardQuery): HoursQuery {
  return filter;
}

type Compared = { days: Days; filter: Partial<Omit<HoursQuery, 'measure'>>; is_office: boolean };

/** Which records are compared with; null where it is none, or not records. */
export function comparedOf({
  from,
  to,
  comparison,
}: Days & Pick<DashboardQuery, 'comparison'>): Compared | null {
  switch (comparison.kind) {
    case 'none':
    case 'baseline':
      return null;
    case 'previous':
    case 'year': {
      const days = comparison.kind === 'previous' ? periodBefore(from, to) : yearBefore(from, to);
      return { days, filter: days, is_office: false };
    }
    case 'office':
      return {
        days: { from, to },
        filter: { customs_office: comparison.office, district: undefined },
        is_office: true,
      };
    default:
      return comparison satisfies never;
  }
}

async function trendOf(query: DashboardQuery, points: Points): Promise<TrendPanel> {
  const { grain, comparison } = query;
  const group_by: Group[] = [grain, 'channel'];
  const slots = slotsOf(grain, query);
  const before =
    comparison.kind === 'previous' || comparison.kind === 'year'
      ? slotsBefore(grain, slots, comparison.kind)
      : slots;
  const wanted = comparedOf(query);
  const [now, then] = await Promise.all([
    points({ group_by }),
    wanted && points({ ...wanted.filter, group_by, from: before[0]?.from, to: before.at(-1)?.to }),
  ]);
  return {
    grain,
    slots,
    lines: linesOf(now, { grain, slots }),
    compared: then ? linesOf(then, { grain, slots: before }) : [],
  };
}

/** The parts of a shipment's way, each from its own records. */
export async function stagesOf(
  app: App,
  firm: Firm,
  query: Filter & { min_n: number },
): Promise<StagesPanel> {
  const { min_n, ...filter } = query;
  return inFirmClient(app.pool.pg, firm.id, async (client) => {
    const spread = async (measure: CellMeasure) => {
      const [all] = await groupCells(client, firm.id, { ...filter, measure, group_by: [] });
      return all ? spreadOf(all.cell, min_n) : null;
    };
    return {
      arrived_to_declared: await spread('arrived_to_declared'),
      declared_to_arrived: await spread('declared_to_arrived'),
      declared_to_inspected: await spread('declared_to_inspected'),
      inspected_to_released: await spread('inspected_to_released'),
      declared_to_released: await spread('declared_to_released'),
      arrived_to_released: await spread('arrived_to_released'),
    };
  });
}

function monthsOf(days: Days): string[] {
  return slotsOf('month', days).map(({ from }) => from.slice(0, 7));
}
