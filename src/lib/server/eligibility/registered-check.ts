import { sql } from 'kysely';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { decideBody } from './decision-page.ts';
import { askedOf, decisionRequestSchema } from './decision-request.ts';
import { RegisteredParts } from './registered-parts.ts';

/** A confirmed report of a product that has a category: both can be asked about by their ids. */
export type RegisteredChoice = {
  report_id: string;
  product_id: string;
  report_no: string;
  issued_on: string | null;
  product_code: string;
  product_name: string;
};

/** More than anybody scrolls through; the list of reports leads to the others. */
const CHOICES_MAX = 300;

/** Reports that can be checked as they are registered, the newest first. Replaced ones are left out. */
export function registeredChoices(app: App, firm: Firm): Promise<RegisteredChoice[]> {
  return inFirm(app.db, firm.id, async (tx) => {
    const { rows } = await sql<RegisteredChoice>`
      select r.id as report_id, p.id as product_id, r.report_no, r.issued_on, p.code as product_code, p.name as product_name
      from report r join product p on p.id = r.product_id
      where r.state = 'confirmed' and p.category is not null and not exists (
        select from report later where later.replaces_key = r.report_no_key and later.state = 'confirmed'
          and later.id <> r.id and later.lab_cnas_id is not distinct from r.lab_cnas_id)
      order by r.issued_on desc nulls last, r.id limit ${CHOICES_MAX}`.execute(tx);
    return rows;
  });
}

export type RegisteredAsked = {
  report_id: string;
  declaration_date: string;
  customs_office: string;
  reference: string;
};

/** Decides on a registered report with its product. Null where it cannot be asked about. */
export async function decideRegistered(
  app: App,
  whose: { firm: Firm; actor: Actor },
  asked: RegisteredAsked,
): Promise<string | null> {
  const body = await bodyOf(app, whose.firm, asked);
  return body && decideBody(app, whose, body);
}

/** The whole question about a registered report, to fill the form in with. Null where it cannot be asked about. */
export async function registeredInput(
  app: App,
  firm: Firm,
  asked: RegisteredAsked,
): Promise<DecisionInput | null> {
  const body = await bodyOf(app, firm, asked);
  const parsed = decisionRequestSchema.safeParse(body);
  if (!parsed.success) return null;
  const [found] = await new RegisteredParts(app, firm.id).questionsOf([askedOf(parsed.data, firm)]);
  return found?.ok ? found.question.input : null;
}

/** The product is the one that the report is registered for. */
async function bodyOf(app: App, firm: Firm, asked: RegisteredAsked): Promise<Record<string, unknown> | null> {
  const { report_id, declaration_date, customs_office, reference } = asked;
  if (!isUuid(report_id)) return null;
  const product_id = await inFirm(app.db, firm.id, async (tx) => {
    const { rows } = await sql<{ product_id: string | null }>`
      select product_id from report where id = ${report_id} limit 1`.execute(tx);
    return rows[0]?.product_id ?? null;
  });
  if (product_id === null) return null;
  return {
    report_id,
    product_id,
    declaration_date,
    customs_office: customs_office === '' ? null : customs_office,
    reference: reference === '' ? null : reference,
  };
}
