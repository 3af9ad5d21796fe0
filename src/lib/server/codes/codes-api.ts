import { z } from 'zod';
import { CODE_STATES, codeStatusSchema } from '#lib/domain/codes/code-status.ts';
import { CHANNELS } from '#lib/domain/clearance/measure.ts';
import { OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import { readDeclarationNo } from '#lib/domain/text/declaration-no.ts';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { readJson } from '#lib/server/http/json-text.ts';
import { operation, readBytes } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { CODE_KEY } from './codes-page.ts';
import { listCodes, statusesOf, type Code } from './codes.ts';
import { keepStatuses, type Origin } from './keep-statuses.ts';
import {
  addPlatform,
  noteEvent,
  platformOf,
  platformsOf,
  PLATFORMS_MAX,
  revokePlatform,
} from './platforms.ts';
import { eventsOf, readStatus, readStatuses, type ReadStatuses } from './read-events.ts';

/** A broker's platform writes clearance records, an order system the portfolio: the scope of either is enough. */
const READ = { scope: ['portfolio:read', 'clearance:read'], side: 'firm' } as const;
const WRITE = { scope: ['portfolio:write', 'clearance:write'], side: 'firm' } as const;
const NO_FIRM = 'Codes belong to a firm.';
/** A platform sends an event at a time; a list is what it had to keep while it could not send. */
const EVENTS_MAX = 1_000;
const EVENT_BYTES_MAX = 1024 * 1024;

const declaration = z.string().transform((written, context): string => {
  const read = readDeclarationNo(written);
  if (read.ok) return read.value.declaration_no;
  context.addIssue({ code: 'custom', message: 'is no declaration number of 18 digits' });
  return z.NEVER;
});

const decision = z.object({
  decision_id: z.string(),
  outcome: z.enum(OUTCOMES),
  decided_at: z.iso.datetime(),
  valid_until: z.string().nullable(),
});
const clearance = z.object({
  customs_office: z.string().nullable(),
  channel: z.enum(CHANNELS).nullable(),
  declared_at: z.iso.datetime().nullable(),
  released_at: z.iso.datetime().nullable(),
});
const codeSchema = z
  .object({
    code: z.string(),
    declaration_no: z.string(),
    status: z.string().describe('The word of the platform.'),
    state: z.enum(CODE_STATES).describe('How the word is read; `other` where it is not known.'),
    at: z.iso.datetime(),
    reference: z.string().nullable(),
    clearance: clearance.nullable().describe("The firm's own record of this declaration."),
    decision: decision
      .nullable()
      .describe('The newest decision under the same reference, or under the declaration number.'),
  })
  .meta({
    id: 'Code',
    description: 'A Green Clearance Code as it stands. Customs issues it, not Greenlane.',
  });

const keptSchema = z.object({
  received: z.int(),
  accepted: z.int(),
  duplicates: z.int().describe('Known already: harmless.'),
  changed: z.int().describe('Codes whose status is another one now; a late event changes none.'),
  rejected: z.int(),
  errors: z.array(
    z.object({
      pointer: z.string().optional(),
      field: z.string().optional(),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

const statusBody = codeStatusSchema.meta({
  id: 'CodeStatus',
  example: {
    code: 'as the platform writes it',
    declaration_no: '310420260000742108',
    status: 'issued',
    at: '2026-08-01T09:30:00+08:00',
    reference: 'SO-10421',
  },
});

export const getCodes = operation({
  method: 'get',
  path: '/codes',
  tag: 'Eligibility',
  summary: 'Green Clearance Codes as they stand',
  description:
    'Each with the clearance record of its declaration and the newest decision under its reference. Those whose status is newest come first.',
  access: READ,
  query: z.object({
    ...pageFields(CODE_KEY),
    declaration_no: declaration.optional(),
    code: z.string().max(100).optional(),
    reference: z.string().max(200).optional(),
    state: z.enum(CODE_STATES).optional(),
  }),
  response: { description: 'A page of codes.', schema: pageSchema(codeSchema) },
  run: async ({ app, firm, query }) => {
    const { limit, cursor, declaration_no = null, code = null, reference = null, state = null } = query;
    const rows = await inFirm(app.db, (firm ?? refuse(403, NO_FIRM)).id, (tx) =>
      listCodes(tx, { declaration_no, code, reference, state }, { limit, after: cursor ?? null }),
    );
    const page = pageOf(rows, limit, (row) => [row.at_text, row.declaration_no, row.code]);
    return { ...page, items: page.items.map(entryOf) };
  },
});

function entryOf({ code, declaration_no, status, state, at, reference, clearance, decision }: Code) {
  return { code, declaration_no, status, state, at, reference, clearance, decision };
}

export const getCode = operation({
  method: 'get',
  path: '/codes/{declaration_no}',
  tag: 'Eligibility',
  summary: 'The codes of a declaration, with everything that was said about them',
  access: READ,
  params: z.object({ declaration_no: declaration }),
  response: {
    description: 'The codes and their history, ordered by `at` and not by arrival.',
    schema: z.object({
      declaration_no: z.string(),
      codes: z.array(codeSchema),
      history: z.array(
        z.looseObject({
          code: z.string(),
          status: z.string(),
          at: z.iso.datetime(),
          received_at: z.iso.datetime(),
        }),
      ),
    }),
  },
  run: async ({ app, firm, params: { declaration_no } }) =>
    inFirm(app.db, (firm ?? refuse(403, NO_FIRM)).id, async (tx) => {
      const filter = { declaration_no, code: null, reference: null, state: null };
      const codes = await listCodes(tx, filter, { limit: EVENTS_MAX, after: null });
      if (codes.length === 0) refuse(404, 'No code of this declaration is known here.');
      return { declaration_no, codes: codes.map(entryOf), history: await statusesOf(tx, declaration_no) };
    }),
});

export const postCode = operation({
  method: 'post',
  path: '/codes',
  tag: 'Eligibility',
  summary: 'Record the status of a code',
  description:
    'Known ones are kept once. A status that comes late takes its place in the history by `at`. The answer is the code as it stands.',
  access: WRITE,
  body: statusBody,
  is_idempotent: true,
  response: { status: 201, description: 'The code as it stands.', schema: codeSchema },
  run: async ({ app, firm, body }) => {
    const { id } = firm ?? refuse(403, NO_FIRM);
    const read = readStatus(body, app.now());
    if (!read.ok) refuse(422, `The body cannot be used: ${read.errors[0]?.message ?? ''}`, read.errors);
    const { declaration_no, code } = read.status;
    return inFirm(app.db, id, async (tx) => {
      await keepStatuses(tx, { firm_id: id, origin: { kind: 'api' } }, [read.status]);
      const filter = { declaration_no, code, reference: null, state: null };
      const [kept] = await listCodes(tx, filter, { limit: 1, after: null });
      if (!kept) throw new Error('a code that was kept is there');
      return entryOf(kept);
    });
  },
});

const EVENTS = {
  media_types: ['application/json'],
  description: 'One event, a list of at most 1,000, or either of them in `data` as Standard Webhooks has it.',
  json_schema: z.union([
    statusBody,
    z.array(statusBody).max(EVENTS_MAX),
    z.object({ type: z.string(), timestamp: z.string(), data: z.union([statusBody, z.array(statusBody)]) }),
  ]),
};
const EVENTS_ANSWER = {
  description: 'What was kept. Entries that cannot be used are named, and the others are kept.',
  schema: keptSchema,
};

export const postCodeEvents = operation({
  method: 'post',
  path: '/codes/events',
  tag: 'Eligibility',
  summary: 'Take events of codes from a platform that has a key',
  description:
    'The same event again is harmless, and events that come in another order than they happened are kept in the order of `at`.',
  access: WRITE,
  raw_body: EVENTS,
  response: EVENTS_ANSWER,
  run: async ({ app, firm, request }) =>
    keepEvents(
      app,
      { firm_id: (firm ?? refuse(403, NO_FIRM)).id, origin: { kind: 'api' } },
      await textOf(request),
    ),
});

export const postPlatformEvents = operation({
  method: 'post',
  path: '/codes/events/{platform}',
  tag: 'Eligibility',
  summary: 'Take signed events of codes from a platform without a key',
  description:
    'The address and the secret are made with `POST /codes/platforms`. Signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp` of the last five minutes, `webhook-signature`.',
  access: 'signed',
  params: z.object({ platform: z.string().max(64) }),
  raw_body: EVENTS,
  response: EVENTS_ANSWER,
  run: async ({ app, request, params, client_address: address }) => {
    const body = await textOf(request);
    const { headers } = request;
    const { found: platform, wait_seconds } = await lookUp(app, { what: 'signature', address }, () =>
      platformOf(app, params.platform, {
        id: headers.get('webhook-id'),
        timestamp: headers.get('webhook-timestamp'),
        signatures: headers.get('webhook-signature'),
        body,
      }),
    );
    if (wait_seconds > 0)
      refuse(
        429,
        'Too many signatures that do not hold came from this network address. Wait, and check the secret and the clock of your program.',
        undefined,
        { 'retry-after': String(wait_seconds) },
      );
    if (!platform)
      refuse(
        401,
        'The signature does not hold. Sign the body as it is sent with the secret of this address, and send the time of now in webhook-timestamp.',
      );
    const { firm_id, platform_id } = platform;
    return keepEvents(app, { firm_id, origin: { kind: 'platform', platform_id } }, body);
  },
});

async function textOf(request: Request): Promise<string> {
  const bytes = await readBytes(request, EVENT_BYTES_MAX);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse(422, 'The body is not UTF-8. JSON is always UTF-8.');
  }
}

async function keepEvents(app: App, whose: { firm_id: string; origin: Origin }, body: string) {
  const json = readJson(body);
  if (!json.ok) refuse(422, json.detail, [{ code: 'json', message: json.detail }]);
  const events = eventsOf(json.value);
  if (events.length > EVENTS_MAX)
    refuse(422, `The list has ${events.length} events, at most ${EVENTS_MAX} are taken. Send it in parts.`);
  const read = readStatuses(events, app.now());
  if (read.statuses.length === 0 && read.rejected > 0)
    refuse(422, `No event can be used: ${read.errors[0]?.message ?? ''}`, read.errors);
  return inFirm(app.db, whose.firm_id, async (tx) => {
    const kept = await keepStatuses(tx, whose, read.statuses);
    if (whose.origin.kind === 'platform') await noteEvent(tx, whose.origin.platform_id, app.now());
    return keptAnswer(events.length, kept, read);
  });
}

function keptAnswer(
  received: number,
  kept: { accepted: number; duplicates: number; changed: number },
  { rejected, errors }: Pick<ReadStatuses, 'rejected' | 'errors'>,
) {
  return { received, ...kept, rejected, errors };
}

const platformSchema = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.iso.datetime(),
  last_event_at: z.iso.datetime().nullable(),
});

export const getCodePlatforms = operation({
  method: 'get',
  path: '/codes/platforms',
  tag: 'Eligibility',
  summary: 'Platforms that may send events of codes',
  access: READ,
  response: {
    description: 'The platforms, the newest first.',
    schema: z.object({ items: z.array(platformSchema) }),
  },
  run: async ({ app, firm }) => ({
    items: await inFirm(app.db, (firm ?? refuse(403, NO_FIRM)).id, platformsOf),
  }),
});

export const postCodePlatform = operation({
  method: 'post',
  path: '/codes/platforms',
  tag: 'Eligibility',
  summary: 'Make an address and a secret for a platform that sends signed events',
  description: 'The secret is shown once. To replace it, make another platform and revoke this one.',
  access: WRITE,
  body: z.object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .meta({ examples: ['Trading platform'] }),
  }),
  response: {
    status: 201,
    description: 'The address and the secret.',
    schema: z.object({ id: z.string(), url: z.string(), secret: z.string() }),
  },
  run: async ({ app, firm, body, url }) => {
    const made =
      (await addPlatform(app, (firm ?? refuse(403, NO_FIRM)).id, body.name)) ??
      refuse(409, `There are ${PLATFORMS_MAX} platforms already. Revoke one that no longer sends.`);
    return { id: made.id, url: `${url.origin}${made.path}`, secret: made.secret };
  },
});

export const deleteCodePlatform = operation({
  method: 'delete',
  path: '/codes/platforms/{id}',
  tag: 'Eligibility',
  summary: 'Revoke a platform',
  access: WRITE,
  params: z.object({ id: z.uuid().toLowerCase() }),
  response: { status: 204, description: 'Its events are refused from now on; what it sent stays.' },
  run: async ({ app, firm, params }) => {
    const done = await inFirm(app.db, (firm ?? refuse(403, NO_FIRM)).id, (tx) =>
      revokePlatform(tx, params.id, app.now()),
    );
    if (!done) refuse(404, 'There is no such platform, or it is revoked already.');
  },
});

export const CODE_OPERATIONS = [
  getCodes,
  postCode,
  getCodePlatforms,
  postCodePlatform,
  deleteCodePlatform,
  postCodeEvents,
  postPlatformEvents,
  getCode,
];
