import { z } from 'zod';
import { CHECK_CODES } from '#lib/domain/rules/parameters.ts';
import { CHECK_RESULTS, OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import { LOG_MODES } from './decision-log.ts';

/** What the answers look like, for the published contract. */
const sentence = z.object({ en: z.string(), zh: z.string() });
const day = z.string().describe('YYYY-MM-DD, in China.');

export const checkSchema = z
  .object({
    code: z.enum(CHECK_CODES),
    clause: z.string().optional(),
    slot: z.int().optional().describe('Of report.clause: the requirement, from 1 to 12.'),
    confirmed: z.boolean().optional().describe('False while the clause number is a working number.'),
    result: z.enum(CHECK_RESULTS),
    observed: z.string().nullable(),
    required: z.string().nullable(),
    reason: sentence,
    to_do: sentence.nullable(),
    rule_version_id: z.string().nullable(),
    blocks: z.boolean().describe('False: a failing check is a warning.'),
  })
  .meta({ id: 'Check' });

export const expectedHoursSchema = z
  .object({
    p50: z.number(),
    p90: z.number(),
    basis: z.object({
      channel: z.enum(['green', 'ordinary']),
      customs_office: z.string().nullable().describe('Null: all offices of the firm.'),
      measure: z.literal('declared_to_released'),
      from: day,
      to: day,
      n: z.int(),
      quantiles: z.enum(['exact', 'sketch']),
    }),
  })
  .meta({ id: 'ExpectedHours', description: "What the firm's own goods took in the twelve weeks before." });

const verdictFields = {
  outcome: z.enum(OUTCOMES),
  caveats: z.array(z.object({ code: z.enum(CHECK_CODES), clause: z.string().nullable(), reason: sentence })),
  checks: z.array(checkSchema).describe('With log=summary those that did not pass.'),
  rule_versions: z.array(
    z.object({
      instrument: z.string(),
      version_id: z.string(),
      label: z.string(),
      valid_from: day.nullable(),
    }),
  ),
  valid_until: day
    .nullable()
    .describe('Of a green outcome the last day of declaration on which it would be green still.'),
};

export const verdictSchema = z.object(verdictFields).meta({ id: 'Verdict' });

export const decisionSchema = z
  .object({
    decision_id: z.string(),
    reference: z.string().nullable(),
    ...verdictFields,
    expected_hours: expectedHoursSchema.nullable(),
    decided_at: z.string(),
    known_at: z.string(),
    log: z.enum(LOG_MODES),
    input_sha256: z.string(),
    verdict_sha256: z.string(),
  })
  .meta({
    id: 'Decision',
    description:
      'Whether goods meet the published conditions, as recorded. Only Customs issues codes and releases goods.',
  });

export const badLineSchema = z
  .object({
    line: z.int().describe('Counts from 1.'),
    error: z.object({ code: z.string(), message: z.string(), pointer: z.string().optional() }),
  })
  .meta({ id: 'BadLine', description: 'What could not be read, answered in its place.' });

export const decisionEntrySchema = z
  .object({
    decision_id: z.string(),
    reference: z.string().nullable(),
    subject: z.string().nullable(),
    declaration_date: day,
    outcome: z.enum(OUTCOMES),
    valid_until: day.nullable(),
    open_checks: z.array(
      z.object({
        code: z.enum(CHECK_CODES),
        clause: z.string().nullable(),
        result: z.enum(CHECK_RESULTS),
      }),
    ),
    decided_at: z.date(),
    log: z.enum(LOG_MODES),
    is_shared: z.boolean(),
  })
  .meta({ id: 'DecisionEntry' });
