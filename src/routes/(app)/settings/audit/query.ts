import {
  AUDIT_KINDS,
  AUDIT_OUTCOMES,
  type AuditKind,
  type AuditOutcome,
} from '#lib/domain/accounts/audit.ts';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';

/** What the page of the audit log shows, as its address says it. */
export type AuditQuery = {
  of: 'firm' | 'operator' | null;
  kind: AuditKind | null;
  outcome: AuditOutcome | null;
  from: string | null;
  to: string | null;
  q: string | null;
  /** `time,id` of the row after which the page begins. */
  after: readonly [string, string] | null;
};

const Q_LENGTH_MAX = 100;
const CURSOR = /^(\d{4}-\d{2}-\d{2} [\d:.]{8,15}\+00),([0-9a-f-]{36})$/;

/** Bad input is ignored: the page then shows what it would without. */
export function parseAuditQuery(params: URLSearchParams): AuditQuery {
  const day = (name: string) => {
    const written = params.get(name);
    return written && dayFromText(written) !== null ? written : null;
  };
  const of = params.get('of');
  const cursor = CURSOR.exec(params.get('after') ?? '');
  return {
    of: of === 'firm' || of === 'operator' ? of : null,
    kind: AUDIT_KINDS.find((kind) => kind === params.get('kind')) ?? null,
    outcome: AUDIT_OUTCOMES.find((outcome) => outcome === params.get('outcome')) ?? null,
    from: day('from'),
    to: day('to'),
    q: params.get('q')?.replaceAll('\u0000', '').trim().slice(0, Q_LENGTH_MAX) || null,
    after: cursor?.[1] && cursor[2] ? [cursor[1], cursor[2]] : null,
  };
}

/** The query in the same words, with its question mark; empty without any. */
export function auditAddress(query: AuditQuery, changed: Partial<AuditQuery> = {}): string {
  const { after, ...rest } = { ...query, ...changed };
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value) params.set(name, value);
  if (after) params.set('after', after.join(','));
  const text = params.toString();
  return text ? `?${text}` : '';
}
