import { z } from 'zod';
import { PENDING_STATES } from '#lib/domain/watch/pending-item.ts';
import { operation } from '#lib/server/http/operation.ts';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import {
  answerMove,
  answerPending,
  excerptAnswer,
  pendingAnswer,
  pendingWithMoves,
  spanAnswer,
} from '#lib/server/watch/answers.ts';
import { orRefuse, watchRefusal } from '#lib/server/watch/refusal.ts';
import { OPERATOR_READ, READ, WRITE } from '#lib/server/watch/watch-actor.ts';
import { backtest } from './backtest.ts';
import { moveInput, movePendingItem } from './move.ts';
import { findPendingItem, listPendingItems } from './pending-items.ts';
import { createPendingItem, editPendingItem, pendingInput, pendingPatch } from './write.ts';

const params = z.object({ id: z.string().max(100).describe('The slug, or the id.') });
const one = { description: 'The pending item.', schema: pendingAnswer };

export const getPendingItems = operation({
  method: 'get',
  path: '/pending-items',
  tag: 'Watch',
  summary: 'Decisions that are awaited',
  access: READ,
  query: z.object({
    ...pageFields(z.tuple([z.string(), z.uuid()])),
    state: z.enum(PENDING_STATES).optional(),
  }),
  response: { description: 'The last written first.', schema: pageSchema(pendingAnswer) },
  run: async ({ app, actor, query: { limit, cursor, state } }) => {
    const rows = await listPendingItems(app, actor, { state, limit, after: cursor });
    const page = pageOf(rows, limit, ({ created, id }) => [created, id] as const);
    return { ...page, items: page.items.map(answerPending) };
  },
});

export const postPendingItem = operation({
  method: 'post',
  path: '/pending-items',
  tag: 'Watch',
  summary: 'Await a decision',
  description:
    'Its query is matched against every item from now on, and once against the archive; what is found there is marked `from_archive`.',
  access: WRITE,
  is_idempotent: true,
  body: pendingInput,
  response: { ...one, status: 201 },
  run: async ({ app, actor, body }) =>
    answerPending(orRefuse(await createPendingItem(app, actor, body)).item),
});

export const getPendingItem = operation({
  method: 'get',
  path: '/pending-items/{id}',
  tag: 'Watch',
  summary: 'A pending item with its history',
  access: READ,
  params,
  response: { description: 'The last step first.', schema: pendingWithMoves },
  run: async ({ app, actor, params: { id } }) => {
    const found = await findPendingItem(app, actor, id);
    return found
      ? { ...answerPending(found.item), transitions: found.moves.map(answerMove) }
      : orRefuse(watchRefusal('pending_unknown', { slug: id }));
  },
});

export const patchPendingItem = operation({
  method: 'patch',
  path: '/pending-items/{id}',
  tag: 'Watch',
  summary: 'Change what is known of a pending item, or its query',
  description:
    'What is left out stays, null empties a field. A changed query is matched against the archive again; decided signals stay decided, and nobody is told.',
  access: WRITE,
  params,
  body: pendingPatch,
  response: one,
  run: async ({ app, actor, params: { id }, body }) =>
    answerPending(orRefuse(await editPendingItem(app, actor, id, body)).item),
});

export const postTransition = operation({
  method: 'post',
  path: '/pending-items/{id}/transitions',
  tag: 'Watch',
  summary: 'Move a pending item, citing the evidence',
  description:
    'Any step forward is legal, a step back needs a note. Subscribers are told in the same moment.',
  access: WRITE,
  params,
  is_idempotent: true,
  body: moveInput,
  response: { ...one, status: 201 },
  run: async ({ app, actor, params: { id }, body }) =>
    answerPending(orRefuse(await movePendingItem(app, actor, id, body)).item),
});

const backtestAnswer = z.object({
  total: z.int(),
  is_complete: z.boolean().describe('False where there are more than were counted.'),
  items: z.array(
    z.object({
      id: z.uuid(),
      title: z.string(),
      url: z.string().nullable(),
      document_no: z.string().nullable(),
      issued_on: z.string().nullable(),
      spans: z.array(spanAnswer),
      excerpts: z.array(excerptAnswer),
      score: z.number(),
    }),
  ),
});

export const postBacktest = operation({
  method: 'post',
  path: '/pending-items/backtest',
  tag: 'Watch',
  summary: 'The stored items that a query would have matched',
  description: 'Nothing is stored.',
  access: OPERATOR_READ,
  body: z.strictObject({
    query: z.string().max(10_000),
    limit: z.int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  }),
  response: { description: 'The newest first.', schema: backtestAnswer },
  run: async ({ app, actor, body }) => {
    const { total, is_complete, matches } = orRefuse(await backtest(app, actor, body));
    return backtestAnswer.parse({
      total,
      is_complete,
      items: matches.map(({ item, ...found }) => ({ ...item, ...found })),
    });
  },
});
