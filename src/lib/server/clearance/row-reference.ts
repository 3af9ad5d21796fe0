import type { RowReference } from '#lib/domain/clearance/read-row.ts';
import { foldName } from '#lib/domain/text/fold.ts';
import type { Db } from '#lib/server/db/connect.ts';
import { categories, districts, offices } from '#lib/server/reference/read.ts';

/** The reference data that rows are read against, as it is now. */
export async function rowReference(db: Db): Promise<RowReference> {
  const [known_districts, known_offices, known_categories] = await Promise.all([
    districts(db),
    offices(db),
    categories(db),
  ]);
  return {
    districts: new Set(known_districts.map(({ code }) => code.slice(0, 2))),
    offices: new Set(known_offices.map(({ code }) => code)),
    categories: new Map(
      known_categories.flatMap(({ slug, name, name_zh, aliases }) =>
        slug === null
          ? []
          : [slug, name ?? slug, name_zh ?? slug, ...aliases].map((word) => [foldName(word), slug] as const),
      ),
    ),
  };
}
