import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import {
  deleteCodePlatform,
  getCode,
  getCodes,
  postCode,
  postCodeEvents,
  postCodePlatform,
  postPlatformEvents,
} from '#lib/server/codes/codes-api.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { eventsAfter } from '#lib/server/events/read.ts';
import { BEGINNING } from '#lib/server/events/position.ts';
import { respond } from '#lib/server/http/operation.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
const NOW = new Date('2026-08-02T04:00:00Z');
const app = () => ({ ...database.current.app, now: () => NOW });
let firm: Firm;
const actor = () => firmActor(firm, ['clearance:read', 'portfolio:write', 'portfolio:read']);
beforeAll(async () => {
  await loadReference(database.current.app.db);
  firm = await createFirm(database.current.owner);
});

let serial = 0;
/** A declaration that no other test speaks of. */
function declaration(): string {
  serial += 1;
  return `31042026${String(serial).padStart(10, '0')}`;
}
const event = (declaration_no: string, status: string, at: string) => ({
  code: 'GCC-A',
  declaration_no,
  status,
  at,
});

const page = z.object({
  items: z.array(z.looseObject({ status: z.string() })),
  next_cursor: z.string().nullable(),
});
async function history(declaration_no: string): Promise<string[]> {
  const { json } = await ask(app(), getCode, { actor: actor(), params: { declaration_no } });
  return z
    .object({ history: z.array(z.looseObject({ status: z.string() })) })
    .parse(json)
    .history.map(({ status }) => status);
}
async function told(declaration_no: string): Promise<unknown[]> {
  const events = await eventsAfter(database.current.app.db, firm.id, { after: BEGINNING, limit: 500 });
  return events.flatMap(({ kind, data }) => {
    const parsed = z.looseObject({ declaration_no: z.string() }).safeParse(data);
    return kind === 'code.changed' && parsed.data?.declaration_no === declaration_no ? [parsed.data] : [];
  });
}

