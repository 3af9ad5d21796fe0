import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { eligibilityParametersSchema, type Slot } from '#lib/domain/rules/parameters.ts';
import type { App } from '#lib/server/app.ts';
import { readRules } from './rule-actor.ts';

/**
 * The requirements of the rule that asks for this standard, by its newest published version: what the lines of
 * the standard's annex are mapped to. Empty where no rule asks for it.
 */
export function slotsOfStandard(app: App, actor: Actor, slug: string): Promise<readonly Slot[]> {
  return readRules(app, actor, async (tx) => {
    const { rows } = await sql<{ parameters: unknown }>`
      select parameters from rule_version
      where state = 'published' and parameters->'standard'->>'instrument' = ${slug}
      order by recorded_at desc, id limit 1`.execute(tx);
    const parsed = eligibilityParametersSchema.safeParse(rows[0]?.parameters);
    return parsed.success ? parsed.data.slots.toSorted((a, b) => a.slot - b.slot) : [];
  });
}
