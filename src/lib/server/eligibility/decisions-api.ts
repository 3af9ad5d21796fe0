import { z } from 'zod';
import { OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { chunksOf } from '#lib/server/http/body.ts';
import { answerOnce } from '#lib/server/http/answer-once.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { readJson } from '#lib/server/http/json-text.ts';
import { mediaType, operation, readBytes, type Context } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { answerStream } from './answer-stream.ts';
import { Decider } from './decider.ts';
import { badLineSchema, decisionEntrySchema, decisionSchema, verdictSchema } from './decision-answer.ts';
import { LOG_MODES, listDecisions, readDecision, type DecisionRow, type LogMode } from './decision-log.ts';
import { askedOf, decisionRequestSchema, questionOf } from './decision-request.ts';
import { answerLines, answerResolved, answersOf, readRequest, resolve } from './decision-stream.ts';
import { recompute } from './recompute.ts';
import { postReplay } from './replay-api.ts';
import { shareDecision, unshareDecision } from './sharing.ts';

const ACCESS = { scope: 'eligibility:check', side: 'firm' } as const;
const NO_FIRM = 'Decisions belong to a firm.';
const NO_DECISION = 'There is no such decision.';
const NDJSON = 'application/x-ndjson';
const JSON_BYTES_MAX = 16 * 1024 * 1024;
/** The answers of a list are made in one piece; a stream has no such limit. */
const LIST_MAX = 1_000;

const id = z.object({ id: z.uuid({ error: 'is not an id' }) });
const day = z.string().refine(isDay, { error: 'is not a day such as 2026-05-14' });

export const postDecisions = operation({
  method: 'post',
  path: '/eligibility/decisions',
  tag: 'Eligibility',
  summary: 'Decide whether goods meet the conditions of the fast channel',
  description:
    'One object, a list of at most 1,000, or NDJSON of any length: answers come back in the order of the questions, as they are made. A line that cannot be used is answered in its place with `{ line, error }`. Read while you send: a sender of more than 64 MB of answers that reads none is made to wait. Every decision is logged for ever; with `log=summary` the log and the answer hold the hash of the input and the checks that did not pass.',
  access: ACCESS,
  query: z.object({ log: z.enum(LOG_MODES).default('full') }),
  raw_body: {
    media_types: ['application/json', NDJSON],
    description: 'What is to be decided.',
    json_schema: z.union([decisionRequestSchema, z.array(decisionRequestSchema).max(LIST_MAX)]),
    is_idempotent: true,
  },
  response: {
    description: 'The decisions, in the order of the questions.',
    schema: z.union([decisionSchema, z.array(z.union([decisionSchema, badLineSchema]))]),
  },
  run: async (context) => {
    const { app, actor, request, query, url } = context;
    const firm = context.firm ?? refuse(403, NO_FIRM);
    const decider = new Decider(app, { firm, actor });
    if (mediaType(request) === NDJSON) {
      const pieces = answerLines(decider, chunksOf(request), { firm, mode: query.log });
      return new Response(answerStream(app, pieces, context.request_id), {
        headers: { 'content-type': NDJSON, 'cache-control': 'private, no-store' },
      });
    }
    const text = await textOf(request);
    return answerOnce(app.db, request, {
      actor_id: actor.id,
      asked: `post ${url.pathname}${url.search} ${firm.id}\n${text}`,
      work: () => answerJson({ ...context, firm }, decider, text),
    });
  },
});

async function textOf(request: Request): Promise<string> {
  const bytes = await readBytes(request, JSON_BYTES_MAX);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse(422, 'The body is not UTF-8. JSON is always UTF-8.');
  }
}

type Asked = Pick<Context<unknown, { log: LogMode }, unknown>, 'query'> & {
  firm: NonNullable<Context<unknown, unknown, unknown>['firm']>;
};

async function answerJson({ firm, query }: Asked, decider: Decider, text: string): Promise<Response> {
  const json = readJson(text);
  if (!json.ok)
    refuse(422, json.detail, [
      { ...(json.pointer ? { pointer: json.pointer } : {}), code: 'json', message: json.detail },
    ]);
  const headers = { 'content-type': 'application/json', 'cache-control': 'private, no-store' };
  if (Array.isArray(json.value)) {
    if (json.value.length > LIST_MAX)
      refuse(422, `The list has ${json.value.length} entries, at most ${LIST_MAX} are taken. Send NDJSON.`);
    const read = json.value.map((value: unknown, index) => readRequest(value, index + 1, firm));
    const answers = await answersOf(decider, read, query.log);
    return new Response(`[${answers.join(',')}]`, { headers });
  }
  const resolved = await resolve(decider, [readRequest(json.value, 1, firm)]);
  for (const one of resolved)
    if (!one.ok) {
      const { code, message, pointer } = one.bad.error;
      refuse(422, `The body cannot be used: ${message}`, [
        { ...(pointer ? { pointer } : {}), code, message },
      ]);
    }
  const [answer = ''] = await answerResolved(decider, resolved, query.log);
  return new Response(answer, { headers });
}

const KEY = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/), z.uuid()]);

