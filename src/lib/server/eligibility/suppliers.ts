import { foldName } from '#lib/domain/text/fold.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/** The key by which a name of a supplier or component is known whatever its width, case and blanks. */
export function nameKey(name: string): string {
  return foldName(name).slice(0, 200) || name.slice(0, 200);
}

/** The ids of suppliers by their names; those that the firm does not have yet are added. */
export async function supplierIds(
  tx: Tx,
  firm_id: string,
  names: readonly string[],
): Promise<(name: string) => string | null> {
  const by_key = new Map(names.map((name) => [nameKey(name), name]));
  if (by_key.size === 0) return () => null;
  const keys = [...by_key.keys()];
  await tx
    .insertInto('supplier')
    .values([...by_key].map(([name_key, name]) => ({ firm_id, name, name_key })))
    .onConflict((conflict) => conflict.columns(['firm_id', 'name_key']).doNothing())
    .execute();
  const rows = await tx
    .selectFrom('supplier')
    .select(['id', 'name_key'])
    .where('name_key', 'in', keys)
    .limit(keys.length)
    .execute();
  const ids = new Map(rows.map(({ id, name_key }) => [name_key, id]));
  return (name) => ids.get(nameKey(name)) ?? null;
}
