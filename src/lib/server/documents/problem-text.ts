import { DOCUMENT_BYTES_MAX } from '#lib/domain/documents/limits.ts';
import { ACCEPTED_NAMES } from '#lib/domain/documents/media-type.ts';
import type { ExtractionProblem, Refusal, RefusalCode } from '#lib/domain/documents/problem.ts';
import type { Text, TextKey } from '#lib/i18n/text.ts';

const REFUSAL_TEXTS = {
  empty: 'documents.refusal.empty',
  too_big: 'documents.refusal.too_big',
  unsupported: 'documents.refusal.unsupported',
  encrypted_office: 'documents.refusal.encrypted_office',
  incomplete: 'documents.refusal.incomplete',
} satisfies Record<RefusalCode, TextKey>;

const PROBLEM_TEXTS = {
  encrypted: 'documents.problem.encrypted',
  damaged: 'documents.problem.damaged',
  too_large: 'documents.problem.too_large',
  too_slow: 'documents.problem.too_slow',
  crashed: 'documents.problem.crashed',
} satisfies Record<ExtractionProblem, TextKey>;

/** One sentence: what is wrong with the file, and what to do. */
export function refusalText(refusal: Refusal, text: Text): string {
  return text(REFUSAL_TEXTS[refusal.code], {
    found: refusal.found ?? text('documents.refusal.unknown_type'),
    accepted: ACCEPTED_NAMES,
    megabytes: DOCUMENT_BYTES_MAX / 1024 / 1024,
  });
}

/** One sentence: why no text could be read, and what to do. */
export function extractionProblemText(problem: ExtractionProblem, text: Text): string {
  return text(PROBLEM_TEXTS[problem]);
}
