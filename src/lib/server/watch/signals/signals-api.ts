import { z } from 'zod';
import { SIGNAL_STATES } from '#lib/domain/watch/pending-item.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { orRefuse as orRefuseRule } from '#lib/server/rules/refusal.ts';
import { answerSignal, signalAnswer } from '#lib/server/watch/answers.ts';
import { orRefuse, watchRefusal } from '#lib/server/watch/refusal.ts';
import { READ, WRITE } from '#lib/server/watch/watch-actor.ts';
import { decideSignal, decisionInput } from './decide.ts';
import { openDraft, openDraftInput } from './open-draft.ts';
import { findSignal, listSignals } from './signals.ts';

const params = z.object({ id: z.uuid().toLowerCase() });

export const getSignals = operation({
  method: 'get',
  path: '/signals',
  tag: 'Watch',
  summary: 'Items that a pending item’s query found',
  description: 'Firms see confirmed ones; what waits and what was dismissed is for the operator.',
  access: READ,
  query: z.object({
    ...pageFields(z.tuple([z.string(), z.uuid()])),
    state: z.enum(SIGNAL_STATES).optional(),
    pending_item: z.string().max(63).optional().describe('A slug.'),
    from_archive: z
      .enum(['true', 'false'])
      .transform((word) => word === 'true')
      .optional(),
  }),
  response: { description: 'The newest first.', schema: pageSchema(signalAnswer) },
  run: async ({ app, actor, query: { limit, cursor, ...asked } }) => {
    const rows = await listSignals(app, actor, { ...asked, limit, after: cursor });
    const page = pageOf(rows, limit, ({ created, id }) => [created, id] as const);
    return { ...page, items: page.items.map(answerSignal) };
  },
});

export const getSignal = operation({
  method: 'get',
  path: '/signals/{id}',
  tag: 'Watch',
  summary: 'A signal with the places that it was found by',
  access: READ,
  params,
  response: { description: 'The signal.', schema: signalAnswer },
  run: async ({ app, actor, params: { id } }) => {
    const signal = await findSignal(app, actor, id);
    return signal ? answerSignal(signal) : orRefuse(watchRefusal('signal_unknown'));
  },
});

export const postDecision = operation({
  method: 'post',
  path: '/signals/{id}/decision',
  tag: 'Watch',
  summary: 'Decide what a signal is worth',
  description:
    'Confirmed news are told to subscribers, once. A dismissal answers with words that a NOT could leave out. Another decision than the one that stands needs a reason.',
  access: WRITE,
  params,
  is_idempotent: true,
  body: decisionInput,
  response: {
    description: 'The signal as decided.',
    schema: signalAnswer.extend({
      suggested_exclusions: z.array(z.object({ phrase: z.string(), query: z.string(), dismissed: z.int() })),
    }),
  },
  run: async ({ app, actor, params: { id }, body }) => {
    const { signal, suggested_exclusions } = orRefuse(await decideSignal(app, actor, id, body));
    return { ...answerSignal(signal), suggested_exclusions };
  },
});

export const postSignalDraft = operation({
  method: 'post',
  path: '/signals/{id}/draft',
  tag: 'Watch',
  summary: 'Open a draft of a rule from a confirmed signal',
  description: 'Filled from the document that was found; for a person to read and complete.',
  access: { scope: 'rules:write', side: 'operator' },
  params,
  is_idempotent: true,
  body: openDraftInput.optional(),
  response: {
    status: 201,
    description: 'The draft.',
    schema: z.object({ version_id: z.uuid(), instrument: z.string() }),
  },
  run: async ({ app, actor, params: { id }, body }) => {
    const opened = await openDraft(app, actor, id, body ?? {});
    if (opened.ok) return { version_id: opened.version_id, instrument: opened.instrument };
    return opened.of === 'rules' ? orRefuseRule(opened.refusal) : orRefuse(opened.refusal);
  },
});
