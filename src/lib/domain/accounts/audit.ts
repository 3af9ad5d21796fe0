import { oneLine } from '#lib/domain/text/one-line.ts';

/** `write`: something was changed or tried; `export`: a file left; `access`: somebody came in or went. */
export const AUDIT_KINDS = ['write', 'export', 'access'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];
export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
export const AUDIT_ACTORS = ['person', 'key', 'command', 'system', 'nobody'] as const;
export type AuditActorKind = (typeof AUDIT_ACTORS)[number];

export type AuditActor = { kind: AuditActorKind; id: string | null; name: string | null };

/** One row of the log as it is written. Texts come from outside and are made harmless by `plainEntry`. */
export type NewAuditEntry = {
  kind: AuditKind;
  outcome: AuditOutcome;
  /** The HTTP status of the answer, or the exit code of a command. */
  status: number | null;
  actor: AuditActor;
  /** `POST /clearance/imports`, `POST /settings/keys?/create`, `greenlane key create`. */
  action: string;
  /** What it was done to: ids and slugs. */
  subject: string | null;
  /** Names of fields and what was chosen; never a secret. */
  detail: Record<string, string>;
  address: string | null;
  user_agent: string | null;
  request_id: string | null;
};

const NAME_LENGTH_MAX = 200;
const ACTION_LENGTH_MAX = 200;
const SUBJECT_LENGTH_MAX = 500;
const ADDRESS_LENGTH_MAX = 100;
const USER_AGENT_LENGTH_MAX = 300;
const REQUEST_ID_LENGTH_MAX = 40;
const DETAILS_MAX = 12;
const DETAIL_LENGTH_MAX = 200;

/** The same entry with every text on one line and within its bounds, so that none can pose as another row. */
export function plainEntry(entry: NewAuditEntry): NewAuditEntry {
  const { actor, action, subject, detail, address, user_agent, request_id } = entry;
  const line = (text: string | null, length_max: number) =>
    text === null ? null : oneLine(text, length_max);
  return {
    ...entry,
    actor: { ...actor, name: line(actor.name, NAME_LENGTH_MAX) },
    action: oneLine(action, ACTION_LENGTH_MAX) || 'unnamed',
    subject: line(subject, SUBJECT_LENGTH_MAX),
    detail: Object.fromEntries(
      Object.entries(detail)
        .slice(0, DETAILS_MAX)
        .map(([name, value]) => [oneLine(name, DETAIL_LENGTH_MAX), oneLine(value, DETAIL_LENGTH_MAX)]),
    ),
    address: line(address, ADDRESS_LENGTH_MAX),
    user_agent: line(user_agent, USER_AGENT_LENGTH_MAX),
    request_id: line(request_id, REQUEST_ID_LENGTH_MAX),
  };
}

/** Fields of a form that say what was chosen. Everything else stays out: a field that nobody thought of may be a secret. */
const TOLD_FIELDS = new Set([
  'id',
  'slug',
  'name',
  'email',
  'role',
  'firm',
  'firm_slug',
  'grantee',
  'scopes',
  'expires_days',
  'state',
  'to_state',
  'decision',
  'reason',
  'code',
  'office',
  'label',
  'valid_from',
  'min_n',
  'days',
  'keep',
  'enabled',
  'required',
  'issuer',
  'domain',
]);

/** What a form chose, of the fields that are known to hold no secret. */
export function toldFields(fields: Iterable<readonly [string, unknown]>): Record<string, string> {
  const told = new Map<string, string>();
  for (const [name, value] of fields) {
    if (!TOLD_FIELDS.has(name) || typeof value !== 'string' || value === '') continue;
    told.set(name, told.has(name) ? `${told.get(name)} ${value}` : value);
  }
  return Object.fromEntries(told);
}

/** What the status of an answer says of the deed. */
export function outcomeOfStatus(status: number): AuditOutcome {
  if (status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'done';
}
