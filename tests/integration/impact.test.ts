import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { getAlerts } from '#lib/server/alerts/alerts-api.ts';
import { fillImpacts } from '#lib/server/alerts/fill-impacts.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { getVersionImpact } from '#lib/server/eligibility/impact-api.ts';
import { refreshImpacts } from '#lib/server/eligibility/refresh-impacts.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { approveVersion } from '#lib/server/rules/approve.ts';
import { publishIn, publishVersion, withdrawVersion } from '#lib/server/rules/publish.ts';
import { ruleActorOf } from '#lib/server/rules/rule-actor.ts';
import { readVersion, versionsOf } from '#lib/server/rules/version.ts';
import { subscribe } from '../support/alerts.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { parameters } from '../support/eligibility.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { aLab, aProduct, managerOf } from '../support/portfolio.ts';
import { aDraft, anInstrument, approver, aVersion, held } from '../support/rules.ts';

const NOTICE = 'ningbo-customs-notice-2026-017';
const database = useDatabase();
const alertPage = z.object({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      subject_id: z.string().nullable(),
      what_it_means: z.string().nullable(),
    }),
  ),
});

/** `touched` has two green reports of 60 days and one of 10; `untouched` one of 10; `bare` no product. */
let touched: Firm;
let untouched: Firm;
let bare: Firm;
let today: string;

beforeAll(async () => {
  const { owner, app } = database.current;
  await loadReference(app.db);
  await loadRules(app.db, new Date());
  today = dayInChina(app.now());
  await aLab(app);
  [touched, untouched, bare] = [await createFirm(owner), await createFirm(owner), await createFirm(owner)];
  await aProduct(app, touched, { code: 'A', age_days: 60 });
  await aProduct(app, touched, { code: 'B', age_days: 61 });
  await aProduct(app, touched, { code: 'C', age_days: 10 });
  await aProduct(app, untouched, { code: 'D', age_days: null });
  for (const firm of [touched, untouched, bare])
    await subscribe(app, alertsOf(firm), { topic: { only_if_affected: true } });
});

function alertsOf(firm: Firm) {
  return firmActor(firm, ['alerts:read', 'alerts:write']);
}

/** An approved version of the notice after which reports age in so many days. */
async function approved(report_age_days: number): Promise<string> {
  const { app } = database.current;
  const { id } = await aDraft(app, NOTICE, {
    label: `age ${report_age_days}`,
    valid_from: today,
    parameters: parameters({ report_age_days: { value: report_age_days, clause: null } }),
  });
  held(await approveVersion(app, approver, { id }));
  return id;
}

async function toldOf(firm: Firm, version_id: string, language = 'en') {
  const { json } = await ask(database.current.app, getAlerts, { actor: alertsOf(firm), query: { language } });
  return alertPage.parse(json).items.filter(({ subject_id }) => subject_id === version_id);
}

async function kept(version_id: string) {
  const { rows } = await sql<{ firm_id: string; products: number; computed_at: Date }>`
    select firm_id, products, computed_at from version_impact where version_id = ${version_id}`.execute(
    database.current.owner.db,
  );
  return rows;
}

