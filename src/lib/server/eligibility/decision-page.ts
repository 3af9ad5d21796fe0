import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { Verdict } from '#lib/domain/eligibility/engine/verdict.ts';
import type { EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { settledKnownAt } from '#lib/server/rules/known-at.ts';
import { readPublished } from '#lib/server/rules/rule-actor.ts';
import { Decider } from './decider.ts';
import {
  laterDecision,
  listDecisions,
  readDecision,
  type DecisionFilter,
  type DecisionRow,
  type LaterDecision,
} from './decision-log.ts';
import { askedOf, decisionRequestSchema } from './decision-request.ts';
import { recompute } from './recompute.ts';
import { RuleBook } from './rule-book.ts';
import { sharedDecision } from './sharing.ts';

/** The conditions in force today at an office; null where none are known. */
export async function conditionsToday(
  app: App,
  customs_office: string,
): Promise<{ parameters: EligibilityParameters; instrument: string; label: string } | null> {
  return readPublished(app, async (tx) => {
    const book = new RuleBook(await settledKnownAt(tx, null));
    const { programme } = await book.ruleFor(tx, {
      declaration_date: dayInChina(app.now()),
      customs_office,
    });
    if (!('parameters' in programme)) return null;
    const { instrument, label } = programme.version;
    return { parameters: programme.parameters, instrument, label };
  });
}

/** Decides on a body; null where the published contract would refuse it. */
export async function decideBody(
  app: App,
  whose: { firm: Firm; actor: Actor },
  body: unknown,
): Promise<string | null> {
  const parsed = decisionRequestSchema.safeParse(body);
  if (!parsed.success) return null;
  const asked = askedOf(parsed.data, whose.firm);
  const decider = new Decider(app, whose);
  const [referred] = await decider.questionsOf([asked]);
  if (!referred?.ok) return null;
  const [decision] = await decider.decideAll([referred.question], 'full');
  return decision?.id ?? null;
}

export type DecisionView = {
  row: DecisionRow;
  /** Null where the log keeps only the hash of the input. */
  computed: { verdict: Verdict; input: DecisionInput; is_same: boolean } | null;
};

/** A decision of the firm with its verdict computed again, and the later one; null where it has no such decision. */
export async function decisionView(
  app: App,
  firm: Firm,
  id: string,
): Promise<(DecisionView & { later: LaterDecision | null }) | null> {
  if (!isUuid(id)) return null;
  return inFirm(app.db, firm.id, async (tx) => {
    const row = await readDecision(tx, id);
    if (!row) return null;
    const again = await recompute(tx, row);
    return { row, computed: again.ok ? again : null, later: await laterDecision(tx, row) };
  });
}

/** What a stranger with the link sees; null unless the firm shares it. */
export async function sharedView(
  app: App,
  id: string,
): Promise<(DecisionView & { firm_name: string }) | null> {
  if (!isUuid(id)) return null;
  const shared = await sharedDecision(app, id);
  if (!shared) return null;
  const again = await readPublished(app, (tx) => recompute(tx, shared.row));
  return { ...shared, computed: again.ok ? again : null };
}

export const NO_FILTER: DecisionFilter = { outcome: null, reference: null, from: null, to: null };

export function decisionsOf(
  app: App,
  firm: Firm,
  filter: DecisionFilter,
  page: { limit: number; after: readonly [string, string] | null },
): Promise<DecisionRow[]> {
  return inFirm(app.db, firm.id, (tx) => listDecisions(tx, filter, page));
}
