import { sql } from 'kysely';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { versionRows } from '#lib/server/rules/version.ts';
import { impactBasis } from './impact-judge.ts';
import { impactSchema, type Impact } from './impact.ts';

const counts = z.object({
  scope: z.literal('all'),
  is_judged: z.boolean().describe('False where Greenlane decides nothing by this text.'),
  firms: z.int().nullable(),
  products: z.int().nullable(),
  is_few: z.boolean().describe('Fewer than five firms stand behind a count, so that none is given.'),
  is_complete: z.boolean().describe('False while some firms are still being looked at.'),
});
export type ImpactOfAll = z.infer<typeof counts>;

/** How many firms and products a version touches, or would; null where there is no such version. */
export async function impactOfAll(app: App, version_id: string): Promise<ImpactOfAll | null> {
  return asOperator(app.db, async (tx) => {
    const [version] = await versionRows(tx, sql`v.id = ${version_id}`);
    if (!version) return null;
    const basis = version.workflow === 'approved' ? await impactBasis(tx, version_id) : null;
    if (!basis)
      return {
        scope: 'all',
        is_judged: false,
        firms: null,
        products: null,
        is_few: false,
        is_complete: false,
      };
    const { rows } = await sql<Omit<ImpactOfAll, 'scope' | 'is_judged'>>`
      select firms, products, is_few, is_complete from impact_counts(${version_id}, ${basis.text})`.execute(
      tx,
    );
    const [row] = rows;
    if (!row) throw new Error('the function gives one row');
    return { scope: 'all', is_judged: true, ...row };
  });
}

/** What a published version did to the firm's own products when it was published; null where that is not known. */
async function impactOfOwn(app: App, firm: Firm, version_id: string): Promise<Impact | null> {
  return inFirm(app.db, firm.id, async (tx) => {
    const { rows } = await sql<{ impact: unknown }>`select own_impact(${version_id}) as impact`.execute(tx);
    const read = impactSchema.safeParse(rows[0]?.impact);
    return read.success ? read.data : null;
  });
}

export const getVersionImpact = operation({
  method: 'get',
  path: '/versions/{id}/impact',
  tag: 'Rules',
  summary: 'Which products a version touches',
  description:
    'Worked out ahead for an approved version. The operator sees counts of five firms and more, rounded down to fives. A firm sees its own products, once the version is published.',
  access: { scope: 'portfolio:read', operator_scope: 'rules:read', side: 'either' },
  params: z.object({ id: z.uuid({ error: 'is not an id' }) }),
  response: {
    description: 'What the version does to products.',
    schema: z.union([counts, z.object({ scope: z.literal('firm'), impact: impactSchema })]),
  },
  run: async ({ app, firm, params }) => {
    if (!firm) return (await impactOfAll(app, params.id)) ?? refuse(404, 'There is no such version.');
    const impact = await impactOfOwn(app, firm, params.id);
    return impact
      ? { scope: 'firm' as const, impact }
      : refuse(404, 'Nothing was worked out for your products and this version.');
  },
});
