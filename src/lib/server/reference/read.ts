import type { Db, Tx } from '#lib/server/db/connect.ts';

export type Named = { name: string | null; name_zh: string | null };
export type Office = Named & { code: string; district_code: string; confirmed: boolean };
export type District = { code: string; name: string; name_zh: string; confirmed: boolean };
export type Category = Named & {
  slot: number;
  slug: string | null;
  aliases: string[];
  hs_candidates: string[];
  confirmed: boolean;
};

export type Programme = {
  slug: string;
  district_code: string;
  name: string;
  name_zh: string;
  state: string;
  started_on: string | null;
  confirmed: boolean;
};

/** No country has more offices; the limit only keeps a query from being without one. */
const ROWS_MAX = 10_000;

export function districts(db: Db | Tx): Promise<District[]> {
  return db
    .selectFrom('customs_district')
    .select(['code', 'name', 'name_zh', 'confirmed'])
    .orderBy('code')
    .limit(ROWS_MAX)
    .execute();
}

export function offices(db: Db | Tx): Promise<Office[]> {
  return db
    .selectFrom('customs_office')
    .select(['code', 'district_code', 'name', 'name_zh', 'confirmed'])
    .orderBy('code')
    .limit(ROWS_MAX)
    .execute();
}

/** All slots, the unnamed ones too. */
export function categories(db: Db | Tx): Promise<Category[]> {
  return db
    .selectFrom('category')
    .select(['slot', 'slug', 'name', 'name_zh', 'aliases', 'hs_candidates', 'confirmed'])
    .orderBy('slot')
    .limit(ROWS_MAX)
    .execute();
}

/** The fast channels: those that have launched first, the oldest of them before the others. */
export function programmes(db: Db | Tx): Promise<Programme[]> {
  return db
    .selectFrom('programme')
    .select(['slug', 'district_code', 'name', 'name_zh', 'state', 'started_on', 'confirmed'])
    .orderBy('started_on', (order) => order.asc().nullsLast())
    .orderBy('slug')
    .limit(ROWS_MAX)
    .execute();
}
