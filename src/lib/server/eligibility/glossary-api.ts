import { z } from 'zod';
import { TERM_KINDS } from '#lib/domain/eligibility/glossary.ts';
import {
  ALIASES_MAX,
  TERM_LENGTH_MAX,
  TERM_SOURCE_LENGTH_MAX,
  type TermInput,
} from '#lib/domain/eligibility/glossary-row.ts';
import { BESIDE_FIELDS } from '#lib/domain/eligibility/beside.ts';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { besideOf } from './beside.ts';
import { listTerms, retireTerm, saveTerm, type SavedTerm, type StoredTerm } from './glossary.ts';
import { intakeProblemText } from './intake-report.ts';
import { LAB_WRITE, mayKeepLabs } from './labs-api.ts';
import { firmOf, ID, READ, UPDATED_KEY } from './portfolio-api.ts';
import { storedReport } from './reports.ts';

const written = (max: number) => z.string().trim().min(1).max(max);
const fields = {
  kind: z.enum(TERM_KINDS).describe('`heading`: what the fields and columns of reports are called.'),
  zh: written(TERM_LENGTH_MAX).describe('In simplified Chinese.'),
  en: written(TERM_LENGTH_MAX),
  aliases: z
    .array(written(TERM_LENGTH_MAX))
    .max(ALIASES_MAX)
    .default([])
    .describe('Other spellings in either language.'),
  source: written(TERM_SOURCE_LENGTH_MAX).describe('Where the pair of words comes from.'),
  confirmed: z.boolean().default(false),
};
const term = z
  .object({ id: z.string(), ...fields, changed_at: z.iso.datetime(), is_edited: z.boolean() })
  .meta({ id: 'GlossaryTerm' });
const newTerm = z.object(fields).meta({
  example: {
    kind: 'verdict',
    zh: '合格',
    en: 'Pass',
    aliases: ['P', 'passed'],
    source: 'Usage of laboratories',
    confirmed: false,
  },
});

export const getGlossary = operation({
  method: 'get',
  path: '/glossary',
  tag: 'Eligibility',
  summary: 'Terms by which reports are shown in the other language',
  description: 'Kept by analysts of the operator. What they give is a translation and decides nothing.',
  access: { scope: 'portfolio:read', operator_scope: ['portfolio:read', 'rules:read'], side: 'either' },
  query: z.object({
    ...pageFields(UPDATED_KEY),
    kind: z.enum(TERM_KINDS).optional(),
    q: z.string().trim().min(1).max(200).optional().describe('Part of a spelling in either language.'),
  }),
  response: { description: 'Terms, the last changed first.', schema: pageSchema(term) },
  run: async ({ app, query: { limit, cursor, kind, q } }) => {
    const asked = { limit, after: cursor ?? null, kind: kind ?? null, q: q ?? null };
    const page = await app.db.transaction().execute((tx) => listTerms(tx, asked));
    return { ...page, items: page.items.map(answered) };
  },
});

export const postGlossaryTerm = operation({
  method: 'post',
  path: '/glossary',
  tag: 'Eligibility',
  summary: 'Add a term to the glossary',
  description: 'Two terms of a kind never share a spelling: a line would have two translations.',
  access: LAB_WRITE,
  is_idempotent: true,
  body: newTerm,
  response: { status: 201, description: 'The term.', schema: term },
  run: async ({ app, actor, body }) => {
    requireGlossaryKeeper(actor);
    return savedOf(await asOperator(app.db, (tx) => saveTerm(tx, inputOf(body), null)));
  },
});

export const putGlossaryTerm = operation({
  method: 'put',
  path: '/glossary/{id}',
  tag: 'Eligibility',
  summary: 'Put a term in the place of another',
  access: LAB_WRITE,
  params: ID,
  body: newTerm,
  response: { description: 'The term.', schema: term },
  run: async ({ app, actor, params, body }) => {
    requireGlossaryKeeper(actor);
    return savedOf(await asOperator(app.db, (tx) => saveTerm(tx, inputOf(body), params.id)));
  },
});

