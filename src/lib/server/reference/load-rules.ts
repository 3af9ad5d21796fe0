import type { Db, Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { approveIn } from '#lib/server/rules/approve.ts';
import { draftInput } from '#lib/server/rules/draft-input.ts';
import { insertDraft } from '#lib/server/rules/draft.ts';
import { insertInstrument, instrumentInput } from '#lib/server/rules/instruments.ts';
import { publishIn } from '#lib/server/rules/publish.ts';
import { ruleSentence, type RuleRefusal } from '#lib/server/rules/refusal.ts';
import type { RuleActor } from '#lib/server/rules/rule-actor.ts';
import { RULES, type RuleSeed } from './rules-data.ts';

/** Who drafted and approved what the installation brought along; the record says that it was one. */
const REFERENCE: RuleActor = {
  kind: 'reference',
  id: '5f1e8a1c-6d0b-4a6e-9d55-3f0c8b7a2e10',
  name: 'reference data',
};

/**
 * Publishes the rules that the installation starts with, each once: an instrument that is there already, from
 * an earlier start or from an analyst, is left as it is. Each goes through the same steps as any other version.
 */
export async function loadRules(
  db: Db,
  now: Date,
  seeds: readonly RuleSeed[] = RULES,
): Promise<{ added: number }> {
  let added = 0;
  for (const seed of seeds) if (await asOperator(db, (tx) => loadRule(tx, seed, now))) added += 1;
  return { added };
}

async function loadRule(tx: Tx, seed: RuleSeed, at: Date): Promise<boolean> {
  const made = await insertInstrument(tx, instrumentInput.parse(seed.instrument));
  if (!made.ok) {
    if (made.code === 'slug_taken') return false;
    return fail(seed, made);
  }
  if (!seed.version) return true;
  const by = REFERENCE;
  const { slug } = made.instrument;
  const drafted = await insertDraft(tx, { by, at, slug, input: draftInput.parse(seed.version) });
  if (!drafted.ok) return fail(seed, drafted);
  const { id } = drafted.version;
  const approved = await approveIn(tx, { by, at, id, allows_one_person: true });
  if (!approved.ok) return fail(seed, approved);
  const published = await publishIn(tx, { by, id });
  return published.ok || fail(seed, published);
}

/** Reference data that the workflow refuses is a mistake of ours, found by the tests. */
function fail(seed: RuleSeed, refused: RuleRefusal): never {
  throw new Error(`${seed.instrument.slug}: ${ruleSentence(refused, 'en')}`);
}
