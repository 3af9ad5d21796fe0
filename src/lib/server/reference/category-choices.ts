import type { Language } from '#lib/i18n/text.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { categories } from './read.ts';

export type CategoryChoice = { slug: string; name: string | null };

/** The categories that something can be recorded under, named in the reader's language where a name is known. */
export async function categoryChoices(db: Db | Tx, language: Language): Promise<CategoryChoice[]> {
  const known = await categories(db);
  return known.flatMap(({ slug, name, name_zh }) =>
    slug === null ? [] : [{ slug, name: language === 'zh-CN' ? (name_zh ?? name) : (name ?? name_zh) }],
  );
}
