import { z } from 'zod';
import { QUERY_CHARACTERS_MAX } from '#lib/domain/watch/query.ts';
import { orRefuse, type AlertRefusal } from '#lib/server/alerts/refusal.ts';
import { idParams, READ, WRITE } from '#lib/server/alerts/subscriptions-api.ts';
import { operation } from '#lib/server/http/operation.ts';
import { orRefuse as orRefuseQuery, type QueryRefusal } from '#lib/server/watch/refusal.ts';
import {
  changeSearch,
  deleteSearch,
  findSearch,
  listSearches,
  saveSearch,
  SEARCH_NAME_MAX,
  type SavedSearch,
} from './saved-searches.ts';

const name = z.string().trim().min(1).max(SEARCH_NAME_MAX).meta({ example: 'Phthalates in toys' });
const query = z
  .string()
  .trim()
  .min(1)
  .max(QUERY_CHARACTERS_MAX)
  .describe(
    'In the language of the watch: terms, "phrases", AND OR NOT, NEAR/n, `clause:4.12`, `doc:2026-017`.',
  )
  .meta({ example: 'phthalate OR 邻苯二甲酸酯 OR clause:4.12' });

const answer = z.object({
  id: z.string(),
  name,
  query,
  followers: z.int().describe('Subscriptions that name it.'),
  created_by: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

function answered({ created_at, updated_at, ...rest }: SavedSearch): z.infer<typeof answer> {
  return { ...rest, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}

function searchOrRefuse(result: { ok: true; search: SavedSearch } | AlertRefusal | QueryRefusal) {
  if (result.ok) return answered(result.search);
  return result.code === 'query' ? orRefuseQuery(result) : orRefuse(result);
}

export const getSearches = operation({
  method: 'get',
  path: '/saved-searches',
  tag: 'Alerts',
  summary: 'The searches that your firm keeps under a name',
  access: READ,
  response: { description: 'By name.', schema: z.object({ items: z.array(answer) }) },
  run: async ({ app, actor, firm }) => ({
    items: (await listSearches(app, { actor, firm })).map(answered),
  }),
});

export const postSearch = operation({
  method: 'post',
  path: '/saved-searches',
  tag: 'Alerts',
  summary: 'Keep a search under a name',
  description:
    'A subscription that names it in `saved_searches` is told of what is published and holds it: a confirmed signal by the text of its item, a pending decision that moves by its title and note, and a rule version that is published or withdrawn by its titles and the clauses that it changes.',
  access: WRITE,
  is_idempotent: true,
  body: z.strictObject({ name, query }),
  response: { status: 201, description: 'The search.', schema: answer },
  run: async ({ app, actor, firm, body }) => searchOrRefuse(await saveSearch(app, { actor, firm }, body)),
});

export const getSearch = operation({
  method: 'get',
  path: '/saved-searches/{id}',
  tag: 'Alerts',
  summary: 'One saved search',
  access: READ,
  params: idParams,
  response: { description: 'The search.', schema: answer },
  run: async ({ app, actor, firm, params: { id } }) =>
    searchOrRefuse(await findSearch(app, { actor, firm }, id)),
});

export const patchSearch = operation({
  method: 'patch',
  path: '/saved-searches/{id}',
  tag: 'Alerts',
  summary: 'Rename a saved search, or change its query',
  description: 'What is left out stays. Another query counts from the next publication on.',
  access: WRITE,
  params: idParams,
  body: z.strictObject({ name: name.optional(), query: query.optional() }),
  response: { description: 'The search as it is now.', schema: answer },
  run: async ({ app, actor, firm, params: { id }, body }) => {
    const change = {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.query === undefined ? {} : { query: body.query }),
    };
    return searchOrRefuse(await changeSearch(app, { actor, firm }, id, change));
  },
});

export const removeSearch = operation({
  method: 'delete',
  path: '/saved-searches/{id}',
  tag: 'Alerts',
  summary: 'Forget a saved search',
  description: 'Refused with 409 while a subscription follows it.',
  access: WRITE,
  params: idParams,
  response: { status: 204, description: 'It is gone.' },
  run: async ({ app, actor, firm, params: { id } }) => {
    orRefuse(await deleteSearch(app, { actor, firm }, id));
  },
});
