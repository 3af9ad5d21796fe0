import type { Actor } from '#lib/domain/accounts/actor.ts';
import {
  outcomeOfStatus,
  toldFields,
  type AuditActor,
  type AuditKind,
  type AuditOutcome,
  type NewAuditEntry,
} from '#lib/domain/accounts/audit.ts';
import type { App } from '#lib/server/app.ts';
import { recordAudit } from './record.ts';

/** What the code that answers a request knows better than its address says; it may leave it here. */
export type AuditNote = {
  /** Whose log it belongs in; null is the operator's. */
  firm_id?: string | null;
  kind?: AuditKind;
  /** Where the status of the answer does not say it. */
  outcome?: AuditOutcome;
  actor?: AuditActor;
  subject?: string;
  detail?: Record<string, string>;
};

export type AuditedRequest = {
  request: Request;
  url: URL;
  /** The id of the route, with the groups that its address does not show. */
  route_id: string | null;
  params: Partial<Record<string, string>>;
  actor: Actor | null;
  side: 'firm' | 'operator';
  request_id: string;
  client_address: string;
  note: AuditNote | null;
};

/** A form of this size is read a second time for what was chosen in it; a larger one is a file. */
const FORM_BYTES_MAX = 64 * 1024;
/** Writes nothing of the firm's or the operator's, unless it leaves a note. */
const KEEPS_ONLY_COOKIES = '/preferences';

/** Reads what a small form chose, beside whoever reads the form itself. */
export async function fieldsTold(request: Request): Promise<Record<string, string>> {
  const type = request.headers.get('content-type') ?? '';
  const bytes = Number(request.headers.get('content-length') ?? Infinity);
  if (isReading(request.method) || !type.startsWith('application/x-www-form-urlencoded')) return {};
  if (!(bytes <= FORM_BYTES_MAX)) return {};
  // A form that breaks off chose nothing; whoever reads it answers.
  const text = await request
    .clone()
    .text()
    .catch(() => '');
  return toldFields(new URLSearchParams(text));
}

/**
 * Writes down a request that wrote, or that took a file away; says nothing of one that only read. What cannot be
 * written down stands in the program's log, with its whole content.
 */
export async function auditRequest(
  app: App,
  asked: AuditedRequest,
  answered: { response: Response; fields: Record<string, string> },
): Promise<void> {
  const { response, fields } = answered;
  const kind = kindOf(asked, response);
  if (!kind) return;
  const { actor, note } = asked;
  const status = await statusOf(asked.request, response);
  const firm_id =
    note?.firm_id === undefined ? (asked.side === 'firm' ? (actor?.firm?.id ?? null) : null) : note.firm_id;
  const entry: NewAuditEntry = {
    kind,
    outcome: note?.outcome ?? outcomeOfStatus(status),
    status,
    actor: note?.actor ?? actorOf(actor),
    action: actionName(asked),
    subject: note?.subject ?? subjectOf(asked.params),
    detail: { ...fields, ...note?.detail, ...actingAs(actor) },
    address: asked.client_address,
    user_agent: asked.request.headers.get('user-agent'),
    request_id: asked.request_id,
  };
  try {
    await recordAudit(app, firm_id, entry);
  } catch (cause) {
    app.log.error(
      { err: cause, request_id: asked.request_id, audit: { firm_id, ...entry } },
      'audit row not kept',
    );
  }
}

function kindOf(asked: AuditedRequest, response: Response): AuditKind | null {
  const { request, actor, route_id, note } = asked;
  if (note?.kind) return note.kind;
  if (isReading(request.method)) {
    // Whoever was let in to help is watched: each page and answer, not only what is taken away.
    if (isSupport(actor) && response.ok) return 'access';
    const is_file = response.headers.get('content-disposition')?.startsWith('attachment') ?? false;
    return is_file && response.ok && actor ? 'export' : null;
  }
  if (note) return 'write';
  if (asked.url.pathname === KEEPS_ONLY_COOKIES || response.status === 429) return null;
  if (route_id?.startsWith('/(auth)/') || asked.url.pathname === '/logout') return 'access';
  // A stranger's requests are in the program's log: anybody could fill this one with them.
  return actor ? 'write' : null;
}

/** With scripts, a form's answer is always 200 and carries its status inside. */
async function statusOf(request: Request, response: Response): Promise<number> {
  if (request.headers.get('x-sveltekit-action') !== 'true' || response.status !== 200) return response.status;
  const told: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  if (typeof told !== 'object' || told === null || !('status' in told)) return response.status;
  return typeof told.status === 'number' ? told.status : response.status;
}

function isSupport(actor: Actor | null): boolean {
  return actor?.kind === 'person' && actor.is_support === true;
}

/** For whom somebody acted who is no member of the firm: its log says so. */
function actingAs(actor: Actor | null): Record<string, string> {
  if (actor?.kind !== 'person') return {};
  if (actor.is_support) return { as: 'support' };
  return actor.through ? { through: actor.through.slug } : {};
}

function actorOf(actor: Actor | null): AuditActor {
  return actor
    ? { kind: actor.kind, id: actor.id, name: actor.name }
    : { kind: 'nobody', id: null, name: null };
}

/** The route and not the address: links carry their token in it. */
function actionName({ request, route_id, url }: AuditedRequest): string {
  const path = (route_id ?? '').replaceAll(/\/\([a-z]+\)/g, '') || '/';
  const form = /^\?\/[\w-]{1,50}/.exec(url.search)?.[0] ?? '';
  return `${request.method} ${path}${form}`;
}

const TOLD_PARAM_LENGTH_MAX = 100;

/** Ids and slugs in the address; a token is neither. */
function subjectOf(params: AuditedRequest['params']): string | null {
  const told = Object.entries(params).flatMap(([name, value]) =>
    name === 'token' || !value ? [] : [value.slice(0, TOLD_PARAM_LENGTH_MAX)],
  );
  return told.join(' ') || null;
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