describe('codes', () => {
  it('keep events in the order of their moment, each once, and tell of what changed', async () => {
    const no = declaration();
    const issued = event(no, '已签发', '2026-08-01T09:30:00+08:00');
    const used = event(no, 'used', '2026-08-01T12:00:00+08:00');
    const suspended = event(no, 'suspended', '2026-08-01T10:00:00+08:00');
    const first = await ask(app(), postCodeEvents, { actor: actor(), body: [issued, used, used] });
    expect(first).toMatchObject({
      status: 200,
      json: { received: 3, accepted: 2, duplicates: 1, changed: 1 },
    });
    const late = await ask(app(), postCodeEvents, {
      actor: actor(),
      body: { type: 'code.changed', timestamp: '', data: suspended },
    });
    expect(late).toMatchObject({ status: 200, json: { accepted: 1, changed: 0 } });
    expect(await history(no)).toEqual(['used', 'suspended', '已签发']);
    const listed = await ask(app(), getCodes, { actor: actor(), query: { declaration_no: no } });
    expect(listed.json).toMatchObject({
      items: [{ status: 'used', state: 'used', declaration_no: no, clearance: null, decision: null }],
    });
    expect(await told(no)).toMatchObject([{ status: 'used', before: null }]);
    await ask(app(), postCode, { actor: actor(), body: event(no, 'revoked', '2026-08-01T13:00:00+08:00') });
    expect(await told(no)).toMatchObject([
      { status: 'used' },
      { status: 'revoked', before: 'used', summary: `used → revoked · ${no}` },
    ]);
  });

  it('keep the good events of a list and say where the others are wrong', async () => {
    const no = declaration();
    const body = [
      event(no, 'issued', '2026-08-01T09:30:00+08:00'),
      event('3.10420260000742E+17', 'issued', '2026-08-01T09:30:00+08:00'),
      event(no, 'issued', '2026-08-09T09:30:00+08:00'),
    ];
    const { status, json } = await ask(app(), postCodeEvents, { actor: actor(), body });
    expect({ status, json }).toMatchObject({ status: 200, json: { received: 3, accepted: 1, rejected: 2 } });
    expect(json).toMatchObject({
      errors: [{ pointer: '/1/declaration_no' }, { pointer: '/2/at', code: 'future' }],
    });
    const alone = await ask(app(), postCode, { actor: actor(), body: body[1] });
    expect(alone.status).toBe(422);
  });

  it('stand beside the clearance record and the decision of the same reference', async () => {
    const no = declaration();
    const csv = `declaration_no,direction,channel,declared_at,released_at\n${no},export,green,2026-08-01T09:00:00+08:00,2026-08-01T10:00:00+08:00\n`;
    const bytes = Readable.from([Buffer.from(csv)]);
    const imported = await importClearance(app(), {
      firm,
      actor_id: null,
      format: 'csv',
      charset: null,
      file_name: 'one.csv',
      bytes,
    });
    expect(imported).toMatchObject({ accepted: 1 });
    await inFirm(database.current.app.db, firm.id, (tx) =>
      sql`
      insert into eligibility_decision (id, firm_id, reference, decided_at, known_at, declaration_date, rule_state,
        category_state_sha256, input_sha256, outcome, open_checks, verdict_sha256, actor_kind, actor_id)
      values (gen_random_uuid(), ${firm.id}, 'SO-9', now(), now(), '2026-08-01', 'in_force', repeat('0', 64),
        repeat('0', 64), 'green', '[]', repeat('0', 64), 'key', gen_random_uuid())`.execute(tx),
    );
    const { status, json } = await ask(app(), postCode, {
      actor: actor(),
      body: { ...event(no, 'issued', '2026-08-01T09:30:00+08:00'), reference: 'SO-9' },
    });
    expect({ status, json }).toMatchObject({
      status: 201,
      json: {
        clearance: { channel: 'green', released_at: '2026-08-01T02:00:00.000Z' },
        decision: { outcome: 'green' },
      },
    });
  });

  it('come a page at a time, the newest first', async () => {
    const nos = [declaration(), declaration(), declaration()];
    const at = '2026-08-02T09:00:00+08:00';
    await ask(app(), postCodeEvents, { actor: actor(), body: nos.map((no) => event(no, 'audited', at)) });
    const query = { limit: '2', state: 'other' };
    const one = page.parse((await ask(app(), getCodes, { actor: actor(), query })).json);
    const two = page.parse(
      (await ask(app(), getCodes, { actor: actor(), query: { ...query, cursor: one.next_cursor ?? '' } }))
        .json,
    );
    expect([one.items.length, two.items.length, two.next_cursor]).toEqual([2, 1, null]);
  });

  it('come signed from a platform without a key, until it is revoked', async () => {
    const made = await ask(app(), postCodePlatform, { actor: actor(), body: { name: 'Trading platform' } });
    const { id, url, secret } = z
      .object({ id: z.string(), url: z.string(), secret: z.string() })
      .parse(made.json);
    const no = declaration();
    const body = JSON.stringify(event(no, 'issued', '2026-08-01T09:30:00+08:00'));
    const send = async (changes: { at?: Date; body?: string; address?: string } = {}) => {
      const at = changes.at ?? NOW;
      const response = await respond(postPlatformEvents, {
        request: new Request(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'webhook-id': 'msg_1',
            'webhook-timestamp': String(at.getTime() / 1000),
            'webhook-signature': `v1,AAAA ${new Webhook(secret).sign('msg_1', at, body)}`,
          },
          body: changes.body ?? body,
        }),
        url: new URL(url),
        params: { platform: changes.address ?? url.split('/').at(-1) },
        locals: { app: app(), actor: null, request_id: 'req-0001' },
        getClientAddress: () => '127.0.0.1',
      });
      return response.status;
    };
    expect(await send({ body: body.replace('issued', 'used') })).toBe(401);
    expect(await send({ at: new Date(NOW.getTime() - 301_000) })).toBe(401);
    expect(await send({ address: 'f'.repeat(64) })).toBe(401);
    expect(await send()).toBe(200);
    expect(await history(no)).toEqual(['issued']);
    await ask(app(), deleteCodePlatform, { actor: actor(), params: { id } });
    expect(await send()).toBe(401);
  });

  it('belong to their firm, and their history is never changed', async () => {
    const no = declaration();
    await ask(app(), postCode, { actor: actor(), body: event(no, 'issued', '2026-08-01T09:30:00+08:00') });
    const other = firmActor(await createFirm(database.current.owner), ['portfolio:read']);
    expect((await ask(app(), getCode, { actor: other, params: { declaration_no: no } })).status).toBe(404);
    const change = inFirm(database.current.app.db, firm.id, (tx) =>
      sql`update code_status set status = 'used'`.execute(tx),
    );
    await expect(change).rejects.toThrow('permission denied');
  });
});
