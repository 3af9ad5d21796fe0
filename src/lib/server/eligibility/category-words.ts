import { foldName } from '#lib/domain/text/fold.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { categories } from '#lib/server/reference/read.ts';

/** Gives the slug of a category for any name by which records call it; another word stays as it is. */
export async function categoryReader(db: Db | Tx): Promise<(written: string | null) => string | null> {
  const known = await categories(db);
  const by_name = new Map(
    known.flatMap(({ slug, name, name_zh, aliases }) =>
      slug === null
        ? []
        : [slug, name ?? slug, name_zh ?? slug, ...aliases].map((word) => [foldName(word), slug] as const),
    ),
  );
  return (written) => (written === null ? null : (by_name.get(foldName(written)) ?? written));
}
