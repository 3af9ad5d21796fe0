import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { grantFirm, revokeGrant } from '#lib/server/accounts/grants.ts';
import { clientsByCode, importClientsOf } from '#lib/server/clearance/import-clients.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { findImport } from '#lib/server/clearance/import-list.ts';
import { firstProblems } from '#lib/server/clearance/import-problems.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
const BROKER = '91350200MA2YJ1XR9G';
const CLIENT = '91440101MA5CJQ4N59';
const OTHER = '9135021359498494XQ';

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

/** A broker with a client that granted it `role`, and a firm that granted it nothing. */
async function firms(role: 'compliance_manager' | 'executive' = 'compliance_manager') {
  const { owner, app } = database.current;
  await sql`update auth.firm set uscc = null`.execute(owner.db);
  const broker = await createFirm(owner, { uscc: BROKER });
  const client = await createFirm(owner, { uscc: CLIENT });
  const other = await createFirm(owner, { uscc: OTHER });
  await grantFirm(app, { firm_slug: client.slug, grantee_slug: broker.slug, role });
  return { broker, client, other };
}

async function importText(firm: Firm, rows: string[]) {
  const { app } = database.current;
  const text = ['declaration_no,declared_at,released_at,firm_uscc', ...rows].join('\n');
  return importClearance(app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: 'may.csv',
    bytes: Readable.from([Buffer.from(text)]),
    clients: await clientsByCode(app, firm.id),
  });
}

const row = (serial: number, code: string, released = '2026-05-14 12:00') =>
  `310420260${String(serial).padStart(9, '0')},2026-05-14 08:00,${released},${code}`;

async function numbersOf(firm: Firm): Promise<string[]> {
  const { rows } = await inFirm(database.current.app.db, firm.id, (tx) =>
    sql<{
      no: string;
    }>`select right(declaration_no::text, 3) as no from clearance order by 1`.execute(tx),
  );
  return rows.map(({ no }) => no);
}

describe("a broker's file", () => {
  it('becomes records of each firm that granted the broker, and an error for one that did not', async () => {
    const { broker, client, other } = await firms();
    const report = await importText(broker, [row(1, BROKER), row(2, CLIENT), row(3, OTHER), row(4, '')]);
    expect(report).toMatchObject({ received: 4, accepted: 3, rejected: 1 });
    expect(report.firms.map(({ slug, accepted }) => [slug, accepted])).toEqual([
      [broker.slug, 2],
      [client.slug, 1],
    ]);
    expect(await numbersOf(broker)).toEqual(['001', '004']);
    expect(await numbersOf(client)).toEqual(['002']);
    expect(await numbersOf(other)).toEqual([]);
    const problems = await inFirm(database.current.app.db, broker.id, (tx) =>
      firstProblems(tx, report.import_id, 'en', 10),
    );
    expect(problems.map(({ line, code }) => [line, code])).toEqual([[4, 'firm_uscc.other_firm']]);
  });

  it("stands in the client's own list, with the client's rows alone", async () => {
    const { broker, client } = await firms();
    await importText(broker, [row(1, BROKER), row(2, CLIENT), row(3, CLIENT)]);
    const { rows } = await inFirm(database.current.app.db, client.id, (tx) =>
      sql<Record<string, unknown>>`select file_name, state, received, accepted from clearance_import`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ file_name: 'may.csv', state: 'finished', received: 2, accepted: 2 }]);
  });

  it("tells the sender which of a client's rows contradict each other", async () => {
    const { broker, client } = await firms();
    const report = await importText(broker, [row(1, CLIENT), row(1, CLIENT, '2026-05-14 13:00')]);
    expect(report).toMatchObject({ received: 2, accepted: 1, rejected: 1 });
    const problems = await inFirm(database.current.app.db, broker.id, (tx) =>
      firstProblems(tx, report.import_id, 'en', 10),
    );
    expect(problems).toMatchObject([{ line: 3, code: 'row.contradicts' }]);
    expect(await numbersOf(client)).toEqual(['001']);
  });

  it('is refused rows of a firm whose grant only reads, or has ended', async () => {
    const { broker } = await firms('executive');
    expect(await importText(broker, [row(1, CLIENT)])).toMatchObject({ accepted: 0, rejected: 1 });
    const { broker: second, client } = await firms();
    await revokeGrant(database.current.app, { firm_slug: client.slug, grantee_slug: second.slug });
    expect(await importText(second, [row(1, CLIENT)])).toMatchObject({ accepted: 0, rejected: 1 });
  });

  it("does not reach the clients of the client in whose name the broker's key acts", async () => {
    const { app, owner } = database.current;
    const { broker, client, other } = await firms();
    await grantFirm(app, { firm_slug: other.slug, grantee_slug: client.slug, role: 'compliance_manager' });
    const { rows } = await sql<{ id: string }>`
      insert into auth.api_key (firm_id, name, prefix, sha256, scopes, expires_at)
      values (${broker.id}, 'k', 'glk_x', sha256(${broker.id}::bytea), '{clearance:write}', now() + interval '1 day')
      returning id`.execute(owner.db);
    const acting = { ...firmActor(client, ['clearance:write']), id: rows[0]?.id ?? '' };
    expect([...(await importClientsOf(app, acting)).keys()]).toEqual([CLIENT]);
  });

  it("keeps rows as a firm's own, with a warning, where its own code is not known", async () => {
    const { client } = await firms();
    const firm = await createFirm(database.current.owner);
    const report = await importText(firm, [row(1, OTHER), row(2, OTHER)]);
    expect(report).toMatchObject({ accepted: 2, rejected: 0, warnings: 1 });
    expect(await numbersOf(client)).toEqual([]);
  });
});

describe('a running import', () => {
  it('is listed under the id that its sender chose, with what has come and been read so far', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const import_id = crypto.randomUUID();
    const watch = () => inFirm(app.db, firm.id, (tx) => findImport(tx, import_id));
    const head = Buffer.from('declaration_no,declared_at\n310420260000000001,2026-05-14 08:00\n');
    const seen: unknown[] = [];
    async function* slowly() {
      yield head;
      for (;;) {
        const found = await watch();
        if (found && found.received > 0) {
          seen.push(found);
          break;
        }
        await new Promise((done) => setTimeout(done, 50));
      }
      yield Buffer.from('310420260000000002,2026-05-14 09:00\n');
    }
    const request = { firm, actor_id: null, format: 'csv', charset: null, file_name: 'slow.csv' } as const;
    await importClearance(app, { ...request, import_id, bytes: slowly(), bytes_total: 99 });
    expect(seen).toMatchObject([
      { state: 'running', received: 1, bytes_read: head.byteLength, bytes_total: 99, finished_at: null },
    ]);
    expect(await watch()).toMatchObject({ state: 'finished', received: 2, accepted: 2 });
  });
});
