import { fieldOfColumn } from '#lib/domain/clearance/columns.ts';
import { FIELDS, type Field } from '#lib/domain/clearance/record.ts';
import { UnreadableFile, type SourceRow } from './source-row.ts';

/** A record in JSON has some hundred bytes; a longer one is not a record. */
const OBJECT_LENGTH_MAX = 256 * 1024;

/** The header of every JSON file: objects name their fields themselves. */
export const JSON_HEADER: readonly string[] = FIELDS;

/** Rows of newline-delimited JSON; blank lines are left out. */
export async function* ndjsonRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow[]> {
  let rest = '';
  let line = 0;
  const take = (lines: string[]) =>
    lines.flatMap((content) => {
      line += 1;
      return content.trim() === '' ? [] : [objectRow(content, line)];
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
export async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow[]> {
  const finder = new ObjectFinder();
  for await (const chunk of text) yield finder.push(chunk);
  finder.finish();
}

class ObjectFinder {
  #rest = '';
  #depth = 0;
  #in_string = false;
  #is_escaped = false;
  #count = 0;
  #has_begun = false;

  push(chunk: string): SourceRow[] {
    const rows: SourceRow[] = [];
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
          rows.push(objectRow(text.slice(start, at + 1), this.#count));
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

function objectRow(text: string, line: number): SourceRow {
  if (text.length > OBJECT_LENGTH_MAX) return { line, cells: [text.slice(0, 200)], problem: 'row.too_long' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, cells: [text.slice(0, 2000)], problem: 'row.not_an_object' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, cells: [text.slice(0, 2000)], problem: 'row.not_an_object' };
  const told = new Map<Field, string>();
  for (const [name, content] of Object.entries(value)) {
    const field = fieldOfColumn(name);
    if (field !== null && !told.has(field)) told.set(field, textOf(content));
  }
  return { line, cells: FIELDS.map((field) => told.get(field) ?? ''), present: presence(told) };
}

/** A number beyond 2^53 has lost digits already: written as one, it is named as damaged further on. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
    case 'boolean':
      return String(value);
    default:
      return value === null || value === undefined ? '' : JSON.stringify(value).slice(0, 200);
  }
}

const PRESENCES = new Map<string, ReadonlySet<Field>>();
const PRESENCES_MAX = 1000;

/** One set per combination of fields, so that rows of one kind can be put together by identity. */
function presence(told: ReadonlyMap<Field, string>): ReadonlySet<Field> {
  const fields = FIELDS.filter((field) => told.has(field));
  const name = fields.join();
  const known = PRESENCES.get(name);
  if (known) return known;
  const set = new Set(fields);
  if (PRESENCES.size < PRESENCES_MAX) PRESENCES.set(name, set);
  return set;
}
