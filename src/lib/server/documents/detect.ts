import { fileTypeFromBuffer } from 'file-type';
import { decodeText, looksLikeText } from '#lib/domain/documents/decode-text.ts';
import { isMediaType, type MediaType } from '#lib/domain/documents/media-type.ts';
import type { Refusal } from '#lib/domain/documents/problem.ts';
import { topLevelStreams } from './compound-file.ts';

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
  if (found === 'application/x-ole-storage' || (found !== null && WRITTEN_IN_CHARACTERS.has(found)))
    return unsupported(found);
  if (found !== null && isMediaType(found) && found !== 'application/xml')
    return { ok: true, media_type: found };
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

const HEAD_CHARACTERS = 4_096;

/** Null for SVG, which can carry scripts. */
function detectTextKind(text: string, hints: Hints): MediaType | null {
  const head = text
    .slice(0, HEAD_CHARACTERS)
    .replace(/^\uFEFF/, '')
    .replace(/^(\s|<\?[^>]*\?>|<!--[\s\S]*?-->)+/, '');
  if (/^(<!doctype\s+svg|<svg[\s>])/i.test(head) || /^<!doctype[^>]*>\s*<svg[\s>]/i.test(head)) return null;
  if (/^(<!doctype\s+html|<(html|head|body|title|meta|table|div|p|script|center)[\s>])/i.test(head))
    return 'text/html';
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
