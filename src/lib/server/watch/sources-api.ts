import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { Extracted, ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import { HEALTHS } from '#lib/domain/watch/source.ts';
import { sourceInput, sourcePatch } from '#lib/domain/watch/source-input.ts';
import { WALLS } from '#lib/domain/watch/wall.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { extraction_problem, preview_item, previewItem, toldExtraction } from './extracted-answer.ts';
import { PREVIEW_ITEMS_MAX, previewSource, replaySource } from './preview-source.ts';
import { pollSource } from './poll-source.ts';
import { problemText, type StoredProblem } from './problem-text.ts';
import {
  addSource,
  changeSource,
  findSource,
  listSources,
  removeSource,
  SOURCES_MAX,
  type Source,
  type SourceRefusal,
} from './sources.ts';

const instant = z.iso.datetime({ offset: true });
const told_problem = z
  .object({ code: z.string(), message: z.string(), params: z.record(z.string(), z.string()) })
  .nullable();

/** What everybody may know of a source. */
const public_fields = {
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  name_zh: z.string().nullable(),
  kind: sourceInput.shape.kind,
  url: z.string(),
  language: z.string(),
  authority: z.string().nullable(),
};
const input = sourceInput.shape;
const full = z.object({
  ...public_fields,
  interval_minutes: z.int(),
  expected_update_days: z.int().nullable(),
  selectors: input.selectors,
  json: input.json,
  inner: input.inner,
  pages: input.pages,
  page_url: input.page_url,
  filter: input.filter,
  only: input.only,
  follows_details: input.follows_details,
  charset: z.string().nullable(),
  is_enabled: z.boolean(),
  wall: z.enum(WALLS).nullable().describe('A wall against programs that is known to stand there.'),
  needs: z.string().nullable().describe('What a person has to set or do before it can be watched.'),
  needs_zh: z.string().nullable(),
  confirmed: z.boolean(),
  reference_source: z.string().nullable(),
  health: z.enum(HEALTHS),
  health_since: instant,
  problem: told_problem,
  failures: z.int().describe('Checks in a row that did not succeed.'),
  next_check_at: instant.nullable(),
  last_attempt_at: instant.nullable(),
  last_ok_at: instant.nullable(),
  last_new_item_at: instant.nullable(),
  last_item_count: z.int().nullable(),
  created_at: instant,
  edited_at: instant.nullable(),
});
const public_source = z.object(public_fields);

const english = textsOf('en');

export function told(problem: StoredProblem | null): z.infer<typeof told_problem> {
  return problem && { ...problem, message: problemText(problem, english) };
}

/** A source as the operator reads it. */
export function fullAnswer({ settings, not_before: _, ...source }: Source): z.infer<typeof full> {
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...source,
    selectors: settings.selectors ?? null,
    json: settings.json ?? null,
    inner: settings.inner ?? null,
    pages: settings.pages ?? null,
    page_url: settings.page_url ?? null,
    filter: settings.filter ?? null,
    only: settings.only ?? null,
    follows_details: settings.follows_details ?? null,
    problem: told(source.problem),
    health_since: source.health_since.toISOString(),
    next_check_at: iso(source.next_check_at),
    last_attempt_at: iso(source.last_attempt_at),
    last_ok_at: iso(source.last_ok_at),
    last_new_item_at: iso(source.last_new_item_at),
    created_at: source.created_at.toISOString(),
    edited_at: iso(source.edited_at),
  };
}

/** Firms read what items come from; how sources fare is the operator's. */
function answerFor(actor: Actor, source: Source): z.infer<typeof full> | z.infer<typeof public_source> {
  return actor.operator_scopes.includes('watch:read') ? fullAnswer(source) : public_source.parse(source);
}

const by_id = z.object({ id: z.uuid().toLowerCase() });
const KEY = z.tuple([z.string(), z.uuid()]);
export const NOT_THERE = 'There is no source with this id.';

export async function requireSource(app: Parameters<typeof findSource>[0], id: string): Promise<Source> {
  return (await findSource(app, id)) ?? refuse(404, NOT_THERE);
}

const REFUSALS = {
  missing_selectors: 'sources.problem.needs_selectors',
  missing_json: 'sources.problem.needs_json',
  unknown_charset: 'sources.problem.unknown_charset',
  too_many: 'sources.problem.too_many',
} satisfies Record<SourceRefusal['problem'], TextKey>;
const FIELDS = {
  missing_selectors: 'selectors',
  missing_json: 'json',
  unknown_charset: 'charset',
  too_many: undefined,
};

/** One sentence: why a source was not saved. */
export function sourceRefusalText({ problem }: SourceRefusal, text = english): string {
  return text(REFUSALS[problem], { limit: SOURCES_MAX });
}

function refuseSource(refused: SourceRefusal): never {
  const { problem } = refused;
  const message = sourceRefusalText(refused);
  const field = FIELDS[problem];
  refuse(422, message, field ? [{ field, pointer: `/${field}`, code: problem, message }] : undefined);
}

