import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { postLab } from '#lib/server/eligibility/labs-api.ts';
import {
  deleteShare,
  getDecision,
  getDecisions,
  postDecisions,
  postRecompute,
  putShare,
} from '#lib/server/eligibility/decisions-api.ts';
import { postMaterial } from '#lib/server/eligibility/materials-api.ts';
import { postProduct } from '#lib/server/eligibility/products-api.ts';
import { postReport } from '#lib/server/eligibility/reports-api.ts';
import { postReplay } from '#lib/server/eligibility/replay-api.ts';
import { sharedDecision } from '#lib/server/eligibility/sharing.ts';
import { respond } from '#lib/server/http/operation.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { decisionInput, parameters } from '../support/eligibility.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';

const database = useDatabase();
const analyst = operatorActor(['rules:read', 'rules:write']);
const decision = z.looseObject({
  decision_id: z.string(),
  reference: z.string().nullable(),
  outcome: z.string(),
  checks: z.array(z.looseObject({ code: z.string(), result: z.string() })),
  verdict_sha256: z.string(),
  input_sha256: z.string(),
});
const line = z.union([decision, z.object({ line: z.number(), error: z.looseObject({ code: z.string() }) })]);
const logged = z.looseObject({ outcome: z.string(), is_same: z.boolean().nullable(), verdict: z.unknown() });

let firm: Firm;

beforeAll(async () => {
  const { owner, app } = database.current;
  await loadReference(app.db);
  await loadRules(app.db, new Date());
  firm = await createFirm(owner);
  await lab({ status: 'verified' });
});

async function lab(given: object) {
  const { status } = await ask(database.current.app, postLab, {
    actor: analyst,
    body: {
      cnas_id: 'CNAS L0290',
      name: 'A laboratory',
      valid_from: '2024-01-01',
      valid_to: '2029-12-31',
      scope: [{ standard: 'GB 31701-2026' }],
      evidence: 'Entry of the registry',
      verified_at: '2026-05-01T09:00:00+08:00',
      ...given,
    },
  });
  expect(status).toBe(201);
}

const checker = () => firmActor(firm, ['eligibility:check']);

function question(
  changes: Parameters<typeof decisionInput>[0] & { reference?: string; known_at?: string } = {},
) {
  const { reference, known_at, ...rest } = changes;
  return { reference, known_at, ...decisionInput(rest) };
}

async function decideOne(body: object, query: Record<string, string> = {}) {
  const { status, json } = await ask(database.current.app, postDecisions, { actor: checker(), body, query });
  expect(status).toBe(200);
  return decision.parse(json);
}

async function send(text: string | ReadableStream<Uint8Array>, query = ''): Promise<Response> {
  const url = new URL(`http://127.0.0.1:3000/api/v1/eligibility/decisions${query}`);
  return respond(postDecisions, {
    request: new Request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: text,
      ...{ duplex: 'half' },
    }),
    url,
    params: {},
    locals: { app: database.current.app, actor: checker(), request_id: 'R-1' },
    getClientAddress: () => '127.0.0.1',
  });
}

async function lines(text: string, query = '') {
  const response = await send(text, query);
  expect(response.status).toBe(200);
  return (await response.text())
    .trimEnd()
    .split('\n')
    .map((one) => line.parse(JSON.parse(one)));
}

