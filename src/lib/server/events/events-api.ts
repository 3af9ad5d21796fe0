import { z } from 'zod';
import type { Holder } from '#lib/server/accounts/standing.ts';
import type { App } from '#lib/server/app.ts';
import type { Access } from '#lib/server/http/access.ts';
import { operation } from '#lib/server/http/operation.ts';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { BEGINNING, readPosition, writePosition } from './position.ts';
import { eventsAfter } from './read.ts';
import { answerEvent, createTail, type Tail } from './tail.ts';

const READ: Access = { scope: 'alerts:read', side: 'either' };
const RETRY_SECONDS = '5';

const answer = z.object({
  id: z.string(),
  cursor: z.string().describe('Its place in the order of commit, as `Last-Event-ID` has it.'),
  type: z.string(),
  timestamp: z.string(),
  subject_id: z.string().nullable().describe('What it is about, such as the version of `rule.published`.'),
  data: z.unknown(),
});

export const getEvents = operation({
  method: 'get',
  path: '/events',
  tag: 'Alerts',
  summary: 'Everything that subscribers may hear of',
  description:
    'In the order of commit, the oldest first. `next_cursor` is there also at the end: asked with it again later, the list goes on, and nothing that was committed late is skipped.',
  access: READ,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
    cursor: z
      .string()
      .refine(
        (text) => readPosition(text) !== null,
        'is no place in the list of events; leave it out to begin at the beginning',
      )
      .optional(),
  }),
  response: {
    description: 'Events after the cursor.',
    schema: z.object({ items: z.array(answer), next_cursor: z.string().nullable() }),
  },
  run: async ({ app, firm, query: { limit, cursor } }) => {
    const after = cursor === undefined ? BEGINNING : (readPosition(cursor) ?? BEGINNING);
    const events = await eventsAfter(app.db, firm?.id ?? null, { after, limit });
    const last = events.at(-1);
    return { items: events.map(answerEvent), next_cursor: last ? writePosition(last) : (cursor ?? null) };
  },
});

export const getEventStream = operation({
  method: 'get',
  path: '/events/stream',
  tag: 'Alerts',
  summary: 'Events as they happen',
  description:
    'Server-sent events: `id` is the cursor, `event` the kind. The stream ends when its key, session, role or grant does. With `Last-Event-ID` (or `?cursor=`) it begins after that event and misses nothing; without one, with what happens from now on.',
  access: READ,
  query: z.object({ cursor: z.string().optional() }),
  response: { description: 'An endless stream.', media_type: 'text/event-stream' },
  run: async ({ app, actor, session_id, firm, request, query: { cursor } }) => {
    const written = request.headers.get('last-event-id') ?? cursor ?? null;
    const last = written === null || written === '' ? null : readPosition(written);
    if (written !== null && written !== '' && !last)
      refuse(422, 'Last-Event-ID is none that was given out here. Leave it out, or send the id of an event.');
    const firm_id = firm?.id ?? null;
    const holder: Holder = { kind: actor.kind, id: actor.id, session_id, firm_id };
    const body = await tailOf(app).open({ firm_id, holder }, last);
    if (!body)
      refuse(503, 'There are too many open streams just now. Try again in a few seconds.', undefined, {
        'retry-after': RETRY_SECONDS,
      });
    return new Response(body, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
  },
});

const tails = new WeakMap<App, Tail>();

/** One tail a process. It ends with it, so that open streams do not hold up its stop. */
function tailOf(app: App): Tail {
  const known = tails.get(app);
  if (known) return known;
  const tail = createTail(app);
  tails.set(app, tail);
  const listeners: NodeJS.EventEmitter = process;
  listeners.once('sveltekit:shutdown', () => tail.close());
  return tail;
}
