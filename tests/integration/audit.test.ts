import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { NewAuditEntry } from '#lib/domain/accounts/audit.ts';
import { findAuditFaults } from '#lib/server/audit/check-audit.ts';
import { auditEntries } from '#lib/server/audit/list.ts';
import { recordAudit } from '#lib/server/audit/record.ts';
import { auditRequest, fieldsTold, type AuditedRequest } from '#lib/server/audit/request.ts';
import { sealAudit } from '#lib/server/audit/seal.ts';
import { createLog } from '#lib/server/log.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
const ALL = { kind: null, outcome: null, from: null, to: null, q: null, limit: 100, after: null };
let firm: Firm;
let other: Firm;

beforeAll(async () => {
  firm = await createFirm(database.current.owner);
  other = await createFirm(database.current.owner);
});

/** As a superuser could: past the triggers that keep the log. */
async function tamper(statement: string): Promise<void> {
  const { owner } = database.current;
  await owner.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql.raw(statement).execute(tx);
  });
}

beforeEach(() =>
  tamper(
    `delete from audit_entry; delete from audit_link; update audit_chain_head set sequence = 0, sha256 = repeat('0', 64)`,
  ),
);

function entry(given: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    ...{ kind: 'write', outcome: 'done', status: 200, subject: null, detail: {} },
    ...{ address: '203.0.113.7', user_agent: null, request_id: 'R-1' },
    actor: { kind: 'person', id: null, name: 'Ann' },
    action: 'POST /things',
    ...given,
  };
}

async function faults(): Promise<string[]> {
  const { app, worker } = database.current;
  const found: string[] = [];
  for await (const { sentence } of findAuditFaults({ app, worker, now: new Date() })) found.push(sentence);
  return found;
}

describe('the log', () => {
  test('shows a firm its own rows and the operator its own, newest first, page by page', async () => {
    const { app } = database.current;
    for (const n of [1, 2, 3]) await recordAudit(app, firm.id, entry({ action: `POST /${n}` }));
    await recordAudit(app, other.id, entry({ action: 'POST /other' }));
    await recordAudit(app, null, entry({ action: 'POST /operator' }));
    const first = await auditEntries(app, firm.id, { ...ALL, limit: 2 });
    expect(first.items.map(({ action }) => action)).toEqual(['POST /3', 'POST /2']);
    const rest = await auditEntries(app, firm.id, { ...ALL, limit: 2, after: first.next });
    expect(rest).toMatchObject({ items: [{ action: 'POST /1' }], next: null });
    const operator = await auditEntries(app, null, ALL);
    expect(operator.items.map(({ action }) => action)).toEqual(['POST /operator']);
  });

  test('finds by kind, outcome, day and words', async () => {
    const { app } = database.current;
    await recordAudit(app, firm.id, entry({ kind: 'export', action: 'GET /records.csv' }));
    await recordAudit(app, firm.id, entry({ outcome: 'refused', detail: { role: '100%_owner' } }));
    const found = async (
      filter: Partial<typeof ALL | { kind: 'export'; outcome: 'refused'; q: string; to: string }>,
    ) => (await auditEntries(app, firm.id, { ...ALL, ...filter })).items.length;
    expect(await found({ kind: 'export' })).toBe(1);
    expect(await found({ outcome: 'refused' })).toBe(1);
    expect(await found({ q: 'RECORDS' })).toBe(1);
    expect(await found({ q: '100%_o' })).toBe(1);
    expect(await found({ q: '1%o' })).toBe(0);
    expect(await found({ to: '2020-01-01' })).toBe(0);
  });

  test('can neither be changed nor shortened, also by the owner of the database', async () => {
    const { app, owner } = database.current;
    await recordAudit(app, firm.id, entry());
    await expect(sql`update audit_entry set action = 'x'`.execute(owner.db)).rejects.toThrow('append-only');
    await expect(sql`delete from audit_entry`.execute(owner.db)).rejects.toThrow('append-only');
    await expect(sql`truncate audit_entry`.execute(owner.db)).rejects.toThrow('append-only');
  });
});

