import { categoryAlignment, categoryFinder, categoryListed } from './category.ts';
import type { DecisionInput } from './input.ts';
import { labChecks, labReader, type LabChecks } from './laboratory.ts';
import { compileMaterials } from './materials.ts';
import { remember, rememberTwo } from './memo.ts';
import { validUntil } from './outcome.ts';
import { programmeOpen } from './programme.ts';
import { reportAge, standardEdition } from './report.ts';
import { compileRequirements, type Requirements } from './requirements.ts';
import type { ActiveRule, Register, RuleSet } from './rule.ts';
import type { Check, VersionRef } from './verdict.ts';

/**
 * A version of the rule together with a state of the registers, ready to decide: what depends on the rule alone
 * is computed here once, and what depends on a few texts of the input is remembered. Remembering changes no
 * answer: everything here is a pure function of its arguments.
 */
export type CompiledRule =
  | {
      is_computable: true;
      rule: ActiveRule;
      rule_versions: readonly VersionRef[];
      requirements: Requirements;
      open: (office: string, declaration_date: string) => Check;
      listed: (category: string) => Check;
      alignment: (category: string, hs_code: string | null, report_category: string | null) => Check;
      edition: (standard: string) => Check;
      age: (issued_on: string, declaration_date: string) => Check;
      lab: (report: DecisionInput['report']) => LabChecks;
      materials: ReturnType<typeof compileMaterials>;
      validUntil: (issued_on: string) => string | null;
    }
  | { is_computable: false; check: Check; rule_versions: readonly VersionRef[] };

/** `register.labs` may grow between decisions, but never for a laboratory that was asked about already. */
export function compile({ rule, register }: { rule: RuleSet; register: Register }): CompiledRule {
  const { programme, standard } = rule;
  const rule_versions = [
    ...('version' in programme ? [programme.version] : []),
    ...(standard ? [standard.version] : []),
  ];
  if (!('parameters' in programme))
    return { is_computable: false, check: withoutRule(programme), rule_versions };
  const active: ActiveRule = {
    state: programme.state,
    programme: programme.version,
    valid_to: programme.valid_to,
    parameters: programme.parameters,
    standard,
    register,
  };
  const find = remember(categoryFinder(register));
  const aligned = rememberTwo((category: string, hs_code: string) =>
    categoryAlignment(active, find, {
      category,
      hs_code: hs_code === '' ? null : hs_code,
      report_category: null,
    }),
  );
  return {
    is_computable: true,
    rule: active,
    rule_versions,
    requirements: compileRequirements(active),
    open: rememberTwo((office, day) => programmeOpen(active, office, day)),
    listed: remember((category) => categoryListed(active, find, category)),
    alignment: (category, hs_code, report_category) =>
      report_category === null
        ? aligned(category, hs_code ?? '')
        : categoryAlignment(active, find, { category, hs_code, report_category }),
    edition: remember((standard_no) => standardEdition(active, standard_no)),
    age: rememberTwo((issued_on, day) => reportAge(active, issued_on, day)),
    lab: compileLabs(active),
    materials: compileMaterials(active),
    validUntil: remember((issued_on) => validUntil(active, issued_on)),
  };
}

/** By the laboratory and the days of the tests, which repeat; a named site is looked at each time. */
function compileLabs(rule: ActiveRule): (report: DecisionInput['report']) => LabChecks {
  const by_lab = remember((cnas_id: string) => {
    const reader = labReader(rule, cnas_id);
    const by_days = rememberTwo((from: string, to: string) =>
      labChecks(rule, reader, { issued_on: to, tested_from: from, tested_to: to, site: null }),
    );
    return { reader, by_days };
  });
  return (report) => {
    const { reader, by_days } = by_lab(report.lab.cnas_id);
    const { issued_on, tested_from, tested_to, lab } = report;
    if (tested_to && tested_from && !lab.site) return by_days(tested_from, tested_to);
    return labChecks(rule, reader, { issued_on, tested_from, tested_to, site: lab.site ?? null });
  };
}

/** The one check that is left where there is no rule to compute with. */
function withoutRule(programme: Exclude<RuleSet['programme'], { parameters: unknown }>): Check {
  const base = { code: 'programme.open', observed: null, required: null, blocks: true } as const;
  switch (programme.state) {
    case 'repealed':
      return {
        ...base,
        result: 'fail',
        reason: { en: 'The rule of the programme was repealed.', zh: '该通道规则已废止。' },
        to_do: { en: 'Plan for ordinary clearance.', zh: '请按普通通道安排。' },
        rule_version_id: programme.version.version_id,
      };
    case 'without_parameters':
      return {
        ...base,
        result: 'unknown',
        reason: {
          en: 'The version in force has no recorded conditions to decide by.',
          zh: '现行版本尚未登记可供判定的条件。',
        },
        to_do: { en: 'Have the operator record its conditions.', zh: '请运营方登记其条件。' },
        rule_version_id: programme.version.version_id,
      };
    case 'nothing_known':
      return {
        ...base,
        result: 'unknown',
        reason: {
          en: 'No rule of the programme was recorded at the moment that is asked about.',
          zh: '在所问时点，尚无已登记的通道规则。',
        },
        to_do: { en: 'Ask about a later moment.', zh: '请查询更晚的时点。' },
        rule_version_id: null,
      };
  }
}
