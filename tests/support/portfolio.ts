import { z } from 'zod';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import { addDays, dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import { postLab } from '#lib/server/eligibility/labs-api.ts';
import { postProduct } from '#lib/server/eligibility/products-api.ts';
import { postReport } from '#lib/server/eligibility/reports-api.ts';
import { ask } from './ask.ts';
import { decisionInput } from './eligibility.ts';
import { firmActor, operatorActor } from './factories.ts';

const stored = z.looseObject({ id: z.string() });

export function managerOf(firm: Firm): Actor {
  return firmActor(firm, ['portfolio:read', 'portfolio:write', 'rules:read']);
}

async function posted(answer: Promise<{ status: number; json: unknown }>): Promise<string> {
  const { status, json } = await answer;
  if (status !== 201) throw new Error(`not created: ${JSON.stringify(json)}`);
  return stored.parse(json).id;
}

/** A verified laboratory that tests by the whole standard, unless more is said. */
export function aLab(app: App, changes: Record<string, unknown> = {}): Promise<string> {
  return posted(
    ask(app, postLab, {
      actor: operatorActor(['rules:read', 'rules:write']),
      body: {
        cnas_id: 'CNAS L0290',
        name: 'A laboratory',
        valid_from: '2024-01-01',
        valid_to: '2035-12-31',
        status: 'verified',
        scope: [{ standard: 'GB 31701-2026' }],
        evidence: 'Entry of the registry',
        verified_at: '2026-05-01T09:00:00+08:00',
        ...changes,
      },
    }),
  );
}

/** A crib; with `age_days` a full-scope report that was issued so many days ago. */
export async function aProduct(
  app: App,
  firm: Firm,
  given: { code: string; age_days: number | null; report?: Record<string, unknown> },
): Promise<{ id: string; report_id: string | null }> {
  const { code, age_days } = given;
  const actor = managerOf(firm);
  const body = { code, name: `Crib ${code}`, category: 'crib', hs_code: '9403500090' };
  const id = await posted(ask(app, postProduct, { actor, body }));
  if (age_days === null) return { id, report_id: null };
  const today = dayInChina(app.now());
  const report = {
    ...decisionInput().report,
    report_no: `SR-${code}`,
    issued_on: addDays(today, -age_days),
    tested_from: addDays(today, -age_days - 9),
    tested_to: addDays(today, -age_days - 2),
    product_id: id,
    ...given.report,
  };
  return { id, report_id: await posted(ask(app, postReport, { actor, body: report })) };
}
