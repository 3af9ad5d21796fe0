import { z } from 'zod';
import { INSTRUMENT_KINDS, LEGAL_STATES } from '#lib/domain/rules/version.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import {
  answerInstrument,
  answerLaw,
  instrumentAnswer,
  lawAnswer,
  summariseVersion,
  versionSummary,
} from './answers.ts';
import { day } from './draft-input.ts';
import { createInstrument, instrumentInput } from './instruments.ts';
import { lawOn } from './law.ts';
import { listInstruments, type ListedInstrument } from './lists.ts';
import { orRefuse, ruleRefusal } from './refusal.ts';

export const slugParams = z.object({ slug: z.string().max(63) });
export const READ = { scope: 'rules:read', side: 'either' } as const;
export const WRITE = { scope: 'rules:write', side: 'operator' } as const;

/** A moment in the past; with its offset, so that nobody guesses a time zone. */
export const instant = z.iso
  .datetime({ offset: true, error: 'is not a time such as 2026-05-13T09:30:00+08:00' })
  .transform((text) => new Date(text));
export const pointQuery = z.object({
  as_of: day.optional().describe('The day of the law, today unless said.'),
  known_at: instant.optional().describe('The moment up to which records count, now unless said.'),
});

const listed = instrumentAnswer.extend({
  legal_state: z.enum(LEGAL_STATES).nullable().describe('Of the version in force today.'),
  in_force: versionSummary.nullable(),
  next: versionSummary.nullable().describe('What takes force next.'),
  last_published_at: z.iso.datetime({ offset: true }).nullable(),
  unpublished: z.int().describe('Drafts and approved versions; for the operator alone.'),
  has_pending_interpretation: z.boolean(),
});

export const getInstruments = operation({
  method: 'get',
  path: '/instruments',
  tag: 'Rules',
  summary: 'Standards, notices, guidelines, interpretations and laws',
  access: READ,
  query: z.object({
    ...pageFields(z.tuple([z.string(), z.string()])),
    kind: z.enum(INSTRUMENT_KINDS).optional(),
  }),
  response: { description: 'The one that was last published first.', schema: pageSchema(listed) },
  run: async ({ app, actor, query: { limit, cursor, kind } }) => {
    const rows = await listInstruments(app, actor, { kind, limit, after: cursor });
    const page = pageOf(rows, limit, ({ changed_at, instrument }) => [changed_at, instrument.slug] as const);
    return { ...page, items: page.items.map(answerListed) };
  },
});

function answerListed(row: ListedInstrument): z.infer<typeof listed> {
  return {
    ...answerInstrument(row.instrument),
    legal_state: row.legal_state,
    in_force: row.in_force && summariseVersion(row.in_force),
    next: row.next && summariseVersion(row.next),
    last_published_at: row.last_published_at?.toISOString() ?? null,
    unpublished: row.unpublished,
    has_pending_interpretation: row.has_pending_interpretation,
  };
}

export const postInstrument = operation({
  method: 'post',
  path: '/instruments',
  tag: 'Rules',
  summary: 'Make an instrument',
  description: 'Nobody but the operator knows of it before its first version is published.',
  access: WRITE,
  is_idempotent: true,
  body: instrumentInput,
  response: { status: 201, description: 'The instrument.', schema: instrumentAnswer },
  run: async ({ app, actor, body }) =>
    answerInstrument(orRefuse(await createInstrument(app, actor, body)).instrument),
});

export const getInstrument = operation({
  method: 'get',
  path: '/instruments/{slug}',
  tag: 'Rules',
  summary: 'The rule in force on a day, as known at a moment',
  description:
    'The same as_of and past known_at give the same bytes for ever: what was published, corrected or withdrawn later has no part in it.',
  access: READ,
  params: slugParams,
  query: pointQuery,
  response: { description: 'The version in force with its provisions.', schema: lawAnswer },
  run: async ({ app, params: { slug }, query }) => {
    const law = await lawOn(app, slug, query);
    return law ? answerLaw(law) : orRefuse(ruleRefusal('instrument_unknown', { slug }));
  },
});
