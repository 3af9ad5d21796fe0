import { fileTypeFromBuffer } from 'file-type';
import { looksLikeText } from '#lib/domain/documents/tidy-text.ts';
import { isMediaType, type MediaType } from '#lib/domain/documents/media-type.ts';
import type { Refusal } from '#lib/domain/documents/problem.ts';
import { contentTypesOf } from './archive.ts';
import { topLevelStreams } from './compound-file.ts';
import { decodeText } from './decode-text.ts';

export type Detected = { ok: true; media_type: MediaType } | { ok: false; refusal: Refusal };
/** What the sender said; it only decides where the bytes leave the choice open (text or CSV). */
export type Hints = { file_name: string | null; declared_media_type: string | null };

/** Binary formats that are written in characters, and would pass for plain text. */
const WRITTEN_IN_CHARACTERS = new Set(['application/rtf', 'application/postscript', 'application/eps']);

/** What the bytes are. The name and the declared type of a file are never believed against its content. */
export async function detectMediaType(bytes: Uint8Array, hints: Hints): Promise<Detected> {
  if (bytes.byteLength === 0) return { ok: false, refusal: { code: 'empty', found: null } };
  const found = (await fileTypeFromBuffer(bytes))?.mime ?? null;
  if (found === 'application/x-cfb') return detectCompoundFile(bytes);
  if (found === 'application/zip') return detectArchive(bytes);
  if (found === 'application/x-ole-storage' || (found !== null && WRITTEN_IN_CHARACTERS.has(found)))
    return unsupported(found);
  if (found !== null && isMediaType(found) && found !== 'application/xml')
    return { ok: true, media_type: found };
  if (hasLatePdf(bytes)) return { ok: true, media_type: 'application/pdf' };
  // A short magic number such as "BM" also begins ordinary text, so text is tried before a refusal.
  const decoded = decodeText(bytes);
  if (!looksLikeText(decoded)) return unsupported(found);
  const media_type = detectTextKind(decoded.text, hints);
  return media_type ? { ok: true, media_type } : unsupported('image/svg+xml');
}

/** The binary Office formats share one container; the streams inside tell which program wrote it. */
function detectCompoundFile(bytes: Uint8Array): Detected {
  const streams = topLevelStreams(bytes);
  if (streams.has('EncryptedPackage'))
    return { ok: false, refusal: { code: 'encrypted_office', found: null } };
  if (streams.has('WordDocument')) return { ok: true, media_type: 'application/msword' };
  if (streams.has('Workbook') || streams.has('Book'))
    return { ok: true, media_type: 'application/vnd.ms-excel' };
  return unsupported('application/x-cfb');
}

const MAIN_PARTS = {
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document':
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet':
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
} as const;

/** An Office file that its first kilobytes do not give away: its list of parts stands behind a thousand others. */
async function detectArchive(bytes: Uint8Array): Promise<Detected> {
  const types = await contentTypesOf(bytes);
  for (const [media_type, main_part] of Object.entries(MAIN_PARTS)) {
    if (isMediaType(media_type) && types.includes(`"${main_part}"`)) return { ok: true, media_type };
  }
  return unsupported('application/zip');
}

/** ISO 32000-1, annex H, notes 13 and 18: readers look for the header and for the end within these bytes. */
const PDF_EDGE_BYTES = 1_024;

/** A PDF behind a line that the server which sent it had printed first. */
function hasLatePdf(bytes: Uint8Array): boolean {
  const latin1 = new TextDecoder('latin1');
  const head = latin1.decode(bytes.subarray(0, PDF_EDGE_BYTES));
  const end = latin1.decode(bytes.subarray(-PDF_EDGE_BYTES));
  return /[\r\n>]%PDF-\d\.\d/.test(head) && /startxref\s+\d+\s+%%EOF/.test(end);
}

const HEAD_CHARACTERS = 4_096;

/** A page, or the part of one that an editor of a site saves. */
const HTML_START =
  /^<(html|head|body|title|meta|base|style|script|table|tbody|tr|td|div|p|center|h[1-6]|span|font|ul|ol|li|dl|a|b|br|hr|em|strong|img|form|main|article|section)[\s/>]/i;

/** Null for SVG, which can carry scripts. */
function detectTextKind(text: string, hints: Hints): MediaType | null {
  const head = text
    .slice(0, HEAD_CHARACTERS)
    .replace(/^\uFEFF/, '')
    .replace(/^(\s|<\?[^>]*\?>|<!--[\s\S]*?-->)+/, '');
  if (/^(<!doctype\s+svg|<svg[\s>])/i.test(head) || /^<!doctype[^>]*>\s*<svg[\s>]/i.test(head)) return null;
  if (/^<!doctype\s+html/i.test(head) || HTML_START.test(head)) return 'text/html';
  if (/^\s*(\uFEFF)?<\?xml\s/.test(text.slice(0, HEAD_CHARACTERS)) || /^<[A-Za-z_][\w:.-]*[\s/>]/.test(head))
    return 'application/xml';
  if (/^[[{]/.test(head) && isJson(text)) return 'application/json';
  const says_csv = hints.declared_media_type === 'text/csv' || /\.csv$/i.test(hints.file_name ?? '');
  return says_csv ? 'text/csv' : 'text/plain';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

function unsupported(found: string | null): Detected {
  return { ok: false, refusal: { code: 'unsupported', found } };
}
