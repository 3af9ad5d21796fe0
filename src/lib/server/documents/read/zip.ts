import { UNPACKED_BYTES_MAX, ZIP_ENTRIES_MAX } from '#lib/domain/documents/limits.ts';
import { openArchive } from '../archive.ts';
import { UnreadableError } from './read.ts';

/**
 * Unpacks an Office file once, only to count. The sizes an archive states are a claim of whoever made it;
 * the bytes that come out are not.
 */
export async function requireModestArchive(bytes: Uint8Array): Promise<void> {
  const zip = await openArchive(bytes).catch((cause: unknown) => {
    throw new UnreadableError('damaged', { cause });
  });
  if (zip.entryCount > ZIP_ENTRIES_MAX) throw new UnreadableError('too_large');
  let unpacked_bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const stream = await zip.openReadStreamPromise(entry);
      for await (const chunk of stream) {
        unpacked_bytes += Buffer.isBuffer(chunk) ? chunk.byteLength : 0;
        if (unpacked_bytes > UNPACKED_BYTES_MAX) throw new UnreadableError('too_large');
      }
    }
  } catch (cause) {
    if (cause instanceof UnreadableError) throw cause;
    throw new UnreadableError('damaged', { cause });
  }
}
