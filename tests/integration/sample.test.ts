import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleFirms } from '#lib/server/accounts/sample-firms.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { mergeCohorts } from '#lib/server/clearance/cohorts.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { labsAt } from '#lib/server/eligibility/labs.ts';
import { recordSampleLab } from '#lib/server/eligibility/sample-register.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { SAMPLE_FIRMS } from '#lib/server/sample/firms.ts';
import { samplePortfolio } from '#lib/server/sample/portfolio.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { clearSample, loadSample } from '#lib/server/sample/load.ts';
import { PASSWORD } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const F9 = join(import.meta.dirname, '../fixtures/clearance/f9-utf8.csv');
/** Two months: enough for every branch, and quick. */
const SAMPLE_LAB = samplePortfolio(SAMPLE_FIRMS[0], 20_000).labs[0];
const SHORT = { until: '2026-06-10', months: 2 };

beforeAll(async () => {
  const { app, owner } = database.current;
  await loadReference(app.db);
  await loadRules(app.db, app.now());
  const firm = await createFirm(owner, { slug: 'sample-cribs', name: 'A real firm with an unlucky name' });
  await createUser(app, { email: 'root@example.org', password: PASSWORD, operator_role: 'admin' });
  await createUser(app, {
    email: 'own@example.org',
    password: PASSWORD,
    firm_slug: firm.slug,
    role: 'owner',
  });
  await importClearance(app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: 'f9.csv',
    bytes: createReadStream(F9),
  });
});

/** A hash of all rows of each table that has any. */
async function contents(): Promise<Record<string, string>> {
  const { owner } = database.current;
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relispartition order by 1`.execute(
    owner.db,
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    // The clock of the register; it shows no time that anybody is told.
    if (name === 'public.lab_register_head') continue;
    // What the catalogue of categories said is the operator's, whoever asked first.
    const where = name === 'public.register_state' ? `where content not like '[{"slug":%'` : '';
    const { rows } = await owner.pg.query<{ row: string }>(
      `select t::text as row from ${name} t ${where} order by 1`,
    );
    if (rows.length > 0)
      found[name] = createHash('sha256')
        .update(rows.map(({ row }) => row).join('\n'))
        .digest('hex');
  }
  return found;
}

describe('the sample', () => {
  it('is loaded for the administrators, marked as such, and can be loaded again', async () => {
    const { app } = database.current;
    const loaded = await loadSample(app, SHORT);
    expect(loaded).toMatchObject({
      until: '2026-06-10',
      firms: 6,
      administrators: ['root@example.org'],
      rejected: 3,
      products: 24,
      decisions: 16,
    });
    expect(loaded.records).toBeGreaterThan(1000);
    expect(loaded.corrected).toBeGreaterThan(5);
    const firms = await sampleFirms(app.db);
    // A real firm has the slug of one of them; the sample makes way.
    expect(firms.map(({ slug }) => slug)).toContain('sample-cribs-2');
    for (const { name } of firms) expect(name).toMatch(/^Sample .*示例/);
    const again = await loadSample(app, SHORT);
    expect(again).toEqual(loaded);
    expect((await sampleFirms(app.db)).length).toBe(6);
  });

  it('says about its hours what was reported', async () => {
    const { app } = database.current;
    const [firm] = await sampleFirms(app.db);
    if (!firm) throw new Error('no sample firm');
    const { rows } = await metricsOf(app, firm, {
      from: '2026-05-13',
      to: '2026-06-10',
      measure: 'declared_to_released',
      direction: 'export',
      group_by: ['channel'],
    });
    const green = rows.find(({ channel }) => channel === 'green');
    expect(green?.n).toBeGreaterThan(30);
    expect(green?.mean_hours).toBeLessThan(6);
    expect(rows.find(({ channel }) => channel === 'ordinary')?.mean_hours).toBeGreaterThan(8);
  });

  it('has a portfolio with every kind of verdict, by laboratories that nobody else can see', async () => {
    const { app, owner } = database.current;
    if ((await sampleFirms(app.db)).length === 0) await loadSample(app, SHORT);
    const [firm] = await sampleFirms(app.db);
    if (!firm) throw new Error('no sample firm');
    const outcomes = await inFirm(app.db, firm.id, (tx) =>
      tx
        .selectFrom('eligibility_decision')
        .select(['outcome', (eb) => eb.fn.countAll<string>().as('n')])
        .groupBy('outcome')
        .execute(),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
      'green',
      'manual_review',
      'not_eligible',
      'unknown',
    ]);
    const seen = (tx: Tx) => labsAt(tx, ['CNAS L999902'], new Date('9999-01-01'));
    const histories = await inFirm(app.db, firm.id, seen);
    expect(histories.get('CNAS L999902')?.map(({ status }) => status)).toEqual(['suspended', 'verified']);
    const real = await createFirm(owner);
    expect((await inFirm(app.db, real.id, seen)).size).toBe(0);
    expect((await asOperator(app.db, seen)).size).toBe(0);
    if (!SAMPLE_LAB) throw new Error('no sample laboratory');
    await expect(
      asOperator(app.db, (tx) => recordSampleLab(tx, { ...SAMPLE_LAB, cnas_id: 'CNAS L999909' }, real.id)),
    ).rejects.toThrow(/only a sample firm/);
  });

  it('is cleared with everything that is its, and nothing else', async () => {
    const { app, worker } = database.current;
    await clearSample(app);
    await mergeCohorts(worker, new Date());
    const before = await contents();
    expect(Object.keys(before)).toContain('public.clearance');
    await loadSample(app, SHORT);
    await mergeCohorts(worker, new Date());
    expect(Object.keys(await contents())).toContain('public.cohort_cell');
    expect(await clearSample(app)).toEqual({ firms: 6 });
    // Numbers over the sample firms are gone at once; that other firms have none is found out by the worker.
    expect(Object.keys(await contents())).not.toContain('public.cohort_cell');
    await mergeCohorts(worker, new Date());
    expect(await contents()).toEqual(before);
    expect(await clearSample(app)).toEqual({ firms: 0 });
  });

  it('cannot be loaded twice at once', async () => {
    const { app } = database.current;
    const both = await Promise.allSettled([loadSample(app, SHORT), loadSample(app, SHORT)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await sampleFirms(app.db)).length).toBe(6);
  });
});