describe('the impact of a version', () => {
  it('is worked out while the version is approved, kept from firms until it is published, and named in their alerts', async () => {
    const { app, worker } = database.current;
    const id = await approved(30);
    expect(await refreshImpacts(worker)).toEqual({ versions: 1, firms: 2 });
    const rows = await kept(id);
    expect(rows.find(({ firm_id }) => firm_id === touched.id)).toMatchObject({ products: 3 });
    expect(rows.find(({ firm_id }) => firm_id === untouched.id)).toMatchObject({ products: 0 });
    const byTable = inFirm(app.db, touched.id, (tx) => tx.selectFrom('version_impact').selectAll().execute());
    await expect(byTable).rejects.toThrow('permission denied');
    expect((await ask(app, getVersionImpact, { actor: managerOf(touched), params: { id } })).status).toBe(
      404,
    );
    expect((await ask(app, getVersionImpact, { actor: approver, params: { id } })).json).toEqual({
      scope: 'all',
      is_judged: true,
      firms: null,
      products: null,
      is_few: true,
      is_complete: true,
    });

    held(await publishVersion(app, approver, id));
    const [told, ...more] = await toldOf(touched, id);
    expect(more).toEqual([]);
    expect(told?.what_it_means).toBe(
      '2 of your products turn from green to manual review: Crib A, Crib B; 1 of your products stays green for less long: Crib C (until ' +
        `${dayPlus(20)})`,
    );
    const [in_chinese] = await toldOf(touched, id, 'zh-CN');
    expect(in_chinese?.what_it_means).toContain('您有2件产品将由绿码转为人工审核：Crib A、Crib B');
    expect(told).toMatchObject({
      impact: {
        day: today,
        total: 3,
        products: [
          {
            code: 'A',
            was: 'green',
            would_be: 'manual_review',
            checks: [{ code: 'report.age', was: 'pass', would_be: 'fail' }],
          },
          { code: 'B' },
          { code: 'C', was: 'green', would_be: 'green' },
        ],
      },
    });
    expect(await toldOf(untouched, id)).toEqual([]);
    expect(await toldOf(bare, id)).toEqual([]);
    expect((await ask(app, getVersionImpact, { actor: managerOf(bare), params: { id } })).status).toBe(404);
    expect(
      (await ask(app, getVersionImpact, { actor: managerOf(touched), params: { id } })).json,
    ).toMatchObject({
      scope: 'firm',
      impact: { total: 3 },
    });
    expect(await refreshImpacts(worker)).toEqual({ versions: 0, firms: 0 });
  });

  it('is worked out again for a firm whose products changed, and for no other', async () => {
    const { app, worker } = database.current;
    const id = await approved(45);
    await refreshImpacts(worker);
    expect(await refreshImpacts(worker)).toEqual({ versions: 0, firms: 0 });
    await aProduct(app, untouched, { code: 'E', age_days: 40 });
    expect(await refreshImpacts(worker)).toEqual({ versions: 1, firms: 1 });
    await aProduct(app, untouched, { code: 'F', age_days: 41 });
    held(await publishVersion(app, approver, id));
    // Before it, reports older than 30 days were not green any more.
    expect((await toldOf(untouched, id))[0]?.what_it_means).toBe(
      '2 of your products turn from manual review to green: Crib E, Crib F; nothing can be said of 1 without a confirmed report',
    );
  });

  it('is told as open to a firm whose products changed in the last moment, and completed by the job', async () => {
    const { app, worker } = database.current;
    const id = await approved(35);
    await refreshImpacts(worker);
    await aProduct(app, bare, { code: 'G', age_days: 40 });
    // Without the look that publishing takes before its transaction.
    held(await asOperator(app.db, (tx) => publishIn(tx, { by: ruleActorOf(approver), id })));
    const [open] = await toldOf(bare, id);
    expect(open).toMatchObject({ impact: null });
    expect(open?.what_it_means).toContain('is being worked out');
    expect(await fillImpacts(worker)).toEqual({ filled: 1 });
    expect((await toldOf(bare, id))[0]?.what_it_means).toBe(
      '1 of your products turns from green to manual review: Crib G',
    );
    expect(await fillImpacts(worker)).toEqual({ filled: 0 });
  });

  it('is worked out of a withdrawal too', async () => {
    const { app, worker } = database.current;
    const id = await newestOfNotice();
    held(await withdrawVersion(app, approver, { id, reason: 'published in error' }));
    await fillImpacts(worker);
    const withdrawn = (await toldOf(bare, id)).find(({ kind }) => kind === 'rule.withdrawn');
    expect(withdrawn?.what_it_means).toBe('1 of your products turns from manual review to green: Crib G');
  });

  it('says which products keep their answer when a pending clause is interpreted', async () => {
    const { app } = database.current;
    const standard = await currentStandard();
    const { id } = await aVersion(app, 'gb-31701-2026', {
      label: 'interpreted',
      valid_from: today,
      based_on: standard.id,
      provisions: standard.provisions.map(({ path, title, text, status }) => ({
        path,
        title,
        text,
        status: status === 'interpretation_pending' ? 'interpreted' : status,
      })),
    });
    expect((await toldOf(touched, id))[0]?.what_it_means).toBe(
      '3 of your products keep their answer, with other checks: Crib A (Clause 4.12), Crib B (Clause 4.12), Crib C (Clause 4.12)',
    );
  });

  it('is not guessed for a text that nothing is decided by, and then everybody is told', async () => {
    const { app } = database.current;
    const { id } = await aVersion(app, await anInstrument(app));
    const [told] = await toldOf(untouched, id);
    expect(told?.what_it_means).toContain('decides nothing by this text');
  });

  it('of a version that takes force later than reports last is judged by the reports of today', async () => {
    const { app } = database.current;
    const { id } = await aDraft(app, NOTICE, {
      label: 'next year',
      valid_from: dayPlus(300),
      parameters: parameters({
        categories: { listed: ['walker'], catalogue_size: 1, catalogue_complete: true, clause: null },
      }),
    });
    held(await approveVersion(app, approver, { id }));
    held(await publishVersion(app, approver, id));
    expect((await toldOf(touched, id))[0]?.what_it_means).toContain('not eligible');
    expect((await toldOf(touched, id))[0]).toMatchObject({ impact: { day: dayPlus(300) } });
  });
});

function dayPlus(days: number): string {
  return dayInChina(new Date(Date.parse(`${today}T04:00:00Z`) + days * 86_400_000));
}

async function newestOfNotice(): Promise<string> {
  const versions = await asOperator(database.current.app.db, (tx) => versionsOf(tx, NOTICE));
  return versions.at(-1)?.id ?? '';
}

async function currentStandard() {
  return asOperator(database.current.app.db, async (tx) => {
    const versions = await versionsOf(tx, 'gb-31701-2026');
    const version = await readVersion(tx, versions.at(-1)?.id ?? '');
    if (!version) throw new Error('the standard is reference data');
    return version;
  });
}
