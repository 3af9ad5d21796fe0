import WordExtractor from 'word-extractor';
import { z } from 'zod';
import { topLevelStreams } from '../compound-file.ts';
import { UnreadableError, type Read } from './read.ts';

/** [MS-DOC] 2.5.2, FibBase: the magic number, then at byte 10 flags of which 0x0100 is fEncrypted. */
const MAGIC = 0xa5ec;
const FLAGS_AT = 10;
const IS_ENCRYPTED = 0x0100;

/** The text of a Word 97 to 2003 document, and of WPS Writer's own files. */
export async function readDoc(bytes: Uint8Array): Promise<Read> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (isEncrypted(buffer)) throw new UnreadableError('encrypted');
    const document = await new WordExtractor().extract(buffer);
    const parts = ['getBody', 'getFootnotes', 'getEndnotes'].map((part) => partOf(document, part));
    return { text: parts.filter(Boolean).join('\n\n'), page_count: null, is_truncated: false };
  } catch (cause) {
    if (cause instanceof UnreadableError) throw cause;
    throw new UnreadableError('damaged', { cause });
  }
}

/** By default typographic quotation marks are made ASCII ones; Chinese text keeps its own. */
function partOf(document: object, method: string): string {
  const read: unknown = Reflect.get(document, method);
  if (typeof read !== 'function') throw new Error(`word-extractor has no ${method}`);
  return z.string().parse(Reflect.apply(read, document, [{ filterUnicode: false }]));
}

function isEncrypted(buffer: Buffer): boolean {
  const start = topLevelStreams(buffer).get('WordDocument');
  if (start === undefined || start + FLAGS_AT + 2 > buffer.byteLength) return false;
  return buffer.readUInt16LE(start) === MAGIC && (buffer.readUInt16LE(start + FLAGS_AT) & IS_ENCRYPTED) !== 0;
}
