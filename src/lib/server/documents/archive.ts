import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ZIP_ENTRIES_MAX } from '#lib/domain/documents/limits.ts';

const CONTENT_TYPES = '[Content_Types].xml';
/** One of 10,000 parts is about 1 MB long. */
const CONTENT_TYPES_BYTES_MAX = 4 * 1024 * 1024;

/** Opens an archive by the directory at its end. Throws when there is none. */
export async function openArchive(bytes: Uint8Array): Promise<ZipFile> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return yauzl.fromBufferPromise(buffer, { lazyEntries: true });
}

/** The list of parts of an Office file; empty when the archive has none that can be read. */
export async function contentTypesOf(bytes: Uint8Array): Promise<string> {
  try {
    const zip = await openArchive(bytes);
    if (zip.entryCount > ZIP_ENTRIES_MAX) return '';
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === CONTENT_TYPES) return await head(zip, entry);
    }
    return '';
  } catch {
    // Whatever is wrong with it, it is no Office file that could be read.
    return '';
  }
}

async function head(zip: ZipFile, entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > CONTENT_TYPES_BYTES_MAX) return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}
