import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { tidyText } from '#lib/domain/documents/tidy-text.ts';
import { TEXT_CHARACTERS_MAX } from '#lib/domain/documents/limits.ts';
import { isMediaType, type MediaType } from '#lib/domain/documents/media-type.ts';
import { decodeText } from './decode-text.ts';
import { UnreadableError, type Read } from './read/read.ts';

/**
 * The process that reads one document and ends: bytes on stdin, the result as JSON on stdout. It is started
 * by its path from the source, never bundled; each library is loaded only for the kind of file that needs it.
 */
const job = z.object({
  media_type: z.string().refine(isMediaType),
  deadline_ms: z.coerce.number(),
  memory_bytes: z.coerce.number(),
});

const [media_type, deadline_ms, memory_bytes] = process.argv.slice(2);
const given = job.parse({ media_type, deadline_ms, memory_bytes });
new Worker(new URL('./extract-watchdog.ts', import.meta.url), { workerData: given }).unref();

try {
  const found = await read(await bytesOf(process.stdin), given.media_type);
  const { text, is_truncated } = tidyText(found.text, TEXT_CHARACTERS_MAX);
  const text_truncated = is_truncated || found.is_truncated;
  await say({ ok: true, text, text_truncated, page_count: found.page_count });
} catch (cause) {
  // Anything else is a fault of a reader: it ends the process as an error, and the parent calls it a crash.
  if (!(cause instanceof UnreadableError)) throw cause;
  await say({ ok: false, problem: cause.problem });
}
// A reader may have left something open behind it.
process.exit(0);

async function bytesOf(stream: NodeJS.ReadStream): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

function say(outcome: object): Promise<void> {
  return new Promise((done) => process.stdout.write(JSON.stringify(outcome), () => done()));
}

async function read(content: Uint8Array, type: MediaType): Promise<Read> {
  switch (type) {
    case 'application/pdf':
      return (await import('./read/pdf.ts')).readPdf(content);
    case 'application/vnd.openxmlformats-officedocument.wordprocessingml.document':
      return (await import('./read/docx.ts')).readDocx(content);
    case 'application/msword':
      return (await import('./read/doc.ts')).readDoc(content);
    case 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet':
    case 'application/vnd.ms-excel':
      return (await import('./read/workbook.ts')).readWorkbook(content);
    case 'text/html':
      return (await import('./read/html.ts')).readHtml(content);
    case 'text/plain':
    case 'text/csv':
    case 'application/json':
    case 'application/xml':
      return { text: decodeText(content).text, page_count: null, is_truncated: false };
    case 'application/zip':
      return (await import('./read/archive-files.ts')).readArchiveFiles(content, read);
    case 'image/png':
    case 'image/jpeg':
    case 'image/webp':
      return { text: '', page_count: null, is_truncated: false };
    default:
      return type satisfies never;
  }
}
