import type { Tx } from '#lib/server/db/connect.ts';
import type { RuleActor } from './rule-actor.ts';
import type { Act } from './version.ts';

/** Longer names are cut: the id beside it stays whole. */
const NAME_LENGTH_MAX = 200;

export type NewAct = {
  version_id: string;
  act: Act['act'];
  by: RuleActor;
  at: Date;
  content_sha256?: string;
  reason?: string;
};

/** Writes down who did what with a version; the table takes no change afterwards. */
export async function recordAct(tx: Tx, { version_id, act, by, at, ...rest }: NewAct): Promise<void> {
  await tx
    .insertInto('rule_act')
    .values({
      version_id,
      act,
      at,
      actor_kind: by.kind,
      actor_id: by.id,
      actor_name: by.name.slice(0, NAME_LENGTH_MAX),
      ...rest,
    })
    .execute();
}