describe('the chain', () => {
  test('seals in order of time, once, and holds', async () => {
    const { app, worker } = database.current;
    for (const n of [1, 2, 3])
      await recordAudit(app, n === 2 ? other.id : firm.id, entry({ action: `POST /${n}` }));
    const runs = await Promise.all([sealAudit(worker, new Date()), sealAudit(worker, new Date())]);
    expect(runs.map(({ audit_rows_sealed }) => audit_rows_sealed).sort()).toEqual([0, 3]);
    const { rows } = await sql`select action, sequence from audit_entry order by sequence`.execute(
      database.current.owner.db,
    );
    expect(rows).toEqual([1, 2, 3].map((n) => ({ action: `POST /${n}`, sequence: String(n) })));
    await recordAudit(app, null, entry({ detail: { reason: '第4.12条' } }));
    expect(await sealAudit(worker, new Date())).toEqual({ audit_rows_sealed: 1 });
    expect(await faults()).toEqual([]);
  });

  test.each([
    [
      `update audit_entry set actor_name = 'Eve' where sequence = 2`,
      /row [0-9a-f-]{36} \(POST \/2, .*\) was changed, link 2/,
    ],
    [
      `update audit_entry set occurred_at = occurred_at + interval '1 microsecond' where sequence = 2`,
      /was changed, link 2/,
    ],
    [`delete from audit_entry where sequence = 2`, /row .* of link 2 is gone/],
    [`delete from audit_link where sequence = 2`, /links 2 to 2 are gone/],
    [`update audit_link set content_sha256 = repeat('a', 64) where sequence = 2`, /link 2 was changed/],
    [`delete from audit_link where sequence = 3`, /ends at link 2, its head says 3/],
  ])('names what was done by %s', async (statement, sentence) => {
    const { app, worker } = database.current;
    for (const n of [1, 2, 3]) await recordAudit(app, firm.id, entry({ action: `POST /${n}` }));
    await sealAudit(worker, new Date());
    await tamper(statement);
    expect((await faults()).join('\n')).toMatch(sentence);
  });

  test('holds when what names a person was erased by law, and only then', async () => {
    const { app, worker } = database.current;
    await recordAudit(app, firm.id, entry({ subject: 'x' }));
    await sealAudit(worker, new Date());
    const erase = (more: string) =>
      sql`update audit_entry set erased_at = now(), actor_id = null, actor_name = null, subject = null, detail = '{}',
          address = null, user_agent = null ${sql.raw(more)}`.execute(worker.db);
    await expect(erase(`, action = 'GET /'`)).rejects.toThrow('append-only');
    await erase('');
    expect(await faults()).toEqual([]);
    expect((await auditEntries(app, firm.id, ALL)).items[0]).toMatchObject({
      is_erased: true,
      actor_name: null,
    });
  });
});

