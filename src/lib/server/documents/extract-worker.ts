import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { decodeText, tidyText } from '#lib/domain/documents/decode-text.ts';
import { TEXT_CHARACTERS_MAX } from '#lib/domain/documents/limits.ts';
import { isMediaType, type MediaType } from '#lib/domain/documents/media-type.ts';
import { UnreadableError, type Read } from './read/read.ts';

/**
 * The thread that reads one document and ends. It is loaded by its path from the source, never bundled;
 * each library is loaded only for the kind of file that needs it.
 */
const job = z.object({ bytes: z.instanceof(Uint8Array), media_type: z.string().refine(isMediaType) });

const { bytes, media_type } = job.parse(workerData);
try {
  const found = await read(bytes, media_type);
  const { text, is_truncated } = tidyText(found.text, TEXT_CHARACTERS_MAX);
  parentPort?.postMessage({
    ok: true,
    text,
    text_truncated: is_truncated || found.is_truncated,
    page_count: found.page_count,
  });
} catch (cause) {
  // Anything else is a fault of a reader: it leaves the thread as an error, and the parent calls it a crash.
  if (!(cause instanceof UnreadableError)) throw cause;
  parentPort?.postMessage({ ok: false, problem: cause.problem });
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
    case 'image/png':
    case 'image/jpeg':
    case 'image/webp':
      return { text: '', page_count: null, is_truncated: false };
    default:
      return type satisfies never;
  }
}
