import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { decideAsProgram } from '#lib/server/eligibility/decide-as-program.ts';
import { importMaterials } from '#lib/server/eligibility/import-others.ts';
import { importProducts } from '#lib/server/eligibility/import-products.ts';
import { registeredChoices } from '#lib/server/eligibility/registered-check.ts';
import { recordSampleLab } from '#lib/server/eligibility/sample-register.ts';
import { SAMPLE_FIRMS } from './firms.ts';
import { samplePortfolio } from './portfolio.ts';

export type LoadedPortfolio = { products: number; declarations: number; decisions: number };

/**
 * Fills the portfolio of a sample firm through the same imports as any file, and asks about some shipments through
 * the same engine and log as anybody.
 */
export async function loadPortfolio(app: App, firm: Firm, until: number): Promise<LoadedPortfolio> {
  const { labs, products, drafts, materials, questions } = samplePortfolio(SAMPLE_FIRMS[0], until);
  await asOperator(app.db, async (tx) => {
    for (const lab of labs) await recordSampleLab(tx, lab, firm.id);
  });
  const author = { firm_id: firm.id, actor_id: null, actor_name: 'Sample 示例' };
  const confirmed = { ...fileOf('sample-products.csv', products), state: 'confirmed' as const };
  const waiting = { ...fileOf('sample-drafts.csv', drafts), state: 'draft' as const };
  const reports = [
    await importProducts(app, author, confirmed),
    await importProducts(app, author, waiting),
    await importMaterials(app, author, fileOf('sample-materials.csv', materials)),
  ];
  const [rejected] = reports.flatMap(({ rejected_rows }) => rejected_rows);
  if (rejected) throw new Error(`the sample refuses itself: ${JSON.stringify(rejected)}`);
  const choices = new Map(
    (await registeredChoices(app, firm)).map((choice) => [choice.product_code, choice] as const),
  );
  const bodies = questions.flatMap(({ product_code, ...asked }) => {
    const choice = choices.get(product_code);
    return choice ? [{ ...asked, report_id: choice.report_id, product_id: choice.product_id }] : [];
  });
  const decisions = await decideAsProgram(app, firm, bodies);
  return {
    products: choices.size,
    declarations: materials.length - 1,
    decisions,
  };
}

function fileOf(file_name: string, lines: readonly string[]) {
  return {
    format: 'csv' as const,
    charset: 'utf-8',
    file_name,
    bytes: (async function* () {
      yield await Promise.resolve(Buffer.from(lines.join('\n')));
    })(),
  };
}