describe('a request', () => {
  function asked(
    given: Partial<AuditedRequest> & { method?: string; form?: Record<string, string> } = {},
  ): AuditedRequest {
    const { method = 'POST', form, ...rest } = given;
    const body = form ? new URLSearchParams(form).toString() : undefined;
    const headers = body
      ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) }
      : undefined;
    const url = new URL('http://127.0.0.1:3000/settings/keys?/create');
    return {
      ...{
        request: new Request(url, { method, body, headers }),
        url,
        route_id: '/(app)/settings/keys',
        params: {},
      },
      ...{
        actor: firmActor(firm, []),
        side: 'firm',
        request_id: 'R-2',
        client_address: '203.0.113.7',
        note: null,
      },
      ...rest,
    };
  }
  const answer = async (one: AuditedRequest, response = new Response(null, { status: 303 })) => {
    const fields = await fieldsTold(one.request);
    await auditRequest(database.current.app, one, { response, fields });
  };
  const written = async (firm_id: string | null = firm.id) =>
    (await auditEntries(database.current.app, firm_id, ALL)).items;

  test('that writes is written down with what was chosen, and without what is secret', async () => {
    await answer(
      asked({ form: { name: 'ERP\r\nroot', scopes: 'rules:read', password: 'quiet-river', token: 't' } }),
    );
    const [one] = await written();
    expect(one).toMatchObject({
      action: 'POST /settings/keys?/create',
      actor_name: 'test key',
      address: '203.0.113.7',
      detail: { name: 'ERP root', scopes: 'rules:read' },
      outcome: 'done',
    });
    expect(JSON.stringify(one)).not.toMatch(/quiet-river/);
  });

  test('that was refused is written down as refused, also inside an answer to a script', async () => {
    await answer(asked(), new Response(null, { status: 403 }));
    const enhanced = asked();
    enhanced.request.headers.set('x-sveltekit-action', 'true');
    await answer(enhanced, Response.json({ type: 'failure', status: 400 }));
    expect((await written()).map(({ outcome, status }) => [outcome, status])).toEqual([
      ['refused', 400],
      ['refused', 403],
    ]);
  });

  test('that only reads is not, unless it takes a file away', async () => {
    await answer(asked({ method: 'GET' }), new Response('page'));
    const file = { 'content-disposition': 'attachment; filename="x.csv"' };
    await answer(asked({ method: 'GET' }), new Response('file', { headers: file }));
    expect((await written()).map(({ kind }) => kind)).toEqual(['export']);
  });

  test('of a stranger fills no log, unless it tries to sign in', async () => {
    await answer(asked({ actor: null, side: 'operator' }), new Response(null, { status: 401 }));
    await answer(
      asked({ actor: null, side: 'operator', route_id: '/(auth)/login' }),
      new Response(null, { status: 400 }),
    );
    await answer(
      asked({ actor: null, side: 'operator', route_id: '/(auth)/login' }),
      new Response(null, { status: 429 }),
    );
    expect(await written(null)).toMatchObject([{ kind: 'access', actor_kind: 'nobody', outcome: 'refused' }]);
  });
});

/** Line breaks, a cursor that goes up and erases, a colour, the one-byte CSI, and a text that turns around. */
const HOSTILE = 'x\r\n{"level":60}\u001b[1A\u001b[2K\u001b[31m\u009b2J\u2028\u202Egnp.exe';
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E]/u;

describe('what comes from outside', () => {
  test('never ends a line of the audit log, nor moves the cursor of who reads it', async () => {
    const { app } = database.current;
    const { kind, outcome, status, request_id } = entry();
    await recordAudit(app, firm.id, {
      ...{ kind, outcome, status, request_id, action: HOSTILE, subject: HOSTILE },
      ...{ detail: { [HOSTILE]: HOSTILE }, address: HOSTILE, user_agent: HOSTILE },
      actor: { kind: 'person', id: null, name: HOSTILE },
    });
    const { items } = await auditEntries(app, firm.id, ALL);
    expect(items).toHaveLength(1);
    const texts = items.flatMap(({ actor_name, action, subject, detail, address, user_agent }) => [
      ...[actor_name, action, subject, address, user_agent],
      ...Object.entries(detail).flat(),
    ]);
    expect(texts.filter((text) => text === null || UNSAFE.test(text))).toEqual([]);
  });

  test('stays on one line of the log of the program, whatever it is put into', () => {
    const lines: string[] = [];
    const log = createLog({ log_level: 'info' }, HOSTILE, { write: (line) => void lines.push(line) });
    const cause = new Error(HOSTILE);
    log.warn({ address: HOSTILE, [HOSTILE]: HOSTILE, err: cause, nested: { list: [HOSTILE] } }, HOSTILE);
    log.info({ password: 'p-1', token: 't-1', headers: { authorization: 'a-1', cookie: 'c-1' } }, 'given');
    log.info({ body: { password: 'p-1', secret: 's-1', client_secret: 's-1' } }, 'given');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line.endsWith('\n')).toBe(true);
      expect(UNSAFE.test(line.slice(0, -1))).toBe(false);
      expect(line).not.toMatch(/[ptacs]-1/);
    }
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ address: HOSTILE, msg: HOSTILE });
  });
});
