import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { ClauseMapping } from '#lib/domain/rules/match-provisions.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { mayDecide, mayDraft, readRules, ruleActorOf } from './rule-actor.ts';
import { allowsOnePerson } from './setting.ts';
import { readInstrument } from './version.ts';

/** More pairs than the longest standard has clauses. */
const PAIRS_MAX = 10_000;

const path = z.string().trim().min(1).max(100);

export const mappingInput = z.strictObject({
  from: z.string().max(63).describe('The slug of the older instrument.'),
  to: z.string().max(63).describe('The slug of the newer instrument.'),
  pairs: z
    .array(
      z
        .strictObject({
          from_path: path.nullable(),
          to_path: path.nullable(),
          note: z.string().trim().min(1).max(1_000).nullish(),
          source: z.string().trim().min(1).max(500).nullish(),
          confirmed: z.boolean().default(false),
        })
        .refine((pair) => pair.from_path !== null || pair.to_path !== null, {
          error: 'names no clause on either side',
        }),
    )
    .max(PAIRS_MAX)
    .describe('The whole mapping of these two; null on one side: dropped, or new.'),
});
export type MappingInput = z.output<typeof mappingInput>;

export type MappedPair = {
  from_path: string | null;
  to_path: string | null;
  note: string | null;
  source: string | null;
  confirmed: boolean;
  drafted_by_name: string;
  drafted_at: Date;
  approved_by_name: string | null;
  approved_at: Date | null;
  is_one_person: boolean;
};

/** The pairs of two instruments that the actor may know of: firms see the approved ones. */
export function clauseMapping(
  app: App,
  actor: Actor | null,
  { from, to }: { from: string; to: string },
): Promise<MappedPair[]> {
  return readRules(app, actor, (tx) => pairsOf(tx, { from, to }));
}

/** More pairs of instruments than anybody maps. */
const MAPPED_MAX = 200;

/** The instruments of which clauses are mapped, with how many. */
export function mappedPairs(
  app: App,
  actor: Actor | null,
): Promise<{ from: string; to: string; pairs: number }[]> {
  return readRules(app, actor, async (tx) => {
    const rows = await tx
      .selectFrom('clause_mapping')
      .select(['from_slug as from', 'to_slug as to'])
      .select((eb) => eb.fn.countAll<string>().as('pairs'))
      .groupBy(['from_slug', 'to_slug'])
      .orderBy('to_slug')
      .orderBy('from_slug')
      .limit(MAPPED_MAX)
      .execute();
    return rows.map((row) => ({ ...row, pairs: Number(row.pairs) }));
  });
}

/** As the comparison of two texts takes them. */
export async function mappingFor(tx: Tx, between: { from: string; to: string }): Promise<ClauseMapping> {
  const pairs = await pairsOf(tx, between);
  return pairs.map(({ from_path, to_path }) => ({ before: from_path, after: to_path }));
}

async function pairsOf(tx: Tx, { from, to }: { from: string; to: string }): Promise<MappedPair[]> {
  return tx
    .selectFrom('clause_mapping')
    .select([
      'from_path',
      'to_path',
      'note',
      'source',
      'confirmed',
      'drafted_by_name',
      'drafted_at',
      'approved_by_name',
      'approved_at',
      'is_one_person',
    ])
    .where('from_slug', '=', from)
    .where('to_slug', '=', to)
    .orderBy('from_path', (order) => order.asc().nullsLast())
    .orderBy('to_path', (order) => order.asc().nullsLast())
    .limit(PAIRS_MAX)
    .execute();
}

type Saved = { ok: true; pairs: MappedPair[] } | RuleRefusal;

/** Puts a mapping in the place of the one that stands. Pairs that did not change keep their approval. */
export async function saveMapping(app: App, actor: Actor, input: MappingInput): Promise<Saved> {
  const refused = mayDraft(actor);
  if (refused) return refused;
  const by = ruleActorOf(actor);
  return asOperator(app.db, async (tx) => {
    for (const slug of [input.from, input.to])
      if (!(await readInstrument(tx, slug))) return ruleRefusal('instrument_unknown', { slug });
    if (input.from === input.to) return ruleRefusal('relation_itself', { slug: input.from });
    const before = await pairsOf(tx, input);
    const wanted = new Map(input.pairs.map((pair) => [keyOf(pair), pair] as const));
    const kept = new Set(
      before.filter((pair) => isSame(pair, wanted.get(keyOf(pair)))).map((pair) => keyOf(pair)),
    );
    for (const { from_path, to_path } of before.filter((pair) => !kept.has(keyOf(pair))))
      await tx
        .deleteFrom('clause_mapping')
        .where('from_slug', '=', input.from)
        .where('to_slug', '=', input.to)
        .where('from_path', 'is not distinct from', from_path)
        .where('to_path', 'is not distinct from', to_path)
        .execute();
    const rows = [...wanted.values()]
      .filter((pair) => !kept.has(keyOf(pair)))
      .map((pair) => ({
        ...pair,
        from_slug: input.from,
        to_slug: input.to,
        drafted_by: by.id,
        drafted_by_name: by.name,
        drafted_at: app.now(),
      }));
    if (rows.length > 0) await tx.insertInto('clause_mapping').values(rows).execute();
    return { ok: true, pairs: await pairsOf(tx, input) };
  });
}

/** Approves the pairs that are not approved yet; an author only where the operator lets one person do both. */
export async function approveMapping(
  app: App,
  actor: Actor,
  { from, to }: { from: string; to: string },
): Promise<Saved> {
  const refused = mayDecide(actor);
  if (refused) return refused;
  const by = ruleActorOf(actor);
  return asOperator(app.db, async (tx) => {
    const waiting = tx
      .selectFrom('clause_mapping')
      .select(['id', 'drafted_by'])
      .where('from_slug', '=', from)
      .where('to_slug', '=', to)
      .where('approved_at', 'is', null)
      .limit(PAIRS_MAX)
      .forUpdate();
    const rows = await waiting.execute();
    const is_author = rows.some(({ drafted_by }) => drafted_by === by.id);
    if (is_author && !(await allowsOnePerson(tx))) return ruleRefusal('drafter_approves');
    for (const { id, drafted_by } of rows)
      await tx
        .updateTable('clause_mapping')
        .set({
          approved_by: by.id,
          approved_by_name: by.name,
          approved_at: app.now(),
          is_one_person: drafted_by === by.id,
        })
        .where('id', '=', id)
        .execute();
    return { ok: true, pairs: await pairsOf(tx, { from, to }) };
  });
}

type Pair = Pick<MappedPair, 'from_path' | 'to_path'>;

function keyOf({ from_path, to_path }: Pair): string {
  return JSON.stringify([from_path, to_path]);
}

function isSame(stood: MappedPair, said: MappingInput['pairs'][number] | undefined): boolean {
  if (!said) return false;
  const { note, source, confirmed } = stood;
  return note === (said.note ?? null) && source === (said.source ?? null) && confirmed === said.confirmed;
}
