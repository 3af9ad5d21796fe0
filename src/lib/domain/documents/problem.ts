/** Why a file is not kept at all. */
export const REFUSALS = ['empty', 'too_big', 'unsupported', 'encrypted_office', 'incomplete'] as const;
export type RefusalCode = (typeof REFUSALS)[number];
/** `found` is the media type that the bytes have, where it could be told. */
export type Refusal = { code: RefusalCode; found: string | null };

/** Why a kept document has no text. The file itself stays as it was sent. */
export const EXTRACTION_PROBLEMS = ['encrypted', 'damaged', 'too_large', 'too_slow', 'crashed'] as const;
export type ExtractionProblem = (typeof EXTRACTION_PROBLEMS)[number];

export function isExtractionProblem(value: string): value is ExtractionProblem {
  return EXTRACTION_PROBLEMS.some((known) => known === value);
}
