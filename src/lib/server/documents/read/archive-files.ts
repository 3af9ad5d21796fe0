import { isAbsolute } from 'node:path/posix';
import type { Entry, ZipFile } from 'yauzl';
import {
  ARCHIVE_FILES_MAX,
  DOCUMENT_BYTES_MAX,
  UNPACKED_BYTES_MAX,
  ZIP_ENTRIES_MAX,
} from '#lib/domain/documents/limits.ts';
import { ARCHIVE_TYPE, type MediaType } from '#lib/domain/documents/media-type.ts';
import { openArchive } from '../archive.ts';
import { decodeText } from '../decode-text.ts';
import { detectMediaType } from '../detect.ts';
import { UnreadableError, type Read } from './read.ts';

type ReadOne = (content: Uint8Array, type: MediaType) => Promise<Read>;

/**
 * The texts of the files in an archive, each under its name. What cannot be read is named with the reason, and
 * the others are kept; an archive inside the archive is not opened.
 */
export async function readArchiveFiles(bytes: Uint8Array, readOne: ReadOne): Promise<Read> {
  const zip = await openArchive(bytes).catch((cause: unknown) => {
    throw new UnreadableError('damaged', { cause });
  });
  if (zip.entryCount > ZIP_ENTRIES_MAX) throw new UnreadableError('too_large');
  const budget = { bytes: UNPACKED_BYTES_MAX };
  const parts: string[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (name === null) continue;
      if (parts.length >= ARCHIVE_FILES_MAX)
        return { text: parts.join(BETWEEN), page_count: null, is_truncated: true };
      parts.push(`【${name}】\n${await textOf(zip, entry, { name, budget, readOne })}`);
    }
  } catch (cause) {
    if (cause instanceof UnreadableError) throw cause;
    throw new UnreadableError('damaged', { cause });
  }
  return { text: parts.join(BETWEEN), page_count: null, is_truncated: false };
}

const BETWEEN = '\n\n';

/** Chinese programs write names in GBK and do not say so. Null for folders and for what a Mac adds. */
function nameOf({ fileNameRaw, fileName }: Entry): string | null {
  const name = (fileNameRaw.length > 0 ? decodeText(fileNameRaw).text : fileName).replaceAll('\\', '/');
  const is_none = name.endsWith('/') || name.startsWith('__MACOSX/') || isAbsolute(name);
  return is_none ? null : name;
}

/** What stands in the place of a text that was not read, in both languages of the program. */
const UNREAD = {
  archive: '〔压缩包内的压缩包未读取。An archive inside an archive is not read.〕',
  kind: '〔此类文件未读取。A file of this kind is not read.〕',
  large: '〔文件过大，未读取。The file is too large and was not read.〕',
  encrypted: '〔文件有密码，未读取。The file is protected by a password and was not read.〕',
  damaged: '〔文件损坏，未读取。The file is damaged and was not read.〕',
} as const;

async function textOf(
  zip: ZipFile,
  entry: Entry,
  { name, budget, readOne }: { name: string; budget: { bytes: number }; readOne: ReadOne },
): Promise<string> {
  if (entry.isEncrypted()) return UNREAD.encrypted;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.byteLength;
    // The sizes that an archive states are a claim of whoever made it; these bytes are not.
    if (size > budget.bytes) throw new UnreadableError('too_large');
    if (size > DOCUMENT_BYTES_MAX) return UNREAD.large;
    chunks.push(chunk);
  }
  budget.bytes -= size;
  const content = new Uint8Array(Buffer.concat(chunks));
  const detected = await detectMediaType(content, { file_name: name, declared_media_type: null });
  if (!detected.ok) return ARCHIVES.test(detected.refusal.found ?? '') ? UNREAD.archive : UNREAD.kind;
  try {
    return (await readOne(content, detected.media_type)).text.trim();
  } catch (cause) {
    if (!(cause instanceof UnreadableError)) throw cause;
    return cause.problem === 'encrypted' ? UNREAD.encrypted : UNREAD.damaged;
  }
}

const ARCHIVES = new RegExp(`^${ARCHIVE_TYPE}$|rar|7z|gzip|x-tar|bzip|x-xz`);
