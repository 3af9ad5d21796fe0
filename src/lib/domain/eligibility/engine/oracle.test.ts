import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AGES_DAYS,
  CATEGORIES,
  EDITIONS,
  expectationOf,
  HS_CODES,
  LABS,
  MATERIALS,
  OFFICES,
  SCOPES,
  SLOT_STATES,
  type Expectation,
  type Rule,
  type Shipment,
  type SlotState,
} from '../../../../../tests/support/eligibility/oracle.ts';
import { inputOf, registerOf, ruleOf } from '../../../../../tests/support/eligibility/shipments.ts';
import { compile, type CompiledRule } from './compile.ts';
import { decide } from './decide.ts';

const SLOTS = 12;
const ALL_PASS: SlotState[] = Array.from({ length: SLOTS }, () => 'pass');
const GOOD: Shipment = {
  office: 'default',
  category: 'crib',
  hs: 'candidate',
  edition: '2026',
  age_days: 30,
  lab: 'verified',
  scope: 'whole_standard',
  materials: 'complete',
  slots: ALL_PASS,
};
const REPORTED: Rule = { is_catalogue_complete: false, pending: 'caveat' };

type Answer = { outcome: string; checks: Record<string, string> };

const compiled_once = new Map<string, CompiledRule>();

/** A rule and a register are compiled once, as a server does it, and asked about many shipments. */
function compiledFor({ scope }: Shipment, rule: Rule): CompiledRule {
  const key = JSON.stringify([scope, rule]);
  const compiled = compiled_once.get(key) ?? compile({ rule: ruleOf(rule), register: registerOf(scope) });
  compiled_once.set(key, compiled);
  return compiled;
}

function answerOf(shipment: Shipment, rule: Rule): Answer {
  const compiled = compiledFor(shipment, rule);
  const { outcome, checks } = decide(compiled, inputOf(shipment));
  return {
    outcome,
    checks: Object.fromEntries(
      checks.map(({ code, slot, result }) => [slot === undefined ? code : `${code} ${slot}`, result]),
    ),
  };
}

/** Where engine and oracle part, in words; empty where they agree. */
function disagreements({ outcomes, checks }: Expectation, answer: Answer): string[] {
  const wrong: string[] = [];
  for (const [code, results] of Object.entries(checks)) {
    const result: string = answer.checks[code] ?? 'not asked';
    if (![...(results ?? [])].some((one) => one === result))
      wrong.push(`${code} is ${result} and not ${[...(results ?? [])].join(' or ')}`);
  }
  if (![...outcomes].some((one) => one === answer.outcome))
    wrong.push(`the outcome is ${answer.outcome} and not ${[...outcomes].join(' or ')}`);
  return wrong;
}

const compare = (shipment: Shipment, rule: Rule = REPORTED): string[] =>
  disagreements(expectationOf(shipment, rule), answerOf(shipment, rule));

const withSlot = (slot: number, state: SlotState): SlotState[] =>
  ALL_PASS.map((pass, index) => (index === slot ? state : pass));

describe('the engine, held against an oracle that reads no report', () => {
  it('gives a good shipment the green code', () => {
    expect(answerOf(GOOD, REPORTED).outcome).toBe('green');
    expect(compare(GOOD)).toEqual([]);
  });

  it('agrees on every slot in every state, at every age, laboratory, edition, category and office', () => {
    const wrong: string[] = [];
    const note = (shipment: Shipment, rule?: Rule) => {
      for (const why of compare(shipment, rule)) wrong.push(`${why}: ${JSON.stringify(shipment)}`);
    };
    for (let slot = 0; slot < SLOTS; slot++) {
      for (const state of SLOT_STATES) {
        const slots = withSlot(slot, state);
        for (const age_days of AGES_DAYS) note({ ...GOOD, slots, age_days });
        for (const lab of LABS) for (const scope of SCOPES) note({ ...GOOD, slots, lab, scope });
        for (const edition of EDITIONS) note({ ...GOOD, slots, edition });
        for (const office of OFFICES) note({ ...GOOD, slots, office });
        for (const materials of MATERIALS) note({ ...GOOD, slots, materials });
        for (const category of CATEGORIES)
          for (const hs of HS_CODES)
            for (const is_catalogue_complete of [true, false])
              note({ ...GOOD, slots, category, hs }, { ...REPORTED, is_catalogue_complete });
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it('agrees on random shipments under random rules', () => {
    const shipment: fc.Arbitrary<Shipment> = fc.record({
      office: fc.constantFrom(...OFFICES),
      category: fc.constantFrom(...CATEGORIES),
      hs: fc.constantFrom(...HS_CODES),
      edition: fc.constantFrom(...EDITIONS),
      age_days: fc.constantFrom(...AGES_DAYS),
      lab: fc.constantFrom(...LABS),
      scope: fc.constantFrom(...SCOPES),
      materials: fc.constantFrom(...MATERIALS),
      // Mostly passes, so that a single doubt decides the outcome often enough.
      slots: fc.array(
        fc.oneof({ weight: 12, arbitrary: fc.constant<SlotState>('pass') }, fc.constantFrom(...SLOT_STATES)),
        { minLength: SLOTS, maxLength: SLOTS },
      ),
    });
    const rule: fc.Arbitrary<Rule> = fc.record({
      is_catalogue_complete: fc.boolean(),
      pending: fc.constantFrom('caveat', 'block'),
    });
    fc.assert(
      fc.property(shipment, rule, (one, under) => {
        const wrong = compare(one, under);
        if (wrong.length > 0) throw new Error(wrong.join('; '));
      }),
      { numRuns: process.env.LONG === '1' ? 1_000_000 : 2_000 },
    );
  });

  it('would notice an engine that is off by a day, a limit or a laboratory', () => {
    const expected = (shipment: Shipment) => expectationOf(shipment, REPORTED);
    const good = answerOf(GOOD, REPORTED);
    expect(disagreements(expected({ ...GOOD, age_days: 91 }), good)).not.toEqual([]);
    expect(disagreements(expected({ ...GOOD, lab: 'suspended' }), good)).not.toEqual([]);
    expect(
      disagreements(expected({ ...GOOD, slots: withSlot(3, 'pass_at_strict_limit') }), good),
    ).not.toEqual([]);
  });
});
