import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { compile } from '#lib/domain/eligibility/engine/compile.ts';
import { CHECK_RESULTS, OUTCOMES, type Check, type Verdict } from '#lib/domain/eligibility/engine/verdict.ts';
import { bestVerdict, verdictChange, type JudgedVerdict } from '#lib/domain/eligibility/impact.ts';
import { CHECK_CODES } from '#lib/domain/rules/parameters.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { summary, type ChangedProduct, type Impact } from './impact.ts';
import { portfolioPages, type PortfolioProduct } from './portfolio-shipments.ts';
import { RuleBook } from './rule-book.ts';
import { registerFor } from './runway.ts';

const stored = z.object({
  product_id: z.string(),
  input_sha256: z.string(),
  outcome: z.enum(OUTCOMES),
  valid_until: z.string().nullable(),
  checks: z.array(
    z.object({
      code: z.enum(CHECK_CODES),
      clause: z.string().optional(),
      slot: z.number().optional(),
      result: z.enum(CHECK_RESULTS),
    }),
  ),
});
type Standing = z.infer<typeof stored>;

/**
 * The verdict on each product of the firm as it stands today is kept, and what came otherwise since the last look
 * is given back. What the firm changed itself is no news to it; a longer or shorter time alone is none either.
 */
export async function refreshStandings(
  tx: Tx,
  firm: Pick<Firm, 'id' | 'customs_office'>,
  at: { today: string; known_at: Date },
): Promise<{ impact: Impact; report_age_days: number | null }> {
  const declared = { declaration_date: at.today, customs_office: firm.customs_office };
  const rule = await new RuleBook(at.known_at).ruleFor(tx, declared);
  const before = await standingsOf(tx);
  const [now, changed]: [Standing[], ChangedProduct[]] = [[], []];
  let without_report = 0;
  for await (const products of portfolioPages(tx, declared)) {
    const compiled = compile({ rule, register: await registerFor(tx, products, at.known_at) });
    for (const one of products) {
      const verdict = bestVerdict(compiled, one.shipments);
      if (!verdict) {
        without_report += 1;
        continue;
      }
      const standing = standingOf(one, verdict);
      now.push(standing);
      const was = before.get(one.product.id);
      const change = was?.input_sha256 === standing.input_sha256 ? verdictChange(was, standing) : null;
      const { id, code, name } = one.product;
      if (change && (change.was !== change.would_be || change.checks.length > 0))
        changed.push({ id, code, name, ...change });
    }
  }
  await keepStandings(tx, firm.id, now);
  const { programme } = rule;
  return {
    impact: summary(changed, { day: at.today, is_supposed: false, without_report }),
    report_age_days: 'parameters' in programme ? programme.parameters.report_age_days.value : null,
  };
}

function standingOf({ product, shipments }: PortfolioProduct, verdict: Verdict): Standing {
  const said = shipments.map(({ input: { declaration_date: _, ...input } }) => input);
  return {
    product_id: product.id,
    input_sha256: hash('sha256', JSON.stringify(said)),
    outcome: verdict.outcome,
    valid_until: verdict.valid_until,
    checks: verdict.checks.map(keptCheck),
  };
}

function keptCheck({ code, clause, slot, result }: Check): JudgedVerdict['checks'][number] {
  return {
    code,
    result,
    ...(clause === undefined ? {} : { clause }),
    ...(slot === undefined ? {} : { slot }),
  };
}

async function standingsOf(tx: Tx): Promise<Map<string, Standing>> {
  const { rows } = await sql<unknown>`
    select product_id, input_sha256, outcome, valid_until::text, checks from product_standing limit ${STANDINGS_MAX}`.execute(
    tx,
  );
  return new Map(rows.map((row) => stored.parse(row)).map((row) => [row.product_id, row]));
}

/** Products of one firm; some kilobytes each. */
const STANDINGS_MAX = 50_000;

/** A product that nothing can be said of any more has no standing. */
async function keepStandings(tx: Tx, firm_id: string, now: readonly Standing[]): Promise<void> {
  await sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(now)}::jsonb)
        as g (product_id uuid, input_sha256 text, outcome text, valid_until date, checks jsonb)
    ), gone as (
      delete from product_standing p where not exists (select from given g where g.product_id = p.product_id)
    )
    insert into product_standing as p (firm_id, product_id, input_sha256, outcome, valid_until, checks)
    select ${firm_id}::uuid, g.product_id, g.input_sha256, g.outcome, g.valid_until, g.checks from given g
    on conflict (product_id) do update
      set input_sha256 = excluded.input_sha256, outcome = excluded.outcome, valid_until = excluded.valid_until,
          checks = excluded.checks
      where (p.input_sha256, p.outcome, p.valid_until, p.checks)
        is distinct from (excluded.input_sha256, excluded.outcome, excluded.valid_until, excluded.checks)`.execute(
    tx,
  );
}
