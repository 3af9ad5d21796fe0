import { Engine } from 'json-rules-engine';
import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import { compile } from '#lib/domain/eligibility/engine/compile.ts';
import { decide } from '#lib/domain/eligibility/engine/decide.ts';
import { register, ruleSet, CLAUSES } from '../support/eligibility.ts';
import { interleave, median, type Benchmark } from './benchmark.ts';
import { outcomeOfShipment } from './shipment-predicate.ts';
import { LABS, shipment } from './shipments.ts';

const SHIPMENTS = 50_000;
const BY_RULES_ENGINE = 300;

/**
 * D1: decisions a second with every check, reason and what to do, against a predicate written by hand for the
 * same rules that gives the outcome alone; and against json-rules-engine with the same conditions.
 */
export const decisions: Benchmark = {
  run: async (bench) => {
    const inputs = Array.from({ length: bench.size(SHIPMENTS, 10_000) }, (_, n) => shipment(n));
    const compiled = compile({ rule: ruleSet(), register: register(LABS) });
    const differing = inputs.filter((one) => decide(compiled, one).outcome !== outcomeOfShipment(one));
    if (differing.length > 0)
      throw new Error(
        `the predicate decides ${differing.length} shipments otherwise: ${JSON.stringify(differing[0])}`,
      );
    const perSecond = (work: () => void, n: number) => {
      const since = performance.now();
      work();
      return (n * 1000) / (performance.now() - since);
    };
    let sum = 0;
    const measured = await interleave(bench.pairs, {
      ours: async () =>
        perSecond(() => {
          for (const input of inputs) sum += decide(compiled, input).checks.length;
        }, inputs.length),
      peer: async () =>
        perSecond(() => {
          for (const input of inputs) sum += outcomeOfShipment(input).length;
        }, inputs.length),
    });
    const engine = rulesEngine();
    const few = inputs.slice(0, BY_RULES_ENGINE);
    const by_engine: number[] = [];
    for (let pair = 0; pair < bench.pairs; pair += 1) {
      const since = performance.now();
      for (const input of few) sum += (await engine.run(factsOf(input))).failureEvents.length;
      by_engine.push((few.length * 1000) / (performance.now() - since));
    }
    const [ours, peer, generic] = [median(measured.ours), median(measured.peer), median(by_engine)];
    return [
      {
        id: 'D1',
        ours: `${Math.round(ours).toLocaleString('en')}/s`,
        peer: `${Math.round(peer).toLocaleString('en')}/s`,
        ratio: ours / peer,
        budget: { at_least: 0.3 },
        notes: [`${inputs.length.toLocaleString('en')} shipments, 21 checks each; ${sum} parts were made.`],
      },
      {
        id: 'D1 json-rules-engine',
        ours: `${Math.round(ours).toLocaleString('en')}/s`,
        peer: `${Math.round(generic).toLocaleString('en')}/s`,
        ratio: ours / generic,
        budget: { at_least: 500 },
      },
    ];
  },
};

const LAB = new Map(LABS.map((lab) => [lab.cnas_id, lab]));

/** The facts that the generic engine's conditions look at, worked out for it. */
function factsOf(input: DecisionInput): Record<string, unknown> {
  const { report } = input;
  const lab = LAB.get(report.lab.cnas_id);
  const age = (Date.parse(input.declaration_date) - Date.parse(report.issued_on)) / 86_400_000;
  return {
    office: input.customs_office.slice(0, 2),
    declaration_day: Date.parse(input.declaration_date),
    category: input.product.category,
    heading: (input.product.hs_code ?? '').slice(0, 4),
    standard: report.standard,
    age,
    lab_status: lab?.status ?? 'none',
    lab_scope: lab?.scope[0]?.clauses ?? CLAUSES,
    ...Object.fromEntries(
      CLAUSES.map((clause) => {
        const item = report.items.find((one) => one.clause === clause);
        const value = typeof item?.result === 'number' ? item.result * 10_000 : 0;
        return [
          `clause_${clause}`,
          { verdict: item?.verdict ?? 'missing', accredited: item?.accredited !== false, value },
        ];
      }),
    ),
  };
}

function rulesEngine(): Engine {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const rule = (type: string, all: { fact: string; operator: string; value: unknown; path?: string }[]) =>
    engine.addRule({ conditions: { all }, event: { type } });
  rule('programme.open', [
    { fact: 'office', operator: 'equal', value: '31' },
    { fact: 'declaration_day', operator: 'greaterThanInclusive', value: Date.parse('2026-05-13') },
  ]);
  rule('category.listed', [{ fact: 'category', operator: 'in', value: ['crib', 'walker', 'pacifier'] }]);
  rule('category.alignment', [
    { fact: 'heading', operator: 'in', value: ['9403', '8715', '9401', '3924', '4014'] },
  ]);
  rule('report.standard_edition', [{ fact: 'standard', operator: 'equal', value: 'GB 31701-2026' }]);
  rule('report.age', [
    { fact: 'age', operator: 'greaterThanInclusive', value: 0 },
    { fact: 'age', operator: 'lessThanInclusive', value: 90 },
  ]);
  rule('lab.accreditation', [{ fact: 'lab_status', operator: 'equal', value: 'verified' }]);
  for (const clause of CLAUSES) {
    rule(`report.clause ${clause}`, [
      { fact: `clause_${clause}`, path: '$.verdict', operator: 'equal', value: 'pass' },
      { fact: `clause_${clause}`, path: '$.value', operator: 'lessThanInclusive', value: 1000 },
    ]);
    rule(`lab.scope ${clause}`, [
      { fact: 'lab_scope', operator: 'contains', value: clause },
      { fact: `clause_${clause}`, path: '$.accredited', operator: 'equal', value: true },
    ]);
  }
  return engine;
}
