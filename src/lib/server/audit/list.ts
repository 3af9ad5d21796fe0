import { sql, type RawBuilder } from 'kysely';
import type { AuditActorKind, AuditKind, AuditOutcome } from '#lib/domain/accounts/audit.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';

export type AuditFilter = {
  kind: AuditKind | null;
  outcome: AuditOutcome | null;
  /** Days in China time, both inclusive. */
  from: string | null;
  to: string | null;
  /** Part of a name, an action or a subject. */
  q: string | null;
};

export type ListedEntry = {
  id: string;
  occurred_at: Date;
  kind: AuditKind;
  outcome: AuditOutcome;
  status: number | null;
  actor_kind: AuditActorKind;
  actor_name: string | null;
  action: string;
  subject: string | null;
  detail: Record<string, string>;
  address: string | null;
  user_agent: string | null;
  request_id: string | null;
  is_erased: boolean;
  sequence: string | null;
};

/** Where a page ends: the microsecond counts. */
export type AuditCursor = readonly [occurred_at: string, id: string];

const ZONE = sql.lit('Asia/Shanghai');

/** The log of a firm, or (null) the operator's own, newest first. Nobody sees another's. */
export async function auditEntries(
  app: Pick<App, 'db'>,
  firm_id: string | null,
  asked: AuditFilter & { limit: number; after: AuditCursor | null },
): Promise<{ items: ListedEntry[]; next: AuditCursor | null }> {
  const { limit, after } = asked;
  const older = after
    ? sql`and (e.occurred_at, e.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
    : sql``;
  const whose = firm_id === null ? sql`e.firm_id is null` : sql`e.firm_id = ${firm_id}`;
  const { rows } = await asOwner(app.db, firm_id, (tx) =>
    sql<ListedEntry & { at: string }>`
      select e.id, e.occurred_at, e.occurred_at::text as at, e.kind, e.outcome, e.status, e.actor_kind, e.actor_name,
             e.action, e.subject, e.detail, e.address, e.user_agent, e.request_id,
             e.erased_at is not null as is_erased, e.sequence
      from audit_entry e where ${whose} ${filtered(asked)} ${older}
      order by e.occurred_at desc, e.id desc limit ${limit + 1}`.execute(tx),
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ at: _at, ...entry }) => entry),
    next: rows.length > limit && last ? [last.at, last.id] : null,
  };
}

function filtered({ kind, outcome, from, to, q }: AuditFilter): RawBuilder<unknown> {
  const parts = [
    kind ? sql`and e.kind = ${kind}` : sql``,
    outcome ? sql`and e.outcome = ${outcome}` : sql``,
    from ? sql`and e.occurred_at >= ${from}::date::timestamp at time zone ${ZONE}` : sql``,
    to ? sql`and e.occurred_at < (${to}::date + 1)::timestamp at time zone ${ZONE}` : sql``,
    q
      ? sql`and (e.actor_name ilike ${like(q)} or e.action ilike ${like(q)} or e.subject ilike ${like(q)} or e.detail::text ilike ${like(q)})`
      : sql``,
  ];
  return sql.join(parts, sql` `);
}

function like(words: string): string {
  return `%${words.replace(/[\\%_]/g, '\\$&')}%`;
}
