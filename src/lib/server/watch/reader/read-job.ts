import { z } from 'zod';
import type { Extraction, ReaderProblem } from '#lib/domain/watch/extracted.ts';
import { SOURCE_KINDS, sourceSettingsSchema } from '#lib/domain/watch/source.ts';
import { extract } from '#lib/server/watch/extract/extract.ts';
import { originalAsHtml } from '#lib/server/watch/extract/original.ts';
import { readMhtml } from '#lib/server/watch/extract/mhtml.ts';
import { readPage, type PageReading } from '#lib/server/watch/extract/read-page.ts';

const text_or_null = z.string().nullable();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** What a process is asked to read: a source's answer by its settings, one page, or an original to be shown. */
export const readerJob = z.discriminatedUnion('task', [
  z.object({
    task: z.literal('list'),
    source: z.object({
      kind: z.enum(SOURCE_KINDS),
      url: z.string(),
      charset: text_or_null,
      name: z.string(),
      settings: sourceSettingsSchema,
    }),
    answer: z.object({ bytes, url: z.string(), charset: text_or_null }),
  }),
  z.object({
    task: z.literal('page'),
    bytes,
    /** Where the page was fetched; null where it may say so itself, and `site` stands in if it does not. */
    address: text_or_null,
    site: z.string(),
    override: text_or_null,
    header: text_or_null,
    body_selector: text_or_null,
  }),
  z.object({ task: z.literal('original'), bytes, content_type: text_or_null }),
]);
export type ReaderJob = z.infer<typeof readerJob>;

export type ReaderAnswer =
  | { task: 'list'; extraction: Extraction }
  | { task: 'page'; page: PageReading }
  | { task: 'original'; html: string }
  | { task: 'failed'; problem: ReaderProblem };

/** Reads in this process; what a page can do to it beyond an exception is for whoever started it to end. */
export async function readJob(job: ReaderJob): Promise<ReaderAnswer> {
  try {
    switch (job.task) {
      case 'list': {
        const saved = readMhtml(job.answer.bytes);
        const answer = saved ? { ...job.answer, bytes: saved.bytes, charset: saved.charset } : job.answer;
        return { task: 'list', extraction: await extract(job.source, answer) };
      }
      case 'page': {
        const saved = readMhtml(job.bytes);
        const page = saved && {
          bytes: saved.bytes,
          address: job.address ?? saved.address,
          header: saved.charset,
        };
        return { task: 'page', page: readPage({ ...job, ...page }) };
      }
      case 'original': {
        const saved = readMhtml(job.bytes);
        const type = saved ? `text/html; charset=${saved.charset ?? ''}` : job.content_type;
        return { task: 'original', html: originalAsHtml(saved?.bytes ?? job.bytes, type) };
      }
      default:
        return job satisfies never;
    }
  } catch (cause) {
    // The libraries walk a page by recursion: only one that nests without end exhausts the stack.
    if (cause instanceof RangeError && /call stack/i.test(cause.message))
      return { task: 'failed', problem: 'too_deep' };
    throw cause;
  }
}
