import { sql } from 'kysely';
import { TOPIC_LISTS, type TopicList } from '#lib/domain/alerts/topic.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { readAlertSource, type AlertRow } from './alerts.ts';
import { reasonsOf, toldEvent } from './content.ts';
import { recipientOf, type Recipient, type Who } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

/** What can be left out, the narrowest first. */
export const EXCLUSION_SCOPES = [
  'provisions',
  'pending_items',
  'categories',
  'instruments',
  'kinds',
] as const;
export type ExclusionScope = (typeof EXCLUSION_SCOPES)[number];
type Lists = Partial<Record<TopicList, string[]>>;

export type Exclusion = {
  id: string;
  subscription_id: string;
  alert_id: string | null;
  lists: Lists;
  reason: string | null;
  created_by: string;
  created_at: Date;
  /** How much was not told because of it. */
  withheld: number;
};

/** Shown and undone by hand; nobody keeps more. */
const EXCLUSIONS_MAX = 500;

/** What an alert that does not apply could leave out from now on: each scope with the names it would cover. */
export function proposalsOf(
  row: Pick<AlertRow, 'event_id' | 'kind' | 'occurred_at' | 'subject_id' | 'data'>,
) {
  const { kind, about } = toldEvent(row);
  const lists: Record<ExclusionScope, Lists> = {
    // A path says nothing without the instrument that it stands in.
    provisions:
      about.instruments.length > 0 ? { instruments: about.instruments, provisions: about.provisions } : {},
    pending_items: { pending_items: about.pending_items },
    categories: { categories: about.categories },
    instruments: { instruments: about.instruments },
    kinds: { kinds: [kind] },
  };
  return EXCLUSION_SCOPES.flatMap((scope) =>
    (lists[scope][scope]?.length ?? 0) > 0 ? [{ scope, lists: lists[scope] }] : [],
  );
}

/** For the alert that is open: what could be left out, while it is excluded and came by a subscription. */
export async function proposeExclusions(app: App, { actor, firm }: Who, id: string) {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, async (tx) => {
    const row = await readAlertSource(tx, id);
    if (!row || row.state !== 'excluded') return [];
    return (await subscriptionsOf(tx, recipient, row)).length > 0 ? proposalsOf(row) : [];
  });
}

/** Takes a proposal up for every subscription of one's own and of the firm that the alert came by. */
export async function acceptExclusion(
  app: App,
  { actor, firm }: Who,
  { alert_id, scope }: { alert_id: string; scope: ExclusionScope },
): Promise<{ ok: true; exclusions: Exclusion[] } | AlertRefusal> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, async (tx) => {
    const row = await readAlertSource(tx, alert_id);
    if (!row) return alertRefusal('alert_unknown');
    if (row.state !== 'excluded') return alertRefusal('alert_applies');
    const proposed = proposalsOf(row).find((one) => one.scope === scope);
    if (!proposed) return alertRefusal('nothing_to_exclude', 'scope');
    const subscriptions = await subscriptionsOf(tx, recipient, row);
    if (subscriptions.length === 0) return alertRefusal('subscription_unknown');
    await tx
      .insertInto('subscription_exclusion')
      .values(
        subscriptions.map((subscription_id) => ({
          firm_id: recipient.firm_id,
          subscription_id,
          alert_id,
          ...proposed.lists,
          reason: sql<string | null>`(
            select t.note from alert_act t where t.alert_id = ${alert_id} and t.act = 'moved' and t.value = 'excluded'
            order by t.id desc limit 1)`,
          created_by: actor.name.slice(0, 200),
        })),
      )
      .execute();
    return { ok: true, exclusions: await rowsWhere(tx, recipient, sql`x.alert_id = ${alert_id}`) };
  });
}

/** Those that hold, of one's own subscriptions and the firm's, the newest first. */
export async function listExclusions(app: App, { actor, firm }: Who): Promise<Exclusion[]> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, (tx) => rowsWhere(tx, recipient, sql`true`));
}

/** What it left out stays in the record of who was told; from now on it is told again. */
export async function undoExclusion(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, async (tx) => {
    const [known] = await rowsWhere(tx, recipient, sql`x.id = ${id}`);
    if (!known) return alertRefusal('exclusion_unknown');
    await tx
      .updateTable('subscription_exclusion')
      .set({ undone_by: actor.name.slice(0, 200), undone_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    return { ok: true };
  });
}

async function subscriptionsOf(tx: Tx, { user_id }: Recipient, row: AlertRow): Promise<string[]> {
  const ids = reasonsOf(row.reasons).map(({ subscription_id }) => subscription_id);
  const rows = await tx
    .selectFrom('subscription')
    .select('id')
    .where('id', 'in', ids.length > 0 ? ids : ['00000000-0000-0000-0000-000000000000'])
    .where((where) => where.or([where('user_id', 'is', null), where('user_id', '=', user_id)]))
    .execute();
  return rows.map(({ id }) => id);
}

type Row = Omit<Exclusion, 'lists'> & Record<TopicList, string[] | null>;

async function rowsWhere(
  tx: Tx,
  { user_id }: Recipient,
  condition: ReturnType<typeof sql>,
): Promise<Exclusion[]> {
  const { rows } = await sql<Row>`
    select x.id, x.subscription_id, x.alert_id, x.kinds, x.instruments, x.provisions, x.pending_items, x.categories,
           x.districts, x.reason, x.created_by, x.created_at,
           (select count(*)::int from alert_withheld w where w.exclusion_id = x.id) as withheld
    from subscription_exclusion x join subscription s on s.id = x.subscription_id
    where x.undone_at is null and (s.user_id is null or s.user_id = ${user_id}) and ${condition}
    order by x.created_at desc, x.id desc limit ${EXCLUSIONS_MAX}`.execute(tx);
  return rows.map(({ id, subscription_id, alert_id, reason, created_by, created_at, withheld, ...row }) => {
    const lists: Lists = {};
    for (const list of TOPIC_LISTS) if (row[list]) lists[list] = row[list];
    return { id, subscription_id, alert_id, reason, created_by, created_at, withheld, lists };
  });
}
