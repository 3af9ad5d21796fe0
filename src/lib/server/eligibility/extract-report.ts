import { proposeReport, type Proposal } from '#lib/domain/eligibility/extract-report.ts';
import type { ExtractionProblem, Refusal } from '#lib/domain/documents/problem.ts';
import { isMediaType } from '#lib/domain/documents/media-type.ts';
import type { App } from '#lib/server/app.ts';
import { extractNow } from '#lib/server/documents/extract.ts';
import { storeDocument } from '#lib/server/documents/store.ts';

export type Extracted =
  | { ok: true; document_id: string; page_count: number; proposal: Proposal }
  | { ok: false; refusal: Refusal }
  | { ok: false; document_id: string; problem: ExtractionProblem | 'no_text' | 'not_pdf' };

/**
 * Keeps the file of a report and proposes what it says, field by field with its place. Nothing is registered: a
 * person confirms what was proposed, and only then is anything decided on it.
 */
export async function extractReport(
  app: App,
  given: { firm_id: string; actor_id: string; file_name: string | null; bytes: Uint8Array },
): Promise<Extracted> {
  const stored = await storeDocument(app, { ...given, declared_media_type: 'application/pdf' });
  if (!stored.ok) return { ok: false, refusal: stored.problem };
  const { id: document_id, media_type } = stored.document;
  if (media_type !== 'application/pdf' || !isMediaType(media_type))
    return { ok: false, document_id, problem: 'not_pdf' };
  const read = await extractNow(given.bytes, media_type);
  switch (read.state) {
    case 'extracted': {
      // Pages of a PDF are parted by a form feed.
      const pages = read.text.split('\f');
      return {
        ok: true,
        document_id,
        page_count: read.page_count ?? pages.length,
        proposal: proposeReport(pages),
      };
    }
    case 'no_text':
      return { ok: false, document_id, problem: 'no_text' };
    case 'failed':
      return { ok: false, document_id, problem: read.problem };
    default:
      return read satisfies never;
  }
}