describe('a decision', () => {
  it('is made by the rules as reported, for the office of the firm', async () => {
    const { customs_office: _, ...without_office } = question({ reference: 'S-2214' });
    const found = await decideOne(without_office);
    expect(found).toMatchObject({
      reference: 'S-2214',
      outcome: 'green',
      valid_until: '2026-10-30',
      expected_hours: null,
      log: 'full',
    });
    expect(found.checks).toHaveLength(21);
  });

  it('asks for its scope, and a body that cannot be used is refused with the place', async () => {
    const { app } = database.current;
    const reader = await ask(app, postDecisions, {
      actor: firmActor(firm, ['portfolio:read']),
      body: question(),
    });
    expect(reader.status).toBe(403);
    const bad = await ask(app, postDecisions, {
      actor: checker(),
      body: { ...question(), declaration_date: '2026-02-30' },
    });
    expect(bad).toMatchObject({ status: 422, json: { errors: [{ pointer: '/declaration_date' }] } });
  });

  it('is given once for one idempotency key', async () => {
    const { app } = database.current;
    const asked = { actor: checker(), body: question(), headers: { 'idempotency-key': 'k-1' } };
    const first = await ask(app, postDecisions, asked);
    expect((await ask(app, postDecisions, asked)).json).toEqual(first.json);
    const other = await ask(app, postDecisions, { ...asked, body: question({ reference: 'x' }) });
    expect(other.status).toBe(409);
  });

  it('is listed newest first, to its own firm alone', async () => {
    const { app, owner } = database.current;
    const made = await decideOne(question({ reference: 'listed' }));
    const page = z.object({ items: z.array(z.looseObject({ decision_id: z.string() })) });
    const { json } = await ask(app, getDecisions, { actor: checker(), query: { limit: '1' } });
    expect(page.parse(json).items[0]?.decision_id).toBe(made.decision_id);
    const stranger = firmActor(await createFirm(owner), ['eligibility:check']);
    expect(page.parse((await ask(app, getDecisions, { actor: stranger })).json).items).toEqual([]);
    const params = { id: made.decision_id };
    expect((await ask(app, getDecision, { actor: stranger, params })).status).toBe(404);
  });

  it('can be neither changed nor deleted, not even by the owner of the database', async () => {
    const { owner } = database.current;
    const { decision_id } = await decideOne(question());
    await expect(
      sql`update eligibility_decision set outcome = 'unknown', valid_until = null where id = ${decision_id}`.execute(
        owner.db,
      ),
    ).rejects.toThrow('append-only');
    await expect(
      sql`delete from eligibility_decision where id = ${decision_id}`.execute(owner.db),
    ).rejects.toThrow('append-only');
    await expect(sql`truncate eligibility_decision cascade`.execute(owner.db)).rejects.toThrow();
    await expect(sql`update register_state set content = content`.execute(owner.db)).rejects.toThrow();
  });
});

describe('a list and a stream', () => {
  it('answer in their order, and what cannot be used in its place', async () => {
    const { json } = await ask(database.current.app, postDecisions, {
      actor: checker(),
      body: [question({ reference: 'a' }), { reference: 'b' }, question({ reference: 'c' })],
    });
    const answers = z.array(line).parse(json);
    expect(answers.map((one) => ('line' in one ? one.line : one.reference))).toEqual(['a', 2, 'c']);
  });

  it('keeps lines, bad lines and empty ones apart, whatever the size of chunks', async () => {
    const many = Array.from({ length: 1_203 }, (_, index) =>
      index % 100 === 7 ? '{"reference": "broken' : JSON.stringify(question({ reference: String(index) })),
    );
    const answers = await lines(`\uFEFF${many.join('\n')}\n\n`, '?log=summary');
    expect(answers).toHaveLength(many.length);
    answers.forEach((one, index) => {
      if (index % 100 === 7) expect(one).toMatchObject({ line: index + 1, error: { code: 'json' } });
      else expect(one).toMatchObject({ reference: String(index), outcome: 'green', log: 'summary' });
    });
  });

  it('answers a line before the next is sent', async () => {
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
    const push = (text: string) => controller?.enqueue(new TextEncoder().encode(text));
    push(`${JSON.stringify(question({ reference: 'first' }))}\n`);
    const reader = (await send(body)).body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toContain('"reference":"first"');
    push('not json');
    z.custom<ReadableStreamDefaultController>().parse(controller).close();
    const second = await reader?.read();
    expect(new TextDecoder().decode(second?.value)).toContain('"line":2');
  });

  it('takes texts that the database cannot hold', async () => {
    const [one] = await lines(
      JSON.stringify(question({ reference: 'a\u0000b\ud800', product: { name: '\u0000' } })),
    );
    expect(one).toMatchObject({ outcome: 'green' });
  });
});

