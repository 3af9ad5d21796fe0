/** One row of the form as it was typed. */
export type PairValues = {
  from_path: string;
  to_path: string;
  note: string;
  source: string;
  confirmed: boolean;
};

/** Rows to be filled in after those that stand. */
export const SPARE_ROWS = 3;
const ROWS_MAX = 10_000;

/** The rows of the form; those that name no clause on either side were emptied to be left out. */
export function readPairs(form: FormData): PairValues[] {
  const valueOf = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const count = Math.min(Number(valueOf('count')) || 0, ROWS_MAX);
  return Array.from({ length: count }, (_, index) => ({
    from_path: valueOf(`pairs.${index}.from_path`),
    to_path: valueOf(`pairs.${index}.to_path`),
    note: valueOf(`pairs.${index}.note`),
    source: valueOf(`pairs.${index}.source`),
    confirmed: valueOf(`pairs.${index}.confirmed`) === 'on',
  })).filter(({ from_path, to_path }) => from_path !== '' || to_path !== '');
}

/** What the rows say, for the mapping to keep. */
export function pairsOfValues(rows: readonly PairValues[]) {
  return rows.map(({ confirmed, ...row }) => ({
    from_path: row.from_path || null,
    to_path: row.to_path || null,
    note: row.note || null,
    source: row.source || null,
    confirmed,
  }));
}

/** The clauses of a side that no row names. */
export function unmapped(paths: readonly string[], named: readonly (string | null)[]): string[] {
  return paths.filter((path) => !named.includes(path));
}
