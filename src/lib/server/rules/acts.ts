import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { readRules } from './rule-actor.ts';
import { actsOf, type Act } from './version.ts';

/** What was done with each of these versions, in its order, as far as the actor may know of them. */
export function actsOfVersions(
  app: App,
  actor: Actor | null,
  ids: readonly string[],
): Promise<Map<string, Act[]>> {
  return readRules(app, actor, async (tx) => {
    const found = new Map<string, Act[]>();
    for (const id of ids) found.set(id, await actsOf(tx, id));
    return found;
  });
}
