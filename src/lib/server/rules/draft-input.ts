import { z } from 'zod';
import { eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import { LEGAL_STAGES, PROVISION_STATUSES, RELATION_KINDS } from '#lib/domain/rules/version.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';

/** The longest code of law in force has about 1,300 articles. */
export const PROVISIONS_MAX = 5_000;
const TEXT_LENGTH_MAX = 200_000;
const RELATIONS_MAX = 500;
const TOPICS_MAX = 100;
const ANNEX_LINES_MAX = 500;

export const day = z.string().refine(isDay, { error: 'is not a day such as 2026-05-13' });
const text = (length_max: number) => z.string().trim().min(1).max(length_max);

export const provisionInput = z.strictObject({
  path: text(100).describe('The stable address of the clause: 4.12, A.2.'),
  title: text(1_000).nullish(),
  title_translation: text(1_000).nullish(),
  text: z.string().max(TEXT_LENGTH_MAX).describe('The original, which alone is law.'),
  language: z.enum(['zh-CN', 'en']).optional().describe("The instrument's unless said."),
  translation: text(2 * TEXT_LENGTH_MAX).nullish(),
  translation_reviewed: z
    .boolean()
    .optional()
    .describe('The unchanged translation was checked against the changed original and still holds.'),
  status: z.enum(PROVISION_STATUSES).nullish(),
  source: text(500).nullish(),
  confirmed: z.boolean().optional(),
});
export type ProvisionInput = z.infer<typeof provisionInput>;

const relationInput = z.strictObject({
  kind: z.enum(RELATION_KINDS),
  to: text(63).describe('The slug of the other instrument.'),
  paths: z.array(text(100)).max(RELATIONS_MAX).default([]),
  note: text(1_000).nullish(),
});

const annexLineInput = z.strictObject({
  title: text(1_000).describe('As the annex names the test.'),
  clause: text(100).nullish(),
  slot: z.int().min(1).max(999).nullish().describe('The requirement that it belongs to.'),
  confirmed: z.boolean().default(false).describe('A person has confirmed the slot.'),
});

/** What a draft says; what is left out is taken from the version that it is based on, else empty. */
const fields = z.strictObject({
  label: text(200).describe(
    'Names the version among those of its instrument: 1.2, 2026, interpretation of 4.12.',
  ),
  title: text(500).optional(),
  title_translation: text(500).nullish(),
  stage: z
    .enum(LEGAL_STAGES)
    .optional()
    .describe('What the issuer has done with the text; only `published` has force.'),
  valid_from: day.nullish(),
  valid_to: day.nullish(),
  is_repeal: z.boolean().optional().describe('The instrument ends on valid_from; the version has no body.'),
  transition_until: day.nullish(),
  partly_replaced_from: day.nullish(),
  comment_until: day.nullish(),
  signed_on: day.nullish(),
  issued_on: day.nullish(),
  corrects: z.uuid().nullish().describe('The record that was never the law as stated.'),
  source_url: z
    .url({ protocol: /^https?$/, error: 'is not an address such as https://example.org/notices' })
    .max(2_000)
    .nullish(),
  source_title: text(500).nullish(),
  document_id: z.uuid().nullish().describe('The stored document that the text was taken from.'),
  snapshot_id: z.uuid().nullish(),
  confirmed: z.boolean().optional(),
  without_text: z.boolean().optional().describe('The text is not held here; what is known of it is.'),
  note: text(4_000).nullish(),
  note_zh: text(4_000).nullish(),
  topics: z.array(text(63)).max(TOPICS_MAX).optional(),
  parameters: eligibilityParametersSchema.nullish(),
  annex: z
    .array(annexLineInput)
    .max(ANNEX_LINES_MAX)
    .optional()
    .describe('Every mandatory test, line by line.'),
  relations: z.array(relationInput).max(RELATIONS_MAX).optional(),
  provisions: z.array(provisionInput).max(PROVISIONS_MAX).optional(),
});

export const draftInput = fields.extend({
  based_on: z.uuid().nullish().describe('A version of the same instrument to begin with.'),
});
export type DraftInput = z.infer<typeof draftInput>;

export const draftPatch = fields.partial().extend({
  revision: z.int().min(1).describe('The revision that was edited; another one by now is a conflict.'),
});
export type DraftPatch = z.infer<typeof draftPatch>;
export type DraftFields = Partial<Omit<DraftInput, 'based_on'>>;
