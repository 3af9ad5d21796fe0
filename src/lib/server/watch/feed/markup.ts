import { Tokenizer } from 'htmlparser2';

/** What stands in other elements is read where they cannot be shown. */
const UNSEEN = new Set(['script', 'style', 'template', 'applet', 'head']);
const BREAKING = new Set(
  'address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table td th tr ul'.split(
    ' ',
  ),
);

/** Whether a text that may be either is meant as HTML: it has a tag or a reference. */
export function looksLikeHtml(text: string): boolean {
  return /<\/?[a-z][\w:-]*(?:\s[^<>]*)?\/?>|<!(?:--|\[cdata\[|doctype\b)|<\?\w|&(?:#\d+|#x[\da-f]+|[a-z]\w*);/i.test(
    text,
  );
}

/** CDATA that was escaped like a text, as some writers wrap twice. */
const CDATA = /<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)/gi;

/** What a reader sees of HTML, blocks parted by line ends. A tokenizer without a stack: depth costs nothing. */
export function plainText(written: string): string {
  const html = written.replace(CDATA, '$1');
  if (!html.includes('<') && !html.includes('&')) return html.replace(/\s+/g, ' ').trim();
  const parts: string[] = [];
  let unseen = 0;
  let is_unseen = false;
  const add = (text: string) => {
    if (unseen === 0) parts.push(text);
  };
  const tag = (start: number, end: number, step: 1 | -1) => {
    const name = html.slice(start, end).trim().toLowerCase();
    is_unseen = UNSEEN.has(name);
    if (is_unseen) unseen = Math.max(0, unseen + step);
    if (BREAKING.has(name)) parts.push('\n');
  };
  const nothing = () => {};
  const tokenizer = new Tokenizer(
    { xmlMode: false, decodeEntities: true },
    {
      onopentagname: (start, end) => tag(start, end, 1),
      onclosetag: (start, end) => tag(start, end, -1),
      ontext: (start, end) => add(html.slice(start, end).replace(/\s+/g, ' ')),
      ontextentity: (code) => add(String.fromCodePoint(code)),
      oncdata: (start, end, end_length) => add(html.slice(start, end - end_length)),
      onattribdata: nothing,
      onattribentity: nothing,
      onattribend: nothing,
      onattribname: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onopentagend: nothing,
      onprocessinginstruction: nothing,
      // As XHTML writes it: nothing stands inside.
      onselfclosingtag: () => {
        if (is_unseen) unseen = Math.max(0, unseen - 1);
      },
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return parts
    .join('')
    .replaceAll('\u00a0', ' ')
    .replace(/ *\n[ \n]*/g, '\n')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Markup of XML as HTML: namespace prefixes gone, CDATA as text. */
export function htmlOfXml(markup: string): string {
  return markup
    .replace(/<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)/g, (_, text: string) =>
      looksLikeHtml(text) ? text : escapeHtml(text),
    )
    .replace(/(<\/?)[\w-]+:(?=[\w-]+[\s/>])/g, '$1')
    .trim();
}

/** An address that parsing would only spell differently: it stays as its publisher wrote it. */
const ABSOLUTE = /^https?:\/\/[a-z0-9][a-z0-9.-]*(?:[/?#](?!\S*\/\.\.?(?:[/?#]|$))[!#-&(-;=?-[\]^-~]*)?$/i;
/** What a host without a scheme looks like; a name with an underscore is that of a file. */
const HOST = /^[a-z\d-]+(\.[a-z\d-]+)+(\/\S*)?$/i;

/** An address made absolute; null where it is none that a reader could follow. */
export function absoluteUrl(written: string | null | undefined, base: string | null): string | null {
  // No address has &amp; in it: whoever wrote it escaped twice.
  const text =
    written
      ?.trim()
      .replace(/[\t\n\r]+/g, '')
      .replaceAll('&amp;', '&') ?? '';
  if (text === '') return null;
  try {
    const { href } = new URL(text.replaceAll(' ', '%20'), base ?? undefined);
    return ABSOLUTE.test(text) ? text : href;
  } catch {
    return HOST.test(text) ? absoluteUrl(`http://${text}`, null) : null;
  }
}

/** The address that a link leads to: absolute, or as it is written while nothing says what it is relative to. */
export function linkUrl(written: string | undefined, base: string | null): string | null {
  const url = absoluteUrl(written, base);
  if (url || (base && URL.canParse(base))) return url;
  const text = written?.trim() ?? '';
  return /^[^\s<>]+$/.test(text) ? text : null;
}

/** HTML whose links and pictures are absolute. */
export function withAbsoluteUrls(html: string, base: string | null): string {
  if (!base) return html;
  return html.replace(
    /(\s(?:href|src|cite|poster|longdesc)\s*=\s*)(?:"([^"]*)"|'([^']*)')/gi,
    (whole, before: string, double: string | undefined, single: string | undefined) => {
      const url = absoluteUrl(double ?? single, base);
      return url ? `${before}"${url.replaceAll('"', '%22')}"` : whole;
    },
  );
}
