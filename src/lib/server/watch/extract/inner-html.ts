import { decodeHTML } from 'entities';
import type { ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import type { SourceSettings } from '#lib/domain/watch/source.ts';
import { parseJson, valueAt } from './json-rows.ts';

/** The HTML of a list that sits inside JSON, or in the data store of a Hanweb page. */
export function innerHtml(
  text: string,
  inner: SourceSettings['inner'],
): { ok: true; html: string } | { ok: false; problem: ExtractionProblem } {
  if (!inner) return { ok: true, html: text };
  if ('json_path' in inner) {
    const found = valueAt(parseJson(text), inner.json_path);
    if (typeof found === 'string') return { ok: true, html: found };
    return { ok: false, problem: { position: null, code: 'no_rows', found: inner.json_path } };
  }
  const records = [
    ...text.matchAll(/<record>\s*(?:<!\[CDATA\[([\s\S]*?)\]\]>|([\s\S]*?))\s*<\/record>/gi),
  ].map(([, cdata, plain = '']) => cdata ?? (plain.includes('<') ? plain : decodeHTML(plain)));
  if (records.length === 0 && !/<(datastore|recordset)\b/i.test(text))
    return { ok: false, problem: { position: null, code: 'no_datastore', found: null } };
  return { ok: true, html: records.map((record) => `<record>${record}</record>`).join('\n') };
}
