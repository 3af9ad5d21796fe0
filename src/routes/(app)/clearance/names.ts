import type { Language } from '#lib/i18n/text.ts';

export type Named = { name: string | null; name_zh: string | null };
/** What offices, districts and categories are called, by code or slug. */
export type Names = {
  offices: Record<string, Named>;
  districts: Record<string, Named>;
  categories: Record<string, Named>;
};

/** The name in the reader's language, else in the other one; null where there is none at all. */
export function nameIn(language: Language, named: Named | undefined): string | null {
  if (!named) return null;
  return language === 'zh-CN' ? (named.name_zh ?? named.name) : (named.name ?? named.name_zh);
}