describe('a report that the firm has registered', () => {
  it('is decided on by its id once a person has confirmed it, and is whole in the log', async () => {
    const { app } = database.current;
    const { report, ...rest } = question({ reference: 'by id' });
    const registrar = firmActor(firm, ['portfolio:write', 'portfolio:read']);
    const made = await ask(app, postReport, {
      actor: registrar,
      body: { ...report, product: { category: 'crib' }, state: 'confirmed' },
    });
    const { id } = z.looseObject({ id: z.string() }).parse(made.json);
    const found = await decideOne({ ...rest, report_id: id });
    expect(found).toMatchObject({ reference: 'by id', outcome: 'green' });
    const { json } = await ask(app, getDecision, { actor: checker(), params: { id: found.decision_id } });
    expect(json).toMatchObject({ is_same: true, input: { report: { report_no: report.report_no } } });
  });

  it('is needed, and one that nobody has is answered in its place', async () => {
    const { report, ...rest } = question();
    const unknown = '00000000-0000-4000-8000-0000000000ff';
    const answers = await lines(
      [{ ...rest, report_id: unknown }, rest, { ...rest, report }]
        .map((one) => JSON.stringify(one))
        .join('\n'),
    );
    expect(answers).toMatchObject([
      { line: 1, error: { code: 'report_unknown' } },
      { line: 2, error: { code: 'custom' } },
      { outcome: 'green' },
    ]);
  });
});

describe('a product by its id', () => {
  const manager = () => firmActor(firm, ['portfolio:read', 'portfolio:write']);
  const stored = z.looseObject({ id: z.string() });

  async function register(body: object): Promise<string> {
    const { json } = await ask(database.current.app, postProduct, { actor: manager(), body });
    return stored.parse(json).id;
  }

  it('stands for its category, its likeliest code and the declarations of its materials', async () => {
    const { app } = database.current;
    const product_id = await register({
      code: 'CRIB-ID',
      name: 'Crib, beech',
      category: 'crib',
      hs_codes: ['9403500090', '9503000000'],
      components: [{ name: 'Rail cover', use: 'teething' }],
    });
    const { product: _, materials: __, ...rest } = question();
    const undeclared = await decideOne({ ...rest, product_id });
    expect(undeclared.outcome).toBe('green');
    expect(undeclared.checks).toContainEqual(
      expect.objectContaining({ code: 'materials.declaration', result: 'missing' }),
    );
    const { json } = await ask(app, postMaterial, {
      actor: manager(),
      body: {
        product_id,
        component: 'Rail cover',
        declared_by: 'A supplier',
        declared_on: '2026-08-01',
        declares: {
          phthalate_free: true,
          heavy_metals_ppm: '< 10 ppm',
          flame_retardants: 'none',
        },
      },
    });
    expect(stored.safeParse(json)).toMatchObject({ success: true });
    const made = await decideOne({ ...rest, product_id });
    expect(made.checks).toContainEqual(
      expect.objectContaining({ code: 'materials.declaration', result: 'pass' }),
    );
    const kept = await ask(app, getDecision, { actor: checker(), params: { id: made.decision_id } });
    expect(kept.json).toMatchObject({
      input: {
        product: { category: 'crib', hs_code: '9403500090' },
        materials: [{ component: 'Rail cover' }],
      },
    });
    const as_toy = await decideOne({ ...rest, product_id, hs_code: '9503000000' });
    expect(as_toy.outcome).toBe('manual_review');
  });

  it('is answered in its place when it is unknown, incomplete, or not the one of the report', async () => {
    const { app } = database.current;
    const bare = await register({ code: 'BARE', name: 'Something' });
    const walker = await register({ code: 'WALK-1', name: 'Walker', category: 'walker' });
    const { report, product, ...rest } = question();
    const { json } = await ask(app, postReport, {
      actor: manager(),
      body: { ...report, report_no: 'OF-WALKER', product_id: walker },
    });
    const report_id = stored.parse(json).id;
    const unknown = '00000000-0000-4000-8000-0000000000fe';
    const other = await register({ code: 'WALK-2', name: 'Walker', category: 'walker' });
    const answers = await lines(
      [
        { ...rest, report, product_id: unknown },
        { ...rest, report, product_id: bare },
        { ...rest, report_id, product_id: other },
        { ...rest, report, product, product_id: walker },
        { ...rest, report_id, product_id: walker },
      ]
        .map((one) => JSON.stringify(one))
        .join('\n'),
    );
    expect(answers).toMatchObject([
      { error: { code: 'product_unknown' } },
      { error: { code: 'product_incomplete' } },
      { error: { code: 'report_of_other_product' } },
      { error: { code: 'custom' } },
      { outcome: 'green' },
    ]);
  });
});

