/** A page as browsers save it in one file, taken apart: the bytes of the page itself, and where it came from. */
export type SavedPage = { bytes: Uint8Array; address: string | null; charset: string | null };

const HEAD_BYTES = 8_192;
/** The page is the first or second part; pictures and style sheets follow. */
const PARTS_MAX = 2_000;
const DEPTH_MAX = 3;

/** Whether these bytes are MHTML (RFC 2557): headers of a mail, and a body of related parts. */
export function isMhtml(bytes: Uint8Array): boolean {
  const head = latin1(bytes.subarray(0, HEAD_BYTES));
  return (
    /^[\w-]+:[^\r\n]*\r?\n/.test(head) &&
    /^content-type:\s*multipart\/(related|alternative|mixed)/im.test(head)
  );
}

/** The page inside MHTML; null where there is none. */
export function readMhtml(bytes: Uint8Array): SavedPage | null {
  if (!isMhtml(bytes)) return null;
  const whole = partOf(latin1(bytes));
  const page = pageIn(whole, DEPTH_MAX);
  if (!page) return null;
  const { headers } = page;
  const address = whole.headers.get('snapshot-content-location') ?? headers.get('content-location') ?? null;
  return {
    bytes: decoded(page),
    address: address !== null && /^https?:/i.test(address) ? address.slice(0, 2_000) : null,
    charset: /charset\s*=\s*"?([\w.:-]+)/i.exec(headers.get('content-type') ?? '')?.[1] ?? null,
  };
}

type Part = { headers: ReadonlyMap<string, string>; body: string };

function partOf(text: string): Part {
  const end = /\r?\n\r?\n/.exec(text);
  const head = (end ? text.slice(0, end.index) : text).replace(/\r?\n[ \t]+/g, ' ');
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { headers, body: end ? text.slice(end.index + end[0].length) : '' };
}

function pageIn(part: Part, depth: number): Part | null {
  const type = part.headers.get('content-type') ?? '';
  if (/^(text\/html|application\/xhtml)/i.test(type)) return part;
  const boundary = /boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (!/^multipart\//i.test(type) || !mark || depth === 0) return null;
  const [, ...parts] = part.body.split(`--${mark}`, PARTS_MAX);
  for (const one of parts) {
    if (one.startsWith('--')) break;
    const found = pageIn(partOf(one.replace(/^[ \t]*\r?\n/, '')), depth - 1);
    if (found) return found;
  }
  return null;
}

function decoded({ headers, body }: Part): Uint8Array {
  const text = body.replace(/\r?\n$/, '');
  const encoding = (headers.get('content-transfer-encoding') ?? '').toLowerCase();
  if (encoding === 'base64') return new Uint8Array(Buffer.from(text, 'base64'));
  if (encoding !== 'quoted-printable') return bytesOf(text);
  return bytesOf(
    text
      .replace(/=[ \t]*\r?\n/g, '')
      .replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
