import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { addDays, dayInChina } from '#lib/domain/text/calendar-day.ts';
import { getAlerts } from '#lib/server/alerts/alerts-api.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { postDecisions } from '#lib/server/eligibility/decisions-api.ts';
import { decisionView } from '#lib/server/eligibility/decision-page.ts';
import { redecide } from '#lib/server/eligibility/redecide.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { readVersion, versionsOf } from '#lib/server/rules/version.ts';
import { subscribe } from '../support/alerts.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { decisionInput } from '../support/eligibility.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { aLab, aProduct } from '../support/portfolio.ts';
import { aVersion } from '../support/rules.ts';

const database = useDatabase();
const told = z.object({
  items: z.array(z.looseObject({ kind: z.string(), title: z.string(), what_changed: z.string() })),
});
let firm: Firm;
let today: string;

beforeAll(async () => {
  const { owner, app } = database.current;
  await loadReference(app.db);
  await loadRules(app.db, new Date());
  today = dayInChina(app.now());
  firm = await createFirm(owner);
  const kinds = ['decision.changed', 'report.expiring'];
  await subscribe(app, reader(), { topic: { kinds } });
  await aLab(app);
  await aProduct(app, firm, { code: 'A', age_days: 60 });
  await aProduct(app, firm, { code: 'B', age_days: 10 });
});

const reader = () => firmActor(firm, ['alerts:read', 'alerts:write']);

async function heard(language = 'en'): Promise<string[]> {
  const { json } = await ask(database.current.app, getAlerts, { actor: reader(), query: { language } });
  return told.parse(json).items.map(({ title, what_changed }) => `${title} | ${what_changed}`);
}
const later = (app: App, days: number): App => ({
  ...app,
  now: () => new Date(Date.parse(`${addDays(today, days)}T04:00:00Z`)),
});

describe('verdicts that change by themselves', () => {
  it('are learnt at first without a word but of reports near their end, each step once', async () => {
    const { worker } = database.current;
    expect(await redecide(worker)).toEqual({ firms: 1, told: 1 });
    expect(await heard()).toEqual([
      `Test report SR-A counts until ${addDays(today, 30)} | Crib A: the last day of its newest report is ${addDays(today, 30)}, 30 days left`,
    ]);
    expect(await redecide(worker)).toEqual({ firms: 0, told: 0 });
    expect(await redecide(later(worker, 15))).toEqual({ firms: 1, told: 0 });
    expect(await redecide(later(worker, 16))).toEqual({ firms: 1, told: 1 });
    expect((await heard('zh-CN'))[0]).toContain('还剩14天');
    // Back to the present: nothing that was told is told again.
    expect(await redecide(worker)).toEqual({ firms: 1, told: 0 });
  });

  it('are not told of what the firm changed itself', async () => {
    const { app, worker } = database.current;
    await aProduct(app, firm, { code: 'C', age_days: 5, report: { standard: 'GB 31701-2015' } });
    expect(await redecide(worker)).toEqual({ firms: 1, told: 0 });
  });

  it('are told when the interpretation of a pending clause is published, with the decisions that rest on it', async () => {
    const { app, worker } = database.current;
    const input = decisionInput({
      declaration_date: today,
      report: {
        issued_on: addDays(today, -5),
        tested_from: addDays(today, -9),
        tested_to: addDays(today, -7),
      },
    });
    const asked = await ask(app, postDecisions, {
      actor: firmActor(firm, ['eligibility:check']),
      body: { ...input, reference: 'ORDER-7' },
    });
    const { decision_id, outcome } = z
      .looseObject({ decision_id: z.string(), outcome: z.string() })
      .parse(asked.json);
    expect(outcome).toBe('green');
    const standard = await asOperator(app.db, async (tx) => {
      const versions = await versionsOf(tx, 'gb-31701-2026');
      return readVersion(tx, versions.at(-1)?.id ?? '');
    });
    await aVersion(app, 'gb-31701-2026', {
      label: 'interpreted',
      valid_from: today,
      based_on: standard?.id,
      provisions: standard?.provisions.map(({ path, title, text, status }) => ({
        path,
        title,
        text,
        status: status === 'interpretation_pending' ? 'interpreted' : status,
      })),
    });
    expect(await redecide(worker)).toEqual({ firms: 1, told: 1 });
    expect((await heard())[0]).toBe(
      'Answers changed: 3 products, 1 decision | 3 of your products keep their answer, with other checks: Crib A (Clause 4.12), Crib B (Clause 4.12), Crib C (Clause 4.12); 1 green decision was decided again: ORDER-7',
    );
    const rows = await inFirm(app.db, firm.id, (tx) =>
      tx
        .selectFrom('eligibility_redecision')
        .innerJoin('eligibility_decision', 'eligibility_decision.id', 'new_decision_id')
        .select([
          'decision_id',
          'eligibility_decision.id',
          'reference',
          'outcome',
          'actor_kind',
          'open_checks',
        ])
        .execute(),
    );
    expect(rows).toMatchObject([
      { decision_id, reference: 'ORDER-7', outcome: 'green', actor_kind: 'program' },
    ]);
    expect(JSON.stringify(rows[0]?.open_checks)).not.toContain('provisional');
    const view = await decisionView(app, firm, decision_id);
    expect(view?.later).toMatchObject({ id: rows[0]?.id, outcome: 'green' });
    expect(await decisionView(app, firm, rows[0]?.id ?? '')).toMatchObject({ later: null });
    expect(await redecide(worker)).toEqual({ firms: 0, told: 0 });
  });

  it('are told when a laboratory loses its accreditation, and when a report runs out', async () => {
    const { app, worker } = database.current;
    await aLab(app, { status: 'suspended', valid_from: addDays(today, -100), valid_to: null });
    expect(await redecide(worker)).toEqual({ firms: 1, told: 1 });
    const [said] = await heard();
    expect(said).toContain('Answers changed: 3 products, 1 decision');
    expect(said).toContain('2 of your products turn from green to manual review: Crib A, Crib B');
    expect(said).toContain('1 green decision was decided again: ORDER-7');
    expect(await redecide(later(worker, 31))).toEqual({ firms: 1, told: 1 });
    expect((await heard())[0]).toContain('The answer to 1 of your products changed | ');
    // The first answer about ORDER-7 was decided again twice by now: it leads to the last one.
    const first = await inFirm(app.db, firm.id, (tx) =>
      tx.selectFrom('eligibility_decision').select('id').orderBy('decided_at').executeTakeFirstOrThrow(),
    );
    expect((await decisionView(app, firm, first.id))?.later).toMatchObject({ outcome: 'manual_review' });
    expect((await heard())[0]).toContain('keeps its answer, with other checks: Crib A');
  });
});