describe('the log', () => {
  it('gives the same verdict after laboratories, categories and rules have changed', async () => {
    const { app } = database.current;
    const made = await decideOne(question({ product: { category: 'walker', hs_code: '9401800000' } }));
    expect(made.outcome).toBe('green');
    await lab({ status: 'withdrawn', valid_to: null });
    await app.db.transaction().execute(async (tx) => {
      await sql`select set_config('app.is_operator', 'on', true)`.execute(tx);
      await sql`update category set hs_candidates = '{8715}', edited_at = now() where slug = 'walker'`.execute(
        tx,
      );
    });
    const again = await decideOne(question({ product: { category: 'walker', hs_code: '9401800000' } }));
    expect(again.outcome).toBe('manual_review');
    const { json } = await ask(app, getDecision, { actor: checker(), params: { id: made.decision_id } });
    expect(logged.parse(json)).toMatchObject({
      outcome: 'green',
      is_same: true,
      verdict: { checks: made.checks },
    });
    const then = await decideOne(
      question({
        product: { category: 'walker', hs_code: '9401800000' },
        known_at: z.looseObject({ known_at: z.string() }).parse(made).known_at,
      }),
    );
    expect(then.verdict_sha256).toBe(made.verdict_sha256);
    await lab({ status: 'verified', valid_from: '2024-01-02' });
  });

  it('computes a summary again from the input alone, and refuses another one', async () => {
    const { app } = database.current;
    const body = question({ reference: 'kept', report: { standard: 'GB 31701-2015' } });
    const made = await decideOne(body, { log: 'summary' });
    expect(made.checks.every(({ result }) => result !== 'pass')).toBe(true);
    const params = { id: made.decision_id };
    const from_log = logged.parse((await ask(app, getDecision, { actor: checker(), params })).json);
    expect(from_log).toMatchObject({ verdict: null, is_same: null, outcome: 'manual_review' });
    const again = await ask(app, postRecompute, { actor: checker(), params, body });
    expect(again).toMatchObject({
      status: 200,
      json: { is_same: true, verdict: { outcome: 'manual_review' } },
    });
    const other = await ask(app, postRecompute, { actor: checker(), params, body: question() });
    expect(other.status).toBe(422);
  });

  it('answers past decisions under other conditions and lists what flips', async () => {
    const { app, owner } = database.current;
    const other_firm = await createFirm(owner);
    const actor = firmActor(other_firm, ['eligibility:check']);
    for (const reference of ['old', 'young'])
      await ask(app, postDecisions, {
        actor,
        body: question({
          reference,
          report: {
            issued_on: reference === 'old' ? '2026-07-01' : '2026-08-20',
            tested_from: null,
            tested_to: null,
          },
        }),
      });
    const stricter = { ...parameters(), report_age_days: { value: 30, clause: null } };
    const { json } = await ask(app, postReplay, { actor, body: { parameters: stricter } });
    expect(json).toMatchObject({
      replayed: 2,
      without_input: 0,
      flips: [{ reference: 'old', was: 'green', would_be: 'manual_review' }],
      next_cursor: null,
    });
    const same = await ask(app, postReplay, { actor, body: { parameters: parameters() } });
    expect(same.json).toMatchObject({ replayed: 2, flips: [] });
  });

  it('shows a decision to strangers while it is shared, and no other', async () => {
    const { app } = database.current;
    const params = { id: (await decideOne(question())).decision_id };
    const hidden = await decideOne(question());
    expect(await sharedDecision(app, params.id)).toBeNull();
    expect((await ask(app, putShare, { actor: checker(), params })).status).toBe(204);
    expect((await sharedDecision(app, params.id))?.row.id).toBe(params.id);
    expect(await sharedDecision(app, hidden.decision_id)).toBeNull();
    expect((await ask(app, deleteShare, { actor: checker(), params })).status).toBe(204);
    expect(await sharedDecision(app, params.id)).toBeNull();
  });
});
