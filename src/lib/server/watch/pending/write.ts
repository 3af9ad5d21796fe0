import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { PENDING_STATES } from '#lib/domain/watch/pending-item.ts';
import { parseClause } from '#lib/domain/text/clauses.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { rematchDue } from '#lib/server/watch/matching/archive.ts';
import { queriesChanged } from '#lib/server/watch/matching/compiled.ts';
import { watchRefusal, type WatchRefusal } from '#lib/server/watch/refusal.ts';
import { mayWatch } from '#lib/server/watch/watch-actor.ts';
import { byName, pendingRows, type PendingItem } from './pending-items.ts';

const text = (length_max: number) => z.string().trim().min(1).max(length_max);
const day = z
  .string()
  .refine(isDay, { error: 'is not a day such as 2026-05-13' })
  .meta({ examples: ['2026-05-13'] });

const fields = {
  title: text(300),
  title_zh: text(300).nullish(),
  authority: text(200),
  authority_zh: text(200).nullish(),
  query: text(4000).describe('"phrase", terms, AND OR NOT, parentheses, NEAR/n, clause:4.12, doc:2026-017.'),
  instrument: text(63).nullish().describe('The slug of the instrument that it concerns.'),
  provision: text(100)
    .refine((written) => parseClause(written) !== null, { error: 'is not a clause such as 4.12 or A.2' })
    .meta({ examples: ['4.12'] })
    .nullish(),
  owner: text(100).nullish().describe('Who works on it.'),
  due_on: day.nullish(),
  reported_on: day.nullish().describe('The day as of which its first state was reported.'),
  note: text(4000).nullish(),
};

export const pendingInput = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, {
    error: 'has small letters, digits, points and dashes, and at most 63 of them',
  }),
  ...fields,
  state: z.enum(PENDING_STATES).default('announced'),
});
export type PendingInput = z.infer<typeof pendingInput>;

export const pendingPatch = z
  .strictObject({
    ...fields,
    query_was: z.string().optional().describe('The query that was edited; another one by now is a conflict.'),
  })
  .partial();
export type PendingPatch = z.infer<typeof pendingPatch>;

type Written = { ok: true; item: PendingItem } | WatchRefusal;

/** Adds what is awaited, and matches the archive against its query. */
export async function createPendingItem(app: App, actor: Actor, input: PendingInput): Promise<Written> {
  const refused = mayWatch(actor) ?? queryRefusal(input.query);
  if (refused) return refused;
  const made = await asOperator(app.db, async (tx): Promise<Written> => {
    const { owner = null, ...columns } = input;
    const added = await tx
      .insertInto('pending_item')
      .values({ ...columns, provision: clauseOf(input.provision), owner_name: owner, rematch_due: true })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return watchRefusal('slug_taken', { slug: input.slug }, 'slug');
    await queriesChanged(tx);
    const [item] = await pendingRows(tx, actor, { where: byName(added.id), limit: 1, after: null });
    return item ? { ok: true, item } : watchRefusal('pending_unknown', { slug: input.slug });
  });
  return made.ok ? matched(app, actor, made.item) : made;
}

/**
 * Changes what is known of it; what is left out stays, null empties a field. A changed query is matched against
 * the archive: what it finds there stands apart from news, and what was decided stays decided.
 */
export async function editPendingItem(
  app: App,
  actor: Actor,
  slug_or_id: string,
  patch: PendingPatch,
): Promise<Written> {
  const refused = mayWatch(actor) ?? (patch.query === undefined ? null : queryRefusal(patch.query));
  if (refused) return refused;
  const edited = await asOperator(app.db, async (tx): Promise<Written> => {
    const { rows } = await sql<{ id: string; query: string }>`
      select p.id, p.query from pending_item p where ${byName(slug_or_id)} for update`.execute(tx);
    const [before] = rows;
    if (!before) return watchRefusal('pending_unknown', { slug: slug_or_id });
    const { query_was, owner, provision, ...columns } = patch;
    if (query_was !== undefined && query_was !== before.query)
      return watchRefusal('query_changed', undefined, 'query');
    const is_other_query = patch.query !== undefined && patch.query !== before.query;
    await tx
      .updateTable('pending_item')
      .set({
        ...columns,
        ...(owner === undefined ? {} : { owner_name: owner }),
        ...(provision === undefined ? {} : { provision: clauseOf(provision) }),
        ...(is_other_query ? { rematch_due: true } : {}),
        edited_at: app.now(),
      })
      .where('id', '=', before.id)
      .execute();
    if (is_other_query) await queriesChanged(tx);
    const [item] = await pendingRows(tx, actor, { where: byName(before.id), limit: 1, after: null });
    return item ? { ok: true, item } : watchRefusal('pending_unknown', { slug: slug_or_id });
  });
  return edited.ok && edited.item.rematch_due ? matched(app, actor, edited.item) : edited;
}

/**
 * Matches the archive at once, in a transaction behind the one that wrote the query. When it fails the query
 * stands, and the worker's next tick matches.
 */
async function matched(app: App, actor: Actor, written: PendingItem): Promise<Written> {
  await asOperator(app.db, rematchDue).catch((cause: unknown) =>
    app.log.warn({ err: cause }, 'the archive was not matched again; the worker will do it'),
  );
  return asOperator(app.db, async (tx) => {
    const [item] = await pendingRows(tx, actor, { where: byName(written.id), limit: 1, after: null });
    return { ok: true, item: item ?? written };
  });
}

function queryRefusal(query: string): WatchRefusal | null {
  const parsed = parseQuery(query);
  return parsed.ok ? null : { ok: false, code: 'query', problems: parsed.problems, field: 'query' };
}

function clauseOf(written: string | null | undefined): string | null {
  return written ? parseClause(written) : null;
}
