import { readDay } from '#lib/domain/text/legal-day.ts';
import { stripSacinfo } from '#lib/domain/text/standard-no.ts';
import {
  ITEMS_MAX,
  type Extracted,
  type Extraction,
  type ExtractionProblem,
} from '#lib/domain/watch/extracted.ts';
import type { SourceSettings } from '#lib/domain/watch/source.ts';
import { withLongNumbersKept } from '#lib/server/watch/feed/repair-json.ts';
import { absoluteUrl, plainText } from '#lib/server/watch/feed/markup.ts';
import { isWeb } from './html-list.ts';

type JsonSettings = NonNullable<SourceSettings['json']>;

/** Reads announcements out of the rows of a JSON service by paths, as std.samr.gov.cn and ePing need. */
export function readJsonRows(
  text: string,
  { json, only }: { json: JsonSettings; only?: SourceSettings['only'] },
  address: string,
): Extraction {
  const parsed = parseJson(text);
  if (parsed === undefined) return nothing('not_json', text.trim().slice(0, 80));
  const rows = valueAt(parsed, json.rows);
  if (!Array.isArray(rows)) return nothing('no_rows', json.rows);
  const problems: ExtractionProblem[] = [];
  const items: Extracted[] = [];
  for (const [index, row] of rows.slice(0, ITEMS_MAX).entries()) {
    if (only && !Object.entries(only).every(([path, value]) => holds(textAt(row, path), value))) continue;
    const item = readRow(row, json, { address, position: index + 1, problems });
    if (item) items.push(item);
  }
  if (rows.length > ITEMS_MAX)
    problems.push({ position: null, code: 'left_out', found: String(rows.length - ITEMS_MAX) });
  return { items, problems, next_pages: [], ttl_minutes: null };
}

function holds(found: string | null, wanted: string): boolean {
  if (!wanted.endsWith('*')) return found === wanted;
  return found?.startsWith(wanted.slice(0, -1)) ?? false;
}

function nothing(code: 'not_json' | 'no_rows', found: string): Extraction {
  return { items: [], problems: [{ position: null, code, found }], next_pages: [], ttl_minutes: null };
}

type Place = { address: string; position: number; problems: ExtractionProblem[] };

function readRow(row: unknown, json: JsonSettings, { address, position, problems }: Place): Extracted | null {
  const name = textAt(row, json.title);
  const code = json.code ? textAt(row, json.code) : null;
  if (name === null && code === null) {
    problems.push({ position, code: 'no_title', found: null });
    return null;
  }
  const key = json.key ? textAt(row, json.key) : null;
  const day = (path: string | undefined) => {
    const written = path ? valueAt(row, path) : null;
    if (typeof written !== 'string' && typeof written !== 'number') return null;
    if (written === '') return null;
    const read = readDay(written);
    if (read.ok) return read.day;
    problems.push({
      position,
      code: read.problem === 'no_year' ? 'date_without_year' : 'bad_date',
      found: String(written),
    });
    return null;
  };
  const link = json.link ? filled(json.link, row) : null;
  const url =
    absoluteUrl(link, address) ??
    (key ? `${address.split('#')[0] ?? address}#${encodeURIComponent(key)}` : null);
  const state = json.state ? textAt(row, json.state) : null;
  return {
    title: [code, name].filter((part) => part !== null).join(' '),
    url: isWeb(url) ? url : null,
    number_row: code,
    issued_on: day(json.date),
    effective_on: day(json.effective),
    published_at: null,
    // The state is part of what is said: 即将实施 becoming 现行 is news.
    text: [[code, name].filter((part) => part !== null).join(' '), state]
      .filter((part) => part !== null)
      .join('\n'),
  };
}

/** A link with `{path}` in it, each filled from the row; null while one of them is empty. */
function filled(pattern: string, row: unknown): string | null {
  let is_complete = true;
  const link = pattern.replace(/\{([\w$.-]+)\}/g, (_, path: string) => {
    const value = textAt(row, path);
    if (value === null) is_complete = false;
    return encodeURIComponent(value ?? '');
  });
  // Without braces the setting is the path of a field that holds the address.
  return pattern.includes('{') ? (is_complete ? link : null) : textAt(row, pattern);
}

/** JSON as services send it: after a mark, wrapped in a call, with numbers of any length; undefined for anything else. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(withLongNumbersKept(text.replace(/^\uFEFF/, '')));
  } catch {
    // Some services wrap their answer in a call.
    const inside = /^(?:\/\*[\s\S]*?\*\/\s*)?[\w$.]+\s*\(([\s\S]*)\)\s*;?\s*$/.exec(text.trim())?.[1];
    if (inside === undefined) return undefined;
    try {
      return JSON.parse(withLongNumbersKept(inside));
    } catch {
      return undefined;
    }
  }
}

/** The value at a path of names and numbers parted by dots; `$.data[0].rows` is understood too, `$` is the whole. */
export function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of namesIn(path)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return at;
}

function namesIn(path: string): string[] {
  const dotted = path
    .trim()
    .replace(/^\$\.?/, '')
    .replace(/\[['"]?([^\]'"]+)['"]?\]/g, '.$1');
  return dotted.split('.').filter((name) => name !== '');
}

function textAt(value: unknown, path: string): string | null {
  const found = valueAt(value, path);
  const text = typeof found === 'string' ? found : typeof found === 'number' ? String(found) : '';
  const clean = plainText(stripSacinfo(text)).replace(/\s+/g, ' ').trim();
  return clean === '' ? null : clean;
}
