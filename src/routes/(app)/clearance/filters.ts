import { NOT_GIVEN } from '#lib/domain/clearance/measure.ts';
import type { Comparison } from '#lib/domain/clearance/dashboard.ts';
import { BESIDE_NAME, channelNameKey } from '#lib/i18n/names.ts';
import type { Language, Text } from '#lib/i18n/text.ts';
import { nameIn, type Names } from './names.ts';
import { clearanceQuery, type ClearanceQuery } from './query.ts';

/** One filter of a query: what it keeps, in words, and the address of the page without it. */
export type Filter = { key: 'district' | 'office' | 'category' | 'channel'; said: string; href: string };

type Reader = { text: Text; language: Language };

/** The filters of a query in reading order. */
export function filtersOf(query: ClearanceQuery, names: Names, reader: Reader): Filter[] {
  const { text, language } = reader;
  const { district, office, category, channel } = query;
  const without = (key: Filter['key']) => `/clearance${clearanceQuery({ ...query, [key]: null })}`;
  const said: Record<Filter['key'], string | null> = {
    district: district && coded(district, nameIn(language, names.districts[district])),
    office: office && coded(office, nameIn(language, names.offices[office])),
    category: category && categoryName(category === NOT_GIVEN ? null : category, names, reader),
    channel: channel && text(channelNameKey(channel)),
  };
  const keys = ['district', 'office', 'category', 'channel'] as const;
  return keys.flatMap((key) => {
    const words = said[key];
    return words ? [{ key, said: words, href: without(key) }] : [];
  });
}

/** Offices show their code, then their name. */
export function coded(code: string, name: string | null): string {
  return name === null ? code : `${code} ${name}`;
}

export function categoryName(slug: string | null, names: Names, { text, language }: Reader): string {
  if (slug === null) return text('dashboard.category_not_given');
  return nameIn(language, names.categories[slug]) ?? slug;
}

/** What stands beside the numbers, in a sentence; null where it is not records. */
export function besideName(comparison: Comparison, names: Names, { text, language }: Reader): string | null {
  switch (comparison.kind) {
    case 'none':
    case 'baseline':
      return null;
    case 'previous':
    case 'year':
      return text(BESIDE_NAME[comparison.kind]);
    case 'office':
      return coded(comparison.office, nameIn(language, names.offices[comparison.office]));
    default:
      return comparison satisfies never;
  }
}
