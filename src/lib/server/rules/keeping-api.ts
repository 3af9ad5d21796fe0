import { z } from 'zod';
import { operation } from '#lib/server/http/operation.ts';
import { READ, WRITE } from './instruments-api.ts';
import { approveMapping, clauseMapping, mappingInput, saveMapping, type MappedPair } from './mapping.ts';
import { orRefuse } from './refusal.ts';
import { previewSplit, splitInput } from './split.ts';
import { changeRuleSetting, ruleSetting, type RuleSetting } from './setting.ts';

const span = z.object({ start: z.int(), end: z.int() }).describe('In UTF-16 units of the text.');
/** Room for the longest text in JSON, where a Chinese character takes three bytes. */
const SPLIT_BYTES_MAX = 8 * 1024 * 1024;

export const postSplit = operation({
  method: 'post',
  path: '/rules/split',
  tag: 'Rules',
  summary: 'See how a text or document falls into provisions',
  description:
    'By its numbering, Chinese or English. Nothing is stored; what is agreed on goes into a draft.',
  access: WRITE,
  body: splitInput,
  body_bytes_max: SPLIT_BYTES_MAX,
  response: {
    description: 'Provisions in order, what stands before them, and what a person should look at.',
    schema: z.object({
      preamble: z.object({ text: z.string(), span }),
      provisions: z.array(
        z.object({
          path: z.string(),
          title: z.string().nullable(),
          text: z.string(),
          label: z.string(),
          level: z.int(),
          line: z.int(),
          span,
        }),
      ),
      dropped: z.array(z.object({ text: z.string(), line: z.int(), span })),
      problems: z.array(z.object({ code: z.string(), line: z.int(), text: z.string() })),
      document: z
        .object({ id: z.uuid(), sha256: z.string(), file_name: z.string(), is_truncated: z.boolean() })
        .nullable(),
    }),
  },
  run: async ({ app, actor, body }) => orRefuse(await previewSplit(app, actor, body)).preview,
});

const when = z.iso.datetime({ offset: true });
const between = z.object({
  from: z.string().max(63).describe('The slug of the older instrument.'),
  to: z.string().max(63).describe('The slug of the newer instrument.'),
});
const mapping = z.object({
  pairs: z.array(
    z.object({
      from_path: z.string().nullable(),
      to_path: z.string().nullable(),
      note: z.string().nullable(),
      source: z.string().nullable(),
      confirmed: z.boolean(),
      drafted_by_name: z.string(),
      drafted_at: when,
      approved_by_name: z.string().nullable(),
      approved_at: when.nullable(),
      is_one_person: z.boolean(),
    }),
  ),
});
const mapping_answer = { description: 'The mapping as it stands.', schema: mapping };

function answerPairs(pairs: readonly MappedPair[]): z.infer<typeof mapping> {
  return {
    pairs: pairs.map((pair) => ({
      ...pair,
      drafted_at: pair.drafted_at.toISOString(),
      approved_at: pair.approved_at?.toISOString() ?? null,
    })),
  };
}

export const getMapping = operation({
  method: 'get',
  path: '/rules/mappings',
  tag: 'Rules',
  summary: 'Which clause of an instrument became which of another',
  description: 'Firms see the pairs that were approved.',
  access: READ,
  query: between,
  response: mapping_answer,
  run: async ({ app, actor, query }) => answerPairs(await clauseMapping(app, actor, query)),
});

export const putMapping = operation({
  method: 'put',
  path: '/rules/mappings',
  tag: 'Rules',
  summary: 'Say which clause became which',
  description: 'The whole mapping of two instruments. Pairs that did not change keep their approval.',
  access: WRITE,
  is_idempotent: true,
  body: mappingInput,
  response: mapping_answer,
  run: async ({ app, actor, body }) => answerPairs(orRefuse(await saveMapping(app, actor, body)).pairs),
});

export const postMappingApproval = operation({
  method: 'post',
  path: '/rules/mappings/approve',
  tag: 'Rules',
  summary: 'Approve a mapping, so that firms see it',
  access: WRITE,
  is_idempotent: true,
  body: between,
  response: mapping_answer,
  run: async ({ app, actor, body }) => answerPairs(orRefuse(await approveMapping(app, actor, body)).pairs),
});

const setting = z.object({
  allows_one_person: z.boolean().describe('An author may approve the own text; the record then says so.'),
  changed_at: when,
  changed_by: z.string().nullable(),
});
const setting_answer = { description: 'The setting as it stands.', schema: setting };

function answerSetting({ changed_at, ...rest }: RuleSetting): z.infer<typeof setting> {
  return { ...rest, changed_at: changed_at.toISOString() };
}

export const getRuleSetting = operation({
  method: 'get',
  path: '/rules/settings',
  tag: 'Rules',
  summary: 'How rules are approved here',
  access: { scope: 'rules:read', side: 'operator' },
  response: setting_answer,
  run: async ({ app, actor }) => answerSetting(orRefuse(await ruleSetting(app, actor)).setting),
});

export const patchRuleSetting = operation({
  method: 'patch',
  path: '/rules/settings',
  tag: 'Rules',
  summary: 'Let one person write and approve, or no longer',
  access: { scope: 'admin', side: 'operator' },
  body: z.strictObject({ allows_one_person: z.boolean() }),
  response: setting_answer,
  run: async ({ app, actor, body }) =>
    answerSetting(orRefuse(await changeRuleSetting(app, actor, body)).setting),
});
