import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson, type Json } from '#lib/domain/rules/canonical-json.ts';
import type { Db } from '#lib/server/db/connect.ts';

/** A row of the log with everything that its hash covers; the time as PostgreSQL has it, to the microsecond. */
export type AuditContent = {
  id: string;
  firm_id: string | null;
  occurred_at: string;
  kind: string;
  outcome: string;
  status: number | null;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string | null;
  action: string;
  subject: string | null;
  detail: Json;
  address: string | null;
  user_agent: string | null;
  request_id: string | null;
};

export type Link = { sequence: number; entry_id: string; content_sha256: string; previous_sha256: string };

/** The columns that a hash covers, each once and in words that two machines write alike. */
export const CONTENT_COLUMNS = sql<AuditContent>`
  e.id, e.firm_id, to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at,
  e.kind, e.outcome, e.status, e.actor_kind, e.actor_id, e.actor_name, e.action, e.subject, e.detail,
  e.address, e.user_agent, e.request_id`;

export function contentHash(content: AuditContent): string {
  const {
    id,
    firm_id,
    occurred_at,
    kind,
    outcome,
    status,
    actor_kind,
    actor_id,
    actor_name,
    action,
    subject,
    detail,
    address,
    user_agent,
    request_id,
  } = content;
  return sha256(
    canonicalJson({
      ...{ id, firm_id, occurred_at, kind, outcome, status, actor_kind, actor_id, actor_name },
      ...{ action, subject, detail, address, user_agent, request_id },
    }),
  );
}

export function linkHash({ sequence, entry_id, content_sha256, previous_sha256 }: Link): string {
  return sha256(canonicalJson({ sequence, entry_id, content_sha256, previous_sha256 }));
}

/** The last link; `lock` keeps others from sealing until the transaction ends. */
export async function chainHead(
  db: Db,
  lock: 'lock' | 'look',
): Promise<{ sequence: number; sha256: string }> {
  const { rows } = await sql<{ sequence: string; sha256: string }>`
    select sequence, sha256 from audit_chain_head ${lock === 'lock' ? sql`for update` : sql``}`.execute(db);
  const [head] = rows;
  if (!head) throw new Error('the head of the audit chain is gone');
  return { sequence: Number(head.sequence), sha256: head.sha256 };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
