import { z } from 'zod';
import { DOCUMENT_BYTES_MAX } from '#lib/domain/documents/limits.ts';
import type { Refusal } from '#lib/domain/documents/problem.ts';
import type { Language } from '#lib/i18n/text.ts';
import { negotiateLanguage } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { extractionProblemText, refusalText } from '#lib/server/documents/problem-text.ts';
import { operation, readBytes } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { extractReport, type Extracted } from './extract-report.ts';
import { firmOf, WRITE } from './portfolio-api.ts';

const place = z.object({ page: z.number(), start: z.number(), end: z.number() });

export const postReportExtract = operation({
  method: 'post',
  path: '/reports/extract',
  tag: 'Eligibility',
  summary: 'Propose what a report in PDF says, for a person to confirm',
  description:
    'PDFs with text, in Chinese and English. The file is kept as a document. Each field comes with its page, its place in the text of the page and the line it was read from. Nothing is registered and nothing is decided on it: send what was confirmed to POST /reports.',
  access: WRITE,
  query: z.object({ file_name: z.string().max(1_000).optional() }),
  raw_body: { media_types: ['application/pdf', 'application/octet-stream'], description: 'The PDF.' },
  response: {
    description: 'What was found.',
    schema: z.object({
      document_id: z.string(),
      page_count: z.number(),
      language: z.enum(['zh', 'en', 'both']).nullable(),
      fields: z.array(z.object({ field: z.string(), value: z.string(), place, quote: z.string() })),
      items: z.array(
        z.object({
          clause: z.string(),
          name: z.string().nullable(),
          verdict: z.string(),
          result: z.string().nullable(),
          place,
          quote: z.string(),
        }),
      ),
      confirmed: z.literal(false),
    }),
  },
  run: async ({ app, actor, firm, query, request }) => {
    const { id: firm_id } = firmOf(firm);
    const bytes = await readBytes(request, DOCUMENT_BYTES_MAX);
    const found = await extractReport(app, {
      firm_id,
      actor_id: actor.id,
      file_name: query.file_name ?? null,
      bytes,
    });
    const language = negotiateLanguage(request.headers.get('accept-language'));
    if (!found.ok) refuse(422, extractProblemText(found, language));
    const { document_id, page_count, proposal } = found;
    return { document_id, page_count, ...proposal, confirmed: false };
  },
});

/** Why nothing can be proposed from a file, and what to do. */
export function extractProblemText(found: Exclude<Extracted, { ok: true }>, language: Language): string {
  const text = textsOf(language);
  if ('refusal' in found) return refusalText(found.refusal satisfies Refusal, text);
  if (found.problem === 'no_text') return text('portfolio.extract.no_text');
  if (found.problem === 'not_pdf') return text('portfolio.extract.not_pdf');
  return extractionProblemText(found.problem, text);
}
