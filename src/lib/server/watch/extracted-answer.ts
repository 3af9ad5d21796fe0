import { z } from 'zod';
import type { Extracted, ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import { identityOf } from '#lib/domain/watch/identity.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { extractionText } from './problem-text.ts';

const english = textsOf('en');

export const preview_item = z.object({
  title: z.string(),
  url: z.string().nullable(),
  document_no: z.string().nullable(),
  issued_on: z.iso.date().nullable(),
  effective_on: z.iso.date().nullable(),
  published_at: z.iso.datetime({ offset: true }).nullable(),
  text: z.string().nullable().describe('The beginning of the text that stands in the list itself.'),
});
const TEXT_SHOWN = 2_000;

/** An item as it would be stored, before it is. */
export function previewItem(item: Extracted): z.infer<typeof preview_item> {
  const { title, url, issued_on, effective_on, published_at, text } = item;
  return {
    title,
    url,
    document_no: identityOf(item).document_no,
    issued_on,
    effective_on,
    published_at: published_at?.toISOString() ?? null,
    text: text?.slice(0, TEXT_SHOWN) ?? null,
  };
}

export const extraction_problem = z.object({
  position: z.int().nullable().describe('Counts from 1 in the order of the source; null for the whole.'),
  code: z.string(),
  found: z.string().nullable(),
  message: z.string(),
});

export function toldExtraction(problem: ExtractionProblem): z.infer<typeof extraction_problem> {
  return { ...problem, message: extractionText(problem, english) };
}
