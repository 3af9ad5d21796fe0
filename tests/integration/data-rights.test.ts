import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import yauzl from 'yauzl';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { findAuditFaults } from '#lib/server/audit/check-audit.ts';
import { auditEntries } from '#lib/server/audit/list.ts';
import { recordAudit } from '#lib/server/audit/record.ts';
import { sealAudit } from '#lib/server/audit/seal.ts';
import { createKey } from '#lib/server/accounts/keys.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { resumeRollups } from '#lib/server/clearance/resume-rollups.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { firmArchive } from '#lib/server/data-rights/archive.ts';
import { askForDeletion, deleteDueFirms, takeDeletionBack } from '#lib/server/data-rights/deletion.ts';
import { eraseOutlived } from '#lib/server/data-rights/erase-outlived.ts';
import {
  keepFor,
  keepSnapshotsFor,
  readKeepDays,
  retentionOf,
  RETAINED_KINDS,
} from '#lib/server/data-rights/retention.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { PASSWORD, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { insertMinimalRow } from '../support/tenant-rows.ts';

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
});

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
});

test('a log names people as long as the firm says', async () => {
  const { app, worker } = database.current;
  const { firm } = await firmWithData();
  await sealAudit(worker, new Date());
  await keepFor(app, firm.id, 'audit_log', 30);
  expect(await eraseOutlived(worker, new Date(Date.now() + 29 * DAY_MS))).toEqual({ erased: 0 });
  expect(await eraseOutlived(worker, new Date(Date.now() + 31 * DAY_MS))).toEqual({ erased: 1 });
  expect((await auditEntries(app, firm.id, ALL)).items).toMatchObject([
    { action: 'erase outlived', subject: 'audit_log', detail: { erased: '1', days: '30' } },
    { is_erased: true, actor_name: null, action: 'POST /x' },
  ]);
});

