import { readHeader, type ColumnChoice, type ColumnNames } from '#lib/domain/tables/columns.ts';
import { UnreadableFile, type SourceRow } from './source-row.ts';

/** A record in JSON has some hundred bytes; a longer one is not a record. */
const OBJECT_LENGTH_MAX = 256 * 1024;

/** How the names of an object lead to fields: `fields` is the header of every row, as objects name theirs. */
export type ObjectFields<F extends string> = { fields: readonly F[]; fieldOf: (name: string) => F | null };

/** The known names of fields, with what was chosen for other names before them. */
export function objectFields<F extends string>(
  names: ColumnNames<F>,
  choice: ColumnChoice<F>,
): ObjectFields<F> {
  const remembered = new Map<string, F | null>();
  const fieldOf = (name: string) => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const [field = null] = readHeader([name], names, choice);
    if (remembered.size < NAMES_REMEMBERED_MAX) remembered.set(name, field);
    return field;
  };
  return { fields: names.fields, fieldOf };
}

const NAMES_REMEMBERED_MAX = 1000;

/** Rows of newline-delimited JSON; blank lines are left out. */
export async function* ndjsonRows<F extends string>(
  text: AsyncIterable<string>,
  names: ObjectFields<F>,
): AsyncGenerator<SourceRow<F>[]> {
  let rest = '';
  let line = 0;
  const read = objectReader(names);
  const take = (lines: string[]) =>
    lines.flatMap((content) => {
      line += 1;
      return content.trim() === '' ? [] : [read(content, line)];
    });
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > OBJECT_LENGTH_MAX) {
      lines.push(rest);
      rest = '';
    }
    yield take(lines);
  }
  if (rest.trim() !== '') yield take([rest]);
}

/**
 * Rows of a JSON array of objects, found by counting braces, so that the array may be of any length. A single
 * object is taken for an array of one. `line` is the position in the array.
 */
export async function* jsonRows<F extends string>(
  text: AsyncIterable<string>,
  names: ObjectFields<F>,
): AsyncGenerator<SourceRow<F>[]> {
  const finder = new ObjectFinder(objectReader(names));
  for await (const chunk of text) yield finder.push(chunk);
  finder.finish();
}

class ObjectFinder<F extends string> {
  readonly #read: (text: string, line: number) => SourceRow<F>;
  #rest = '';
  #depth = 0;
  #in_string = false;
  #is_escaped = false;
  #count = 0;
  #has_begun = false;

  constructor(read: (text: string, line: number) => SourceRow<F>) {
    this.#read = read;
  }

  push(chunk: string): SourceRow<F>[] {
    const rows: SourceRow<F>[] = [];
    const text = this.#rest + chunk;
    let start = this.#depth > 0 ? 0 : -1;
    for (let at = this.#rest.length; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (this.#in_string) {
        if (this.#is_escaped) this.#is_escaped = false;
        else if (code === 92) this.#is_escaped = true;
        else if (code === 34) this.#in_string = false;
        continue;
      }
      if (code === 123) {
        if (this.#depth === 0) start = at;
        this.#depth += 1;
        this.#has_begun = true;
      } else if (code === 125 && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth === 0) {
          this.#count += 1;
          rows.push(this.#read(text.slice(start, at + 1), this.#count));
          start = -1;
        }
      } else if (this.#depth > 0) {
        if (code === 34) this.#in_string = true;
      } else if (code === 91) this.#has_begun = true;
      else if (!isFiller(code)) throw new UnreadableFile('file.not_json');
    }
    this.#rest = start === -1 ? '' : text.slice(start);
    if (this.#rest.length > OBJECT_LENGTH_MAX) throw new UnreadableFile('file.not_json');
    return rows;
  }

  finish(): void {
    if (this.#depth > 0 || !this.#has_begun) throw new UnreadableFile('file.not_json');
  }
}

/** Blanks, commas, the end of the array and a byte-order mark may stand between objects. */
function isFiller(code: number): boolean {
  return code === 44 || code === 93 || code <= 32 || code === 0xfeff;
}

function objectReader<F extends string>(
  names: ObjectFields<F>,
): (text: string, line: number) => SourceRow<F> {
  const presenceOf = presences<F>();
  return (text, line) => {
    if (text.length > OBJECT_LENGTH_MAX)
      return { line, cells: [text.slice(0, 200)], problem: 'row.too_long' };
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { line, cells: [text.slice(0, 2000)], problem: 'row.not_an_object' };
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { line, cells: [text.slice(0, 2000)], problem: 'row.not_an_object' };
    const told = new Map<F, string>();
    for (const [name, content] of Object.entries(value)) {
      const field = names.fieldOf(name);
      if (field !== null && !told.has(field)) told.set(field, textOf(content));
    }
    return {
      line,
      cells: names.fields.map((field) => told.get(field) ?? ''),
      present: presenceOf(names.fields.filter((field) => told.has(field))),
    };
  };
}

/** A number beyond 2^53 has lost digits already: written as one, it is named as damaged further on. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      // PostgreSQL stores no NUL character; here one can stand as an escape.
      return value.includes('\0') ? value.replaceAll('\0', '') : value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
    case 'boolean':
      return String(value);
    default:
      return value === null || value === undefined ? '' : JSON.stringify(value).slice(0, 200);
  }
}

const PRESENCES_MAX = 1000;

/** One set per combination of fields, so that rows of one kind can be put together by identity. */
function presences<F extends string>(): (fields: readonly F[]) => ReadonlySet<F> {
  const known = new Map<string, ReadonlySet<F>>();
  return (fields) => {
    const name = fields.join();
    const met = known.get(name);
    if (met) return met;
    const set = new Set(fields);
    if (known.size < PRESENCES_MAX) known.set(name, set);
    return set;
  };
}
