import { foldName } from '#lib/domain/text/fold.ts';

/** The fields that a kind of file may have, and what columns are called that hold them. */
export type ColumnNames<F extends string> = {
  fields: readonly F[];
  /** The field that a column of this name holds; null for a column that is not ours. */
  fieldOf: (name: string) => F | null;
  /** Of each group one field must have a column. The first group is what a row is known by. */
  required: readonly (readonly F[])[];
};

/** Column names compared folded: width, case, blanks and punctuation do not matter. */
export function columnNames<F extends string>(
  synonyms: Readonly<Record<F, readonly string[]>>,
  required: readonly (readonly F[])[],
): ColumnNames<F> {
  const isField = (name: string): name is F => Object.hasOwn(synonyms, name);
  const fields = Object.keys(synonyms).filter(isField);
  const by_name = new Map(
    fields.flatMap((field) => [field, ...synonyms[field]].map((name) => [foldName(name), field] as const)),
  );
  return { fields, fieldOf: (name) => by_name.get(foldName(name)) ?? null, required };
}

/** For each column its field; a field keeps the first column that names it. */
export type Columns<F extends string> = readonly (F | null)[];

/**
 * What a person or program chose: a column to a field, or null to leave it out. A column is called by its
 * name, or by its place (`#1` is the first), which columns without a name of their own need.
 */
export type ColumnChoice<F extends string> = Readonly<Record<string, F | null>>;

/** Maps a header row. What was chosen by place goes before what was chosen by name, that before the known names. */
export function readHeader<F extends string>(
  cells: readonly string[],
  names: ColumnNames<F>,
  choice: ColumnChoice<F> = {},
): Columns<F> {
  const by_place = new Map<number, F | null>();
  const by_name = new Map<string, F | null>();
  for (const [column, field] of Object.entries<F | null>(choice)) {
    const place = /^#(\d{1,4})$/.exec(column)?.[1];
    if (place === undefined) by_name.set(foldName(column), field);
    else by_place.set(Number(place) - 1, field);
  }
  const chosen = new Set([...by_place.values(), ...by_name.values()]);
  const seen = new Set<F>();
  const columns: (F | null)[] = cells.map(() => null);
  const take = (index: number, field: F | null) => {
    if (field === null || seen.has(field)) return;
    seen.add(field);
    columns[index] = field;
  };
  for (const [index, field] of by_place) if (index < cells.length) take(index, field);
  cells.forEach((cell, index) => {
    if (by_place.has(index)) return;
    const picked = by_name.get(foldName(cell));
    const known = names.fieldOf(cell);
    take(index, picked === undefined ? (chosen.has(known) ? null : known) : picked);
  });
  return columns;
}

/** The first required group of which the header has no column; null when it is complete. */
export function missingFields<F extends string>(
  columns: Columns<F>,
  names: ColumnNames<F>,
): readonly F[] | null {
  return names.required.find((group) => !group.some((field) => columns.includes(field))) ?? null;
}

/** A row is taken for the header when it names what rows are known by and at least one more field. */
export function isHeader<F extends string>(columns: Columns<F>, names: ColumnNames<F>): boolean {
  const known_by = names.required[0] ?? [];
  return known_by.some((field) => columns.includes(field)) && named(columns) >= 2;
}

export function named<F extends string>(columns: Columns<F>): number {
  return columns.filter((field) => field !== null).length;
}
