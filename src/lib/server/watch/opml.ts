import { Parser } from 'htmlparser2';
import { sourceInput, type SourceInput } from '#lib/domain/watch/source-input.ts';

/** One outline that is a source, with the line on which it begins; or why it is none. */
export type OpmlEntry =
  | { line: number; ok: true; input: SourceInput; is_ours: boolean }
  | { line: number; ok: false; code: 'no_address' | 'bad_setting' | 'bad_json' | 'cut_off'; found: string };

/** A namespace of our own, so that programs which read OPML leave the attribute alone. */
const NAMESPACE = 'urn:greenlane:source';
const ATTRIBUTE = 'greenlane:source';
export const OUTLINES_MAX = 20_000;

/**
 * Writes sources as OPML 2.0. Feeds carry `xmlUrl`, so that any reader takes them over; every setting stands in
 * an attribute of its own namespace and comes back by `readOpml`.
 */
export function writeOpml(sources: readonly SourceInput[], title: string): string {
  const outlines = sources.map((source) => {
    const { name, kind, url, language } = source;
    const address =
      kind === 'feed' ? `type="rss" xmlUrl="${escape(url)}"` : `type="link" url="${escape(url)}"`;
    return `    <outline text="${escape(name)}" title="${escape(name)}" ${address} language="${escape(language)}" ${ATTRIBUTE}="${escape(JSON.stringify(source))}"/>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:greenlane="${NAMESPACE}">
  <head><title>${escape(title)}</title></head>
  <body>
${outlines.join('\n')}
  </body>
</opml>
`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (blank) => `&#${blank.charCodeAt(0)};`);
}

/**
 * Reads OPML of this or any other program. An outline without an address is a folder; one that cannot be used is
 * named by its line (from 1) and the others are kept. Null when the text is no OPML.
 */
export function readOpml(text: string): OpmlEntry[] | null {
  const entries: OpmlEntry[] = [];
  let is_opml = false;
  let is_whole = false;
  const lineAt = lineCounter(text);
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === 'opml') is_opml = true;
        if (name !== 'outline' || entries.length >= OUTLINES_MAX) return;
        const entry = readOutline(attributes, lineAt(parser.startIndex));
        if (entry) entries.push(entry);
      },
      onclosetag(name, is_implied) {
        if (name === 'opml' && !is_implied) is_whole = true;
      },
    },
    { xmlMode: true, decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.end(text);
  if (!is_opml) return null;
  if (!is_whole) entries.push({ line: lineAt(text.length), ok: false, code: 'cut_off', found: '' });
  return entries;
}

function readOutline(attributes: Record<string, string>, line: number): OpmlEntry | null {
  const ours = attributes[ATTRIBUTE];
  if (ours !== undefined) return readOurs(ours, line);
  const feed = attributes.xmlurl;
  const url = (feed ?? attributes.url ?? attributes.htmlurl)?.trim();
  const name = (attributes.title || attributes.text)?.trim();
  if (url === undefined)
    return attributes.type ? { line, ok: false, code: 'no_address', found: name ?? '' } : null;
  const parsed = sourceInput.safeParse({
    name: (name || url).slice(0, 200),
    kind: feed === undefined ? 'page' : 'feed',
    url,
    ...(attributes.language && /^[a-z]{2}(-[A-Za-z0-9]+)*$/.test(attributes.language)
      ? { language: attributes.language }
      : {}),
  });
  if (parsed.success) return { line, ok: true, input: parsed.data, is_ours: false };
  return { line, ok: false, code: 'bad_setting', found: url };
}

function readOurs(written: string, line: number): OpmlEntry {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return { line, ok: false, code: 'bad_json', found: written.slice(0, 80) };
  }
  const parsed = sourceInput.safeParse(value);
  if (parsed.success) return { line, ok: true, input: parsed.data, is_ours: true };
  const found = parsed.error.issues.map(({ path }) => path.join('.') || '/').join(', ');
  return { line, ok: false, code: 'bad_setting', found };
}

/** The line of a place, asked in rising order. */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let counted = 0;
  return (index) => {
    for (; counted < index && counted < text.length; counted += 1) if (text[counted] === '\n') line += 1;
    return line;
  };
}
