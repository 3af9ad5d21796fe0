import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import yauzl from 'yauzl';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { findAuditFaults } from '#lib/server/audit/check-audit.ts';
import { auditEntries } from '#lib/server/audit/list.ts';
import { recordAudit } from '#lib/server/audit/record.ts';
import { sealAudit } from '#lib/server/audit/seal.ts';
import { createKey } from '#lib/server/accounts/keys.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { firmArchive } from '#lib/server/data-rights/archive.ts';
import { askForDeletion, deleteDueFirms, takeDeletionBack } from '#lib/server/data-rights/deletion.ts';
import { eraseOutlived, keepFor, readKeepDays } from '#lib/server/data-rights/retention.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { PASSWORD, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir });
const DAY_MS = 86_400_000;
const ALL = { kind: null, outcome: null, from: null, to: null, q: null, limit: 100, after: null };

beforeAll(() => loadReference(database.current.app.db));

const entry = {
  ...({ kind: 'write', outcome: 'done', status: 200, action: 'POST /x', subject: 's', detail: {} } as const),
  ...({
    actor: { kind: 'person', id: null, name: 'Ann Who' },
    address: '203.0.113.7',
    user_agent: null,
    request_id: null,
  } as const),
};

async function firmWithData(): Promise<{ firm: Firm; secret: string; by: string }> {
  const { app, owner } = database.current;
  const firm = await createFirm(owner);
  const email = `${firm.slug}@example.org`;
  const person = await createUser(app, {
    email,
    name: 'Ann',
    password: PASSWORD,
    firm_slug: firm.slug,
    role: 'owner',
  });
  const key = await createKey(app, { firm_slug: firm.slug, scopes: ['rules:read'] });
  if (!key.ok || !person.ok) throw new Error('not made');
  const file = await readFile(join(import.meta.dirname, '../fixtures/clearance/f9-utf8.csv'));
  const about = { actor_id: null, format: 'csv', charset: null, file_name: 'f9.csv' } as const;
  await importClearance(app, { firm, ...about, bytes: Readable.from([file]) });
  await recordAudit(app, firm.id, entry);
  return { firm, secret: key.secret, by: person.user_id };
}

async function unpack(parts: AsyncIterable<Uint8Array>): Promise<Map<string, string>> {
  const chunks: Uint8Array[] = [];
  for await (const part of parts) chunks.push(part);
  const zip = await yauzl.fromBufferPromise(Buffer.concat(chunks));
  const files = new Map<string, string>();
  for await (const one of zip.eachEntry())
    files.set(one.fileName, await text(await zip.openReadStreamPromise(one)));
  return files;
}

test('a firm takes away everything that is its own, described, and nothing of another', async () => {
  const [one, other] = [await firmWithData(), await firmWithData()];
  const files = await unpack(firmArchive(database.current.app, one.firm, { with_names: false }));
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from clearance where firm_id = ${one.firm.id}`.execute(
    database.current.owner.db,
  );
  const lines = (files.get('clearance.jsonl') ?? '').split('\n').filter(Boolean);
  expect(lines).toHaveLength(rows[0]?.n ?? -1);
  expect(lines.length).toBeGreaterThan(0);
  expect(files.get('README.txt')).toContain('clearance.jsonl');
  const everything = [...files.values()].join('\n');
  expect(everything).not.toContain(other.firm.id);
  expect(everything).not.toContain(one.secret);
  expect(everything).not.toContain('Ann Who');
  expect(everything).not.toContain(`${one.firm.slug}@example.org`);
  const named = await unpack(firmArchive(database.current.app, one.firm, { with_names: true }));
  expect(named.get('audit_entry.jsonl')).toContain('Ann Who');
  expect(named.get('firm.json')).toContain(`${one.firm.slug}@example.org`);
}, 60_000);

test('a firm is deleted after its grace period with every row, and not when it changed its mind', async () => {
  const { app, worker, owner } = database.current;
  const [going, staying] = [await firmWithData(), await firmWithData()];
  await sealAudit(worker, new Date());
  const refused = await askForDeletion(app, { firm: going.firm, by: going.by, typed: 'x' });
  expect(refused).toMatchObject({ ok: false, code: 'slug_typed' });
  for (const { firm, by } of [going, staying])
    expect(await askForDeletion(app, { firm, by, typed: firm.slug })).toEqual({ ok: true });
  await takeDeletionBack(app, staying.firm.id);
  expect(await deleteDueFirms(worker, new Date(Date.now() + 29 * DAY_MS))).toEqual({ firms_deleted: 0 });
  expect(await deleteDueFirms(worker, new Date(Date.now() + 31 * DAY_MS))).toEqual({ firms_deleted: 1 });

  const { rows: tables } = await owner.pg.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'firm_id' and not a.attisdropped
     where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const left: string[] = [];
  for (const { name } of tables) {
    if (name === 'public.audit_entry') continue;
    const { rowCount } = await owner.pg.query(`select 1 from ${name} where firm_id = $1 limit 1`, [
      going.firm.id,
    ]);
    if (rowCount) left.push(name);
  }
  expect(left).toEqual([]);
  const { rows } = await owner.pg.query<{ actor_name: string | null; is_erased: boolean }>(
    `select actor_name, erased_at is not null as is_erased from audit_entry where firm_id = $1`,
    [going.firm.id],
  );
  expect(rows).toMatchObject([{ actor_name: null, is_erased: true }]);
  const kept = await sql<{
    n: number;
  }>`select count(*)::int as n from clearance where firm_id = ${staying.firm.id}`.execute(owner.db);
  expect(kept.rows[0]?.n).toBeGreaterThan(0);
  const faults: string[] = [];
  for await (const { sentence } of findAuditFaults({ app, worker, now: new Date() })) faults.push(sentence);
  expect(faults).toEqual([]);
}, 60_000);

test('a log names people as long as the firm says', async () => {
  const { app, worker } = database.current;
  const { firm } = await firmWithData();
  await sealAudit(worker, new Date());
  await keepFor(app, firm.id, 'audit_log', 30);
  expect(await eraseOutlived(worker, new Date(Date.now() + 29 * DAY_MS))).toEqual({ audit_rows_erased: 0 });
  expect(await eraseOutlived(worker, new Date(Date.now() + 31 * DAY_MS))).toEqual({ audit_rows_erased: 1 });
  expect((await auditEntries(app, firm.id, ALL)).items).toMatchObject([
    { is_erased: true, actor_name: null, action: 'POST /x' },
  ]);
});

test.each([
  ['', null],
  ['365', 365],
  ['29', undefined],
  ['1.5', undefined],
  ['abc', undefined],
])('reads %j as %j days', (written, days) => {
  expect(readKeepDays(written)).toBe(days);
});