/** As time would: past the triggers that keep what is only added to. */
async function age(table: string, column: string, id: string, days: number): Promise<void> {
  await database.current.owner.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = now() - make_interval(days => ${days})
      where id = ${id}::uuid`.execute(tx);
  });
}

describe('records of a kind', () => {
  const countOf = async (table: string, firm_id: string) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(table)} where firm_id = ${firm_id}`.execute(
      database.current.owner.db,
    );
    return rows[0]?.n ?? -1;
  };
  const told = async (firm_id: string) =>
    (await auditEntries(database.current.app, firm_id, { ...ALL, q: 'erase outlived' })).items;

  test('are kept for ever while nobody says otherwise, whatever the time', async () => {
    const { worker } = database.current;
    const { firm } = await firmWithData();
    const before = await countOf('clearance', firm.id);
    await eraseOutlived(worker, new Date('2099-01-01T00:00:00Z'));
    expect(await countOf('clearance', firm.id)).toBe(before);
    expect(await told(firm.id)).toEqual([]);
    expect(
      Object.values(await retentionOf(database.current.app, firm.id)).every((days) => days === null),
    ).toBe(true);
    expect(Object.keys(await retentionOf(database.current.app, firm.id)).sort()).toEqual(
      [...RETAINED_KINDS].sort(),
    );
  });

  test('of clearance go by whole months, and no number is left of them', async () => {
    const { app, worker, owner } = database.current;
    const [{ firm }, { firm: other }] = [await firmWithData(), await firmWithData()];
    const all = await countOf('clearance', firm.id);
    const { rows } = await sql<{ last: Date }>`
      select max(declared_at) as last from clearance where firm_id = ${firm.id}`.execute(owner.db);
    const last = rows[0]?.last ?? new Date();
    await keepFor(app, firm.id, 'clearance_records', 365);
    // The last month is over 365 days later at the earliest; a day before nothing of it goes.
    await eraseOutlived(worker, new Date(last.getTime() + 364 * DAY_MS));
    expect(await countOf('clearance', firm.id)).toBeGreaterThan(0);
    let erased = 0;
    for (let run = 0; run < 24 && (await countOf('clearance', firm.id)) > 0; run += 1)
      erased += (await eraseOutlived(worker, new Date(last.getTime() + 400 * DAY_MS))).erased;
    expect(await countOf('clearance', firm.id)).toBe(0);
    expect(await countOf('clearance_item', firm.id)).toBe(0);
    await resumeRollups(worker, new Date(Date.now() + 60_000));
    for (const table of ['clearance_cell', 'clearance_day', 'clearance_tally', 'clearance_month'])
      expect(await countOf(table, firm.id), table).toBe(0);
    expect(await countOf('clearance', other.id)).toBe(all);
    const rows_told = (await told(firm.id)).map(({ detail }) => Number(detail.erased));
    expect(rows_told.reduce((sum, n) => sum + n, 0)).toBe(all);
    expect(erased).toBeLessThanOrEqual(all);
    expect(await told(other.id)).toEqual([]);
  });

  test('that are proof go only when they are past their time, and not while they are shared or wait', async () => {
    const { app, worker, owner } = database.current;
    const firm = await createFirm(owner);
    const row = async (table: string) => {
      const { id } = await insertMinimalRow(owner.pg, `public.${table}`, firm.id);
      return String(id);
    };
    const [old, young, shared] = [
      await row('eligibility_decision'),
      await row('eligibility_decision'),
      await row('eligibility_decision'),
    ];
    await sql`insert into eligibility_share (decision_id, firm_id, shared_by)
      values (${shared}, ${firm.id}, gen_random_uuid())`.execute(owner.db);
    await age('eligibility_decision', 'decided_at', young, 1);
    for (const id of [old, shared]) await age('eligibility_decision', 'decided_at', id, 91);
    const [settled, waiting] = [await row('alert'), await row('alert')];
    for (const id of [settled, waiting]) await age('alert', 'created_at', id, 91);
    await sql`update alert set state = 'done' where id = ${settled}`.execute(owner.db);
    await sql`update alert set state = 'unread', acknowledged_at = null where id = ${waiting}`.execute(
      owner.db,
    );
    const [ended, pending] = [await row('delivery'), await row('delivery')];
    for (const id of [ended, pending]) await age('delivery', 'created_at', id, 91);
    await sql`update delivery set state = 'delivered', finished_at = now() where id = ${ended}`.execute(
      owner.db,
    );
    const linked = await insertMinimalRow(owner.pg, 'public.report_document', firm.id);
    const file = String(linked.document_id);
    await age('document', 'created_at', file, 91);

    // An application that went wrong may try: without a time that the firm set, and before it, nothing goes.
    const tried = () =>
      inFirm(app.db, firm.id, async (tx) => {
        const { rows } = await sql<{ n: string }>`select erase_outlived_decisions(100) as n`.execute(tx);
        return Number(rows[0]?.n);
      });
    expect(await tried()).toBe(0);
    for (const kind of ['decisions', 'alerts', 'deliveries', 'report_files'] as const)
      await keepFor(app, firm.id, kind, 90);
    await eraseOutlived(worker, new Date());
    const left = async (table: string) => {
      const { rows } = await sql<{ id: string }>`
        select id from ${sql.table(table)} where firm_id = ${firm.id}`.execute(owner.db);
      return rows.map(({ id }) => id);
    };
    expect((await left('eligibility_decision')).sort()).toEqual([young, shared].sort());
    expect(await left('alert')).toContain(waiting);
    expect(await left('alert')).not.toContain(settled);
    expect(await left('delivery')).toContain(pending);
    expect(await left('delivery')).not.toContain(ended);
    expect(await left('document')).not.toContain(file);
    expect(await left('report')).toHaveLength(1);
    const counts = new Map(
      (await told(firm.id)).map(({ subject, detail }) => [subject ?? '', detail.erased]),
    );
    expect(Object.fromEntries<string | undefined>(counts)).toEqual({
      decisions: '1',
      alerts: '1',
      deliveries: '1',
      report_files: '1',
    });
    await expect(sql`delete from eligibility_decision where id = ${young}`.execute(owner.db)).rejects.toThrow(
      'append-only',
    );
  });

  test('of the operator: snapshots that are old, not the newest, and that nothing refers to', async () => {
    const { app, worker, owner } = database.current;
    const source = await insertMinimalRow(owner.pg, 'public.source', randomUUID());
    const copy = async () => {
      const { rows } = await sql<{ id: string }>`
        insert into snapshot (source_id, kind, url, sha256, content, byte_count)
        select id, 'list', url, repeat('0', 64), '', 0 from source where id = ${String(source.id)}::uuid returning id`.execute(
        owner.db,
      );
      return rows[0]?.id ?? '';
    };
    const first = await copy();
    const [cited, drafted, newest] = [await copy(), await copy(), await copy()];
    await insertMinimalRow(owner.pg, 'public.item_sighting', randomUUID());
    await sql`update item_sighting set snapshot_id = ${cited}`.execute(owner.db);
    await insertMinimalRow(owner.pg, 'public.rule_version', randomUUID());
    await sql`update rule_version set snapshot_id = ${drafted} where state = 'draft'`.execute(owner.db);
    for (const id of [first, cited, drafted, newest]) await age('snapshot', 'fetched_at', id, 400);
    await age('snapshot', 'fetched_at', newest, 390);
    const ids = async () => {
      const { rows } = await sql<{ id: string }>`
        select id from snapshot where source_id = ${String(source.id)}::uuid`.execute(owner.db);
      return rows.map(({ id }) => id);
    };
    await eraseOutlived(worker, new Date());
    expect(await ids()).toHaveLength(4);
    await keepSnapshotsFor(app, 365);
    expect(await eraseOutlived(worker, new Date())).toEqual({ erased: 1 });
    expect((await ids()).sort()).toEqual([cited, drafted, newest].sort());
    const { items } = await auditEntries(app, null, { ...ALL, q: 'erase outlived' });
    expect(items).toMatchObject([{ subject: 'snapshots', detail: { erased: '1' } }]);
    await keepSnapshotsFor(app, null);
  });
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
