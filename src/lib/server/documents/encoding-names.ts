import iconv from 'iconv-lite';

const DECLARATION_BYTES = 2_048;

/** As much of a text as may declare its encoding or language; that part is ASCII whatever the rest is. */
export function declarationIn(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES));
}

/** The encoding that XML or HTML declares of itself, as it is written. */
export function declaredInside(bytes: Uint8Array): string | null {
  const head = declarationIn(bytes);
  return (
    /<\?xml[^>]+?encoding\s*=\s*["']?\s*([\w.:()-]+)/i.exec(head)?.[1] ??
    /<meta[^>]+?charset\s*=\s*["']?\s*([\w.:()-]+)/i.exec(head)?.[1] ??
    null
  );
}

/** Names that pages use for encodings whose superset is meant. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^hz/i, 'hz'],
  [/^(gb|cp936|ms936|x-gbk|euc-?cn|iso-ir-58|chinese|windows-936|936$|csgb|csiso58gb)/i, 'gb18030'],
  [/^(big-?5|cp950|ms950|x-x-big5|windows-950|950$|hkscs|csbig5)/i, 'big5'],
  [/^(uhc|(cp|ms|windows-)?949)$/i, 'euc-kr'],
  [/^(csiso|iso-?)2022-?kr$/i, 'iso-2022-kr'],
  [/^(csiso|iso-?)2022-?cn/i, 'iso-2022-cn'],
  [/^(csiso|iso-?)2022-?jp/i, 'iso-2022-jp'],
  [/^(x-mac-ce|mac[-_]?(latin2|ce|centraleurope))$/i, 'maccenteuro'],
  [/^(ucs-?2|utf-?16)$/i, 'utf-8'],
  [/^(ucs-?4|utf-?32)$/i, 'utf-8'],
];

/** The encoding that a name means, or null where it means none. */
export function knownEncoding(name: string | null | undefined): string | null {
  if (!name) return null;
  const wanted = name.trim().replace(/^["']|["']$/g, '');
  const alias = ALIASES.find(([pattern]) => pattern.test(wanted))?.[1];
  if (alias) return alias;
  try {
    const { encoding } = new TextDecoder(wanted);
    // Without a mark, a declaration that could be read as ASCII is not UTF-16.
    return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
  } catch {
    return iconv.encodingExists(wanted) ? wanted.toLowerCase() : null;
  }
}