export const getSources = operation({
  method: 'get',
  path: '/sources',
  tag: 'Watch',
  summary: 'Sources that are watched, newest first',
  description:
    'The operator reads settings and health; a firm reads what its items come from, and nothing of how sources fare.',
  access: { scope: 'watch:read', side: 'either' },
  query: z.object({ ...pageFields(KEY) }),
  response: { description: 'A page of sources.', schema: pageSchema(z.union([full, public_source])) },
  run: async ({ app, actor, query }) => {
    const rows = await listSources(app, query);
    const page = pageOf(rows, query.limit, ({ key, id }) => [key, id] as const);
    return { ...page, items: page.items.map(({ key: _, ...source }) => answerFor(actor, source)) };
  },
});

export const getSource = operation({
  method: 'get',
  path: '/sources/{id}',
  tag: 'Watch',
  summary: 'One source',
  access: { scope: 'watch:read', side: 'either' },
  params: by_id,
  response: { description: 'The source.', schema: z.union([full, public_source]) },
  run: async ({ app, actor, params }) => answerFor(actor, await requireSource(app, params.id)),
});

export const postSource = operation({
  method: 'post',
  path: '/sources',
  tag: 'Watch',
  summary: 'Watch a source',
  description: 'It is read for the first time within seconds, unless it is manual or not enabled.',
  access: { scope: 'watch:write', side: 'operator' },
  body: sourceInput,
  is_idempotent: true,
  response: { status: 201, description: 'The source.', schema: full },
  run: async ({ app, body }) => {
    const added = await addSource(app, body, { now: app.now() });
    return added.ok ? fullAnswer(added.source) : refuseSource(added);
  },
});

export const patchSource = operation({
  method: 'patch',
  path: '/sources/{id}',
  tag: 'Watch',
  summary: 'Change a source, pause or resume it',
  description: 'Null takes a field away. With another address or other selectors it is read anew at once.',
  access: { scope: 'watch:write', side: 'operator' },
  params: by_id,
  body: sourcePatch,
  response: { description: 'The source.', schema: full },
  run: async ({ app, params, body }) => {
    const changed = await changeSource(app, params.id, { patch: body, now: app.now() });
    if (!changed) refuse(404, NOT_THERE);
    return changed.ok ? fullAnswer(changed.source) : refuseSource(changed);
  },
});

export const deleteSource = operation({
  method: 'delete',
  path: '/sources/{id}',
  tag: 'Watch',
  summary: 'Stop watching a source for good',
  description: 'What it announced, its snapshots and its ledger of coverage stay.',
  access: { scope: 'watch:write', side: 'operator' },
  params: by_id,
  response: { status: 204, description: 'It is watched no more.' },
  run: async ({ app, params }) => {
    if (!(await removeSource(app, params.id, app.now()))) refuse(404, NOT_THERE);
  },
});

export const postSourcePreview = operation({
  method: 'post',
  path: '/sources/preview',
  tag: 'Watch',
  summary: 'See what settings would find, before they are saved',
  description:
    'Fetched once under the rules of every request (gap, robots.txt, public addresses), nothing is stored. With `replay=<source id>` the last stored answers of that source are read instead, so that selectors are tried without asking anybody.',
  access: { scope: 'watch:write', side: 'operator' },
  query: z.object({ replay: z.uuid().toLowerCase().optional() }),
  body: sourceInput,
  response: {
    description: `The first ${PREVIEW_ITEMS_MAX} items, and what could not be used.`,
    schema: z.object({
      items: z.array(preview_item),
      item_count: z.int(),
      problems: z.array(extraction_problem),
      replayed: z
        .array(
          z.object({
            snapshot_id: z.uuid(),
            fetched_at: instant,
            url: z.string(),
            item_count: z.int(),
            problem_count: z.int(),
          }),
        )
        .optional(),
    }),
  },
  run: async ({ app, body, query }) => {
    if (query.replay) {
      const source = await requireSource(app, query.replay);
      const { items, problems, replayed } = await replaySource(app.watcher(), body, source.id);
      return {
        ...shown(items, problems),
        replayed: replayed.map((one) => ({ ...one, fetched_at: one.fetched_at.toISOString() })),
      };
    }
    const { items, problems, problem } = await previewSource(app.watcher(), body, app.now());
    const answer = shown(items, problems);
    if (!problem) return answer;
    const message = problemText(problem, english, { is_watched: false });
    const whole = { position: null, code: problem.code, found: null, message };
    return { ...answer, problems: [whole, ...answer.problems] };
  },
});

const PROBLEMS_SHOWN = 200;

function shown(items: readonly Extracted[], problems: readonly ExtractionProblem[]) {
  return {
    items: items.slice(0, PREVIEW_ITEMS_MAX).map(previewItem),
    item_count: items.length,
    problems: problems.slice(0, PROBLEMS_SHOWN).map(toldExtraction),
  };
}

export const postSourcePoll = operation({
  method: 'post',
  path: '/sources/{id}/poll',
  tag: 'Watch',
  summary: 'Check a source now',
  description:
    'Skips the interval; the gap of its host and what it asked for with Retry-After are kept. Waits for up to 20 pages of its items.',
  access: { scope: 'watch:write', side: 'operator' },
  params: by_id,
  response: {
    description: 'What came of it.',
    schema: z.object({
      outcome: z.enum(['changed', 'unchanged', 'blocked', 'failed']),
      items_new: z.int(),
      items_updated: z.int(),
      problem: told_problem,
    }),
  },
  run: async ({ app, params }) => {
    const source = await requireSource(app, params.id);
    const { problem, ...polled } = await pollSource(app.watcher(), source, app.now());
    return { ...polled, problem: told(problem) };
  },
});