export const getDecisions = operation({
  method: 'get',
  path: '/eligibility/decisions',
  tag: 'Eligibility',
  summary: 'Decisions of the firm, newest first',
  access: ACCESS,
  query: z.object({
    ...pageFields(KEY),
    outcome: z.enum(OUTCOMES).optional(),
    reference: z.string().max(200).optional(),
    from: day.optional().describe('The first day of the decision, in China.'),
    to: day.optional().describe('The last day of the decision, in China.'),
  }),
  response: { description: 'A page of decisions.', schema: pageSchema(decisionEntrySchema) },
  run: async ({ app, firm, query }) => {
    const { limit, cursor, outcome, reference, from, to } = query;
    const filter = {
      outcome: outcome ?? null,
      reference: reference ?? null,
      from: from ?? null,
      to: to ?? null,
    };
    const rows = await inFirm(app.db, (firm ?? refuse(403, NO_FIRM)).id, (tx) =>
      listDecisions(tx, filter, { limit, after: cursor ?? null }),
    );
    const page = pageOf(rows, limit, (row) => [row.decided_at_text, row.id]);
    return { ...page, items: page.items.map(entryOf) };
  },
});

export function entryOf(row: DecisionRow): z.infer<typeof decisionEntrySchema> {
  return {
    decision_id: row.id,
    reference: row.reference,
    subject: row.subject,
    declaration_date: row.declaration_date,
    outcome: row.outcome,
    valid_until: row.valid_until,
    open_checks: row.open_checks,
    decided_at: row.decided_at,
    log: row.input === null ? 'summary' : 'full',
    is_shared: row.is_shared,
  };
}

const loggedSchema = z.object({
  ...decisionEntrySchema.shape,
  known_at: z.date(),
  input_sha256: z.string(),
  verdict_sha256: z.string(),
  expected_hours: decisionSchema.shape.expected_hours,
  input: z.unknown().describe('What was decided on; null where the log keeps its hash alone.'),
  verdict: verdictSchema.nullable().describe('Computed again from the log; null without the input.'),
  is_same: z.boolean().nullable().describe('Whether it is, byte for byte, what was answered.'),
});

export const getDecision = operation({
  method: 'get',
  path: '/eligibility/decisions/{id}',
  tag: 'Eligibility',
  summary: 'A decision, computed again from the log',
  access: ACCESS,
  params: id,
  response: { description: 'The decision.', schema: loggedSchema },
  run: async ({ app, firm, params }) =>
    inFirm(app.db, (firm ?? refuse(403, NO_FIRM)).id, async (tx) => {
      const row = (await readDecision(tx, params.id)) ?? refuse(404, NO_DECISION);
      const again = await recompute(tx, row);
      return {
        ...entryOf(row),
        known_at: row.known_at,
        input_sha256: row.input_sha256,
        verdict_sha256: row.verdict_sha256,
        expected_hours: row.expected_hours,
        input: again.ok ? again.input : null,
        verdict: again.ok ? again.verdict : null,
        is_same: again.ok ? again.is_same : null,
      };
    }),
});

export const postRecompute = operation({
  method: 'post',
  path: '/eligibility/decisions/{id}/recompute',
  tag: 'Eligibility',
  summary: 'Compute a decision again from its input',
  description:
    'For decisions that are logged as a summary: send the question as it was sent, and the whole verdict comes back. Another input than was decided on is refused.',
  access: ACCESS,
  params: id,
  body: decisionRequestSchema,
  response: {
    description: 'The verdict.',
    schema: z.object({ verdict: verdictSchema, is_same: z.boolean() }),
  },
  run: async ({ app, firm: of_firm, params, body }) => {
    const firm = of_firm ?? refuse(403, NO_FIRM);
    const asked = askedOf(body, firm);
    const { product, report, materials } = asked;
    if ('id' in report) refuse(422, 'Send the report itself: the one with this id may have changed.');
    if ('id' in product) refuse(422, 'Send the product itself: the one with this id may have changed.');
    const { input } = questionOf(asked, { product, report, materials });
    return inFirm(app.db, firm.id, async (tx) => {
      const row = (await readDecision(tx, params.id)) ?? refuse(404, NO_DECISION);
      const again = await recompute(tx, row, input);
      if (again.ok) return { verdict: again.verdict, is_same: again.is_same };
      refuse(
        422,
        again.reason === 'other_input'
          ? 'This is another input than was decided on: its sha-256 differs. Send the question as it was sent, with the office that was meant.'
          : 'The decision cannot be computed again: a part that it names is missing.',
      );
    });
  },
});

export const putShare = operation({
  method: 'put',
  path: '/eligibility/decisions/{id}/share',
  tag: 'Eligibility',
  summary: 'Show a decision to whoever has its link',
  description:
    'The link is /verify/{id} at the root of the installation. It shows the verdict and its reasons.',
  access: ACCESS,
  params: id,
  response: { status: 204, description: 'It is shared.' },
  run: async ({ app, firm, actor, params }) => {
    const whose = { firm_id: (firm ?? refuse(403, NO_FIRM)).id, actor_id: actor.id };
    if (!(await shareDecision(app, whose, params.id))) refuse(404, NO_DECISION);
  },
});

export const deleteShare = operation({
  method: 'delete',
  path: '/eligibility/decisions/{id}/share',
  tag: 'Eligibility',
  summary: 'Take the link of a decision away',
  access: ACCESS,
  params: id,
  response: { status: 204, description: 'It is no longer shared.' },
  run: async ({ app, firm, params }) => {
    if (!(await unshareDecision(app, (firm ?? refuse(403, NO_FIRM)).id, params.id))) refuse(404, NO_DECISION);
  },
});

export const DECISION_OPERATIONS = [
  postDecisions,
  getDecisions,
  getDecision,
  postRecompute,
  putShare,
  deleteShare,
  postReplay,
];