export const deleteGlossaryTerm = operation({
  method: 'delete',
  path: '/glossary/{id}',
  tag: 'Eligibility',
  summary: 'Take a term out of use',
  access: LAB_WRITE,
  params: ID,
  response: { status: 204, description: 'Reports are no longer shown by it.' },
  run: async ({ app, actor, params }) => {
    requireGlossaryKeeper(actor);
    if (!(await asOperator(app.db, (tx) => retireTerm(tx, params.id)))) refuse(404, NO_TERM);
  },
});

const piece = z.object({
  as: z
    .enum(['term', 'clause', 'kept', 'unknown'])
    .describe('`unknown`: words that the glossary lacks, left as they are.'),
  text: z.string(),
  translation: z.string().optional(),
  kind: z.enum(TERM_KINDS).optional(),
});
const line = z.object({ text: z.string(), pieces: z.array(piece) });
const fieldLine = line.extend({ field: z.enum(BESIDE_FIELDS) });

export const getReportBeside = operation({
  method: 'get',
  path: '/reports/{id}/beside',
  tag: 'Eligibility',
  summary: 'A test report, line for line beside the other language',
  description:
    'From the glossary, as a translation: no part of the report, and nothing is decided on it. What the glossary lacks is left as it is.',
  access: READ,
  params: ID,
  query: z.object({
    to: z
      .enum(['en', 'zh'])
      .optional()
      .describe('The language beside; by default the one that the report is not in.'),
    page: z.coerce.number().int().min(1).default(1).describe("The page of the text of the report's file."),
  }),
  response: {
    description: 'Its entries, and a page of its file where one was read.',
    schema: z.object({
      to: z.enum(['en', 'zh']),
      is_translation: z.literal(true),
      fields: z.array(fieldLine),
      tests: z.array(
        z.object({
          clause: z.string().nullable(),
          clause_translation: z.string().nullable(),
          lines: z.array(fieldLine),
        }),
      ),
      open: z.number().describe('Lines in which something stays untranslated.'),
      total: z.number(),
      document: z
        .object({
          document_id: z.string(),
          file_name: z.string(),
          page: z.number(),
          pages: z.number(),
          lines: z.array(line),
          more: z.number().describe('Lines of this page that are left out.'),
        })
        .nullable(),
    }),
  },
  run: async ({ app, firm, params, query }) => {
    const { id: firm_id } = firmOf(firm);
    const report = await inFirm(app.db, firm_id, (tx) => storedReport(tx, params.id));
    if (!report) refuse(404, 'There is no such report.');
    const asked = { to: query.to ?? null, readers: 'en', page: query.page } as const;
    return { is_translation: true, ...(await besideOf(app, { firm_id, report }, asked)) };
  },
});

const NO_TERM = 'The glossary has no such term.';

/** The glossary is kept by those who keep the register of laboratories. */
export const mayKeepGlossary = mayKeepLabs;

export function requireGlossaryKeeper(actor: Actor): void {
  if (!mayKeepGlossary(actor)) refuse(403, 'The glossary is kept by analysts of the operator.');
}

function inputOf(body: z.infer<typeof newTerm>): TermInput {
  return { ...body, aliases: [...new Set(body.aliases)] };
}

function savedOf(saved: SavedTerm) {
  if (saved.ok) return answered(saved.term);
  if (saved.problem === 'gone') refuse(404, NO_TERM);
  const message = intakeProblemText(saved.problem, 'en');
  refuse(409, message, [{ pointer: '/aliases', field: 'aliases', code: saved.problem.code, message }]);
}

function answered({ id, kind, zh, en, aliases, source, confirmed, edited_at, changed_at }: StoredTerm) {
  return {
    ...{ id, kind, zh, en, aliases, source, confirmed },
    changed_at: changed_at.toISOString(),
    is_edited: edited_at !== null,
  };
}

export const GLOSSARY_OPERATIONS = [
  getGlossary,
  postGlossaryTerm,
  putGlossaryTerm,
  deleteGlossaryTerm,
  getReportBeside,
];
