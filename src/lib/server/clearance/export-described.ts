import { textsOf } from '#lib/i18n/texts.ts';
import { BESIDE_NAME } from '#lib/i18n/names.ts';
import type { App } from '#lib/server/app.ts';
import { categories, offices, type Named } from '#lib/server/reference/read.ts';
import { baselines } from './baselines.ts';
import { nameOf, type Described, type Taken } from './export-about.ts';
import { metricsOf } from './metrics.ts';
import { newestDayOf, standingAside } from './overview.ts';

/** Offices and categories by code and slug. */
export type ExportNames = Record<'customs_office' | 'category', ReadonlyMap<string, Named>>;

/** What every export of the hours of a query says of them, whatever its rows are. */
export async function describeHours(
  app: App,
  taken: Taken,
): Promise<{ described: Omit<Described, 'title'>; names: ExportNames }> {
  const { firm, query } = taken;
  const [total, known, known_offices, known_categories, data_to] = await Promise.all([
    metricsOf(app, firm, { ...query, group_by: [] }),
    baselines(app.db),
    offices(app.db),
    categories(app.db),
    newestDayOf(app, firm),
  ]);
  const names = {
    customs_office: new Map<string, Named>(known_offices.map((one) => [one.code, one])),
    category: new Map<string, Named>(
      known_categories.flatMap((one) => (one.slug ? [[one.slug, one] as const] : [])),
    ),
  };
  const [summary] = total.rows;
  return {
    names,
    described: {
      n: summary?.n ?? 0,
      min_n: total.min_n,
      data_to,
      office: names.customs_office.get(query.customs_office ?? '') ?? null,
      category: names.category.get(query.category ?? '') ?? null,
      baseline: summary?.baseline ?? null,
      not_comparable: standingAside(known, query.direction),
    },
  };
}

/** What the change columns are against, in words; null where no records are compared. */
export function besideText({ comparison, language }: Taken, names: ExportNames): string | null {
  switch (comparison.kind) {
    case 'none':
    case 'baseline':
      return null;
    case 'previous':
    case 'year':
      return textsOf(language)(BESIDE_NAME[comparison.kind]);
    case 'office': {
      const name = nameOf(names.customs_office.get(comparison.office) ?? null, language);
      return name === null ? comparison.office : `${comparison.office} ${name}`;
    }
    default:
      return comparison satisfies never;
  }
}
