import { quoted } from './check.ts';
import type { CompiledRule } from './compile.ts';
import type { DecisionInput } from './input.ts';
import { outOfScope } from './laboratory.ts';
import { caveatsOf, outcomeOf } from './outcome.ts';
import { IS_PASS, type ItemState } from './requirements.ts';
import type { Check, Verdict } from './verdict.ts';

/**
 * Decides whether goods meet the published conditions of a fast channel, as recorded:
 *
 *     const compiled = compile({ rule, register });   // once for versions of the rule and a state of the registers
 *     const verdict = decide(compiled, input);        // never throws on an input that its schema takes
 *
 * `input` is the object of `POST /eligibility/decisions` (engine/input.ts) with the office filled in and without
 * reference and known_at; `rule` holds the version of the programme's rule with its parameters, the annex of the
 * standard and the clauses whose interpretation is pending (engine/rule.ts); `register` the laboratories and
 * categories. The verdict is a pure function of the three, and the order of the report's items is irrelevant.
 *
 * Checks, in this order; each says what was observed and required, why, and what to do:
 * - `programme.open`: fails for an office outside, before the launch, after the last open day, and where the
 *   version of the rule is not in force on the day of declaration.
 * - `category.listed`: named passes; not named is unknown while the catalogue is incomplete, else fails.
 * - `category.alignment`: match and plausible pass, mismatch fails, unreadable code or no candidates unknown;
 *   without an HS code the category alone (unknown when it is neither recorded nor named).
 * - `report.standard_edition`: the dated edition passes; another edition or another standard fails; an undated
 *   citation, several editions of one standard, or nothing readable are unknown.
 * - `report.full_scope`: passes when each slot is answered by an item that is not "not applicable", else fails; a
 *   report that another one replaced fails, whatever it says.
 * - `report.clause`, once for each slot in the rule's order: `fail` when an item fails, says so in its result, or
 *   its result lies outside its own limit although the verdict is pass; else `unknown` when a verdict cannot be
 *   read, units do not convert, a result such as `< 200` does not decide a limit, or N.D. comes without a
 *   detection limit (or with one above the limit); else `missing` without an item or with not-applicable ones
 *   only; else `provisional` when its interpretation is pending; else `pass`.
 * - `report.age`: 0 to n calendar days from the day of issue to the day of declaration, both ends inclusive.
 * - `lab.accreditation`: no CNAS id of a testing laboratory fails (IB…, C… with their own words); on any day of
 *   the tests suspended, withdrawn or expired fails; not in the register or not verified is unknown. Days of the
 *   tests are tested_from to tested_to; without them the day of issue.
 * - `lab.scope`: unknown without a verified accreditation, or where only lines with a limitation cover a
 *   requirement; fails for requirements outside of the scope, and for items marked `accredited: false`.
 * - `materials.declaration`: pass, fail or missing; see engine/materials.ts.
 *
 * Outcomes and their precedence stand in engine/outcome.ts. Sources: the programme as reported on 2026-05-13,
 * whose numbers are parameters of the rule; the counting of days as for reports under GACC Announcement 2022
 * No. 120 (from the day of issue).
 */
export function decide(compiled: CompiledRule, input: DecisionInput): Verdict {
  if (!compiled.is_computable) {
    const { check, rule_versions } = compiled;
    const outcome = outcomeOf([check], 'caveat');
    return { outcome, caveats: [], checks: [check], rule_versions, valid_until: null };
  }
  const { rule, rule_versions } = compiled;
  const checks = checksOf(compiled, input);
  const outcome = outcomeOf(checks, rule.parameters.pending_interpretation);
  return {
    outcome,
    caveats: caveatsOf(checks),
    checks,
    rule_versions,
    valid_until: outcome === 'green' ? compiled.validUntil(input.report.issued_on) : null,
  };
}

function checksOf(compiled: Extract<CompiledRule, { is_computable: true }>, input: DecisionInput): Check[] {
  const { product, report, declaration_date } = input;
  const { full_scope, clauses, not_accredited } = requirementChecks(compiled, input);
  const lab = compiled.lab(report);
  return [
    compiled.open(input.customs_office, declaration_date),
    compiled.listed(product.category),
    compiled.alignment(product.category, product.hs_code ?? null, report.category ?? null),
    compiled.edition(report.standard),
    isReplaced(report) ? replaced(full_scope, report) : full_scope,
    ...clauses,
    compiled.age(report.issued_on, declaration_date),
    lab.accreditation,
    not_accredited.length === 0 ? lab.scope : notAccredited(compiled, not_accredited),
    compiled.materials(input.materials ?? []),
  ];
}

function requirementChecks(
  { requirements }: Extract<CompiledRule, { is_computable: true }>,
  { report }: DecisionInput,
): { full_scope: Check; clauses: Check[]; not_accredited: number[] } {
  const { passes, missing, isPass } = requirements;
  // Nearly every requirement has one item that passes: the check of that is known, and no list is made for it.
  const clauses = [...missing];
  const others = new Map<number, ItemState[]>();
  const not_accredited: number[] = [];
  let passed = 0;
  for (const item of report.items) {
    const slot = requirements.slotOf(item.clause, item.topic);
    if (slot === null) continue;
    if (item.accredited === false && !not_accredited.includes(slot)) not_accredited.push(slot);
    const pass = passes[slot];
    if (pass && isPass(item)) {
      if (clauses[slot] !== pass) passed += 1;
      clauses[slot] = pass;
    } else others.set(slot, [...(others.get(slot) ?? []), requirements.itemState(item)]);
  }
  if (passed === passes.length && others.size === 0)
    return { full_scope: requirements.fullScope(NONE), clauses, not_accredited };
  for (const [slot, found] of others) {
    const states = clauses[slot] === passes[slot] ? [...found, IS_PASS] : found;
    clauses[slot] = requirements.clauseCheck(slot, states);
  }
  const open = passes.flatMap((_, slot) => (isOpen(slot) ? [slot] : []));
  return { full_scope: requirements.fullScope(open), clauses, not_accredited };

  function isOpen(slot: number): boolean {
    const found = others.get(slot);
    if (found?.some(({ kind }) => kind !== 'not_applicable')) return false;
    return clauses[slot] !== passes[slot];
  }
}

const NONE: readonly number[] = [];

type Replaced = DecisionInput['report'] & { replaced_by: string };

function isReplaced(report: DecisionInput['report']): report is Replaced {
  return typeof report.replaced_by === 'string' && report.replaced_by.trim() !== '';
}

/** An amended report takes the place of the original (ISO/IEC 17025:2017, 7.8.8), which confirms nothing any more. */
function replaced(full_scope: Check, { report_no, replaced_by }: Replaced): Check {
  const by = quoted(replaced_by);
  return {
    ...full_scope,
    result: 'fail',
    observed: `${quoted(report_no) || '–'} → ${by}`,
    reason: {
      en: `The report was replaced by ${by} and no longer confirms anything.`,
      zh: `该报告已被${by}替代，不再作为依据。`,
    },
    to_do: { en: `Check with report ${by}.`, zh: `请改用报告${by}。` },
  };
}

function notAccredited(
  { rule, requirements }: Extract<CompiledRule, { is_computable: true }>,
  slots: number[],
): Check {
  const names = slots.sort((a, b) => a - b).map((slot) => requirements.names[slot] ?? '');
  return outOfScope(rule, names, {
    en: `The report marks ${names.join(', ')} as outside of the laboratory's accreditation.`,
    zh: `报告注明${names.join('、')}不在实验室认可范围内。`,
  });
}
