import { z } from 'zod';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import {
  answerItem,
  answerListedItem,
  listedItemAnswer,
  wholeItemAnswer,
} from '#lib/server/watch/answers.ts';
import { orRefuse, watchRefusal } from '#lib/server/watch/refusal.ts';
import { READ } from '#lib/server/watch/watch-actor.ts';
import { findItem } from './item.ts';
import { itemCursor, listItems } from './items.ts';

const day = z.string().refine(isDay, { error: 'is not a day such as 2026-05-13' });

export const getItems = operation({
  method: 'get',
  path: '/items',
  tag: 'Watch',
  summary: 'What the sources announced, searched in Chinese and English',
  description:
    '`q` is a query such as pending items have; other words are looked for as they are. Firms find confirmed news.',
  access: READ,
  query: z.object({
    ...pageFields(itemCursor),
    q: z.string().max(4000).optional(),
    source_id: z.uuid().optional(),
    from: day
      .optional()
      .describe('The first day of issue, inclusive; where none is known, the day it was first seen.'),
    to: day.optional().describe('The last day, inclusive.'),
  }),
  response: { description: 'The last seen first.', schema: pageSchema(listedItemAnswer) },
  run: async ({ app, actor, query: { cursor, ...asked } }) => {
    const { items } = await listItems(app, actor, { ...asked, after: cursor });
    const page = pageOf(items, asked.limit, ({ seen, id }) => [seen, id] as const);
    return { ...page, items: page.items.map(answerListedItem) };
  },
});

export const getItem = operation({
  method: 'get',
  path: '/items/{id}',
  tag: 'Watch',
  summary: 'An item with its texts and where it was seen',
  access: READ,
  params: z.object({ id: z.uuid().toLowerCase() }),
  response: { description: 'The item, with each text that it had.', schema: wholeItemAnswer },
  run: async ({ app, actor, params: { id } }) => {
    const item = await findItem(app, actor, id);
    return item ? answerItem(item) : orRefuse(watchRefusal('item_unknown'));
  },
});
