import { crossCheck } from '#lib/domain/rules/annex.ts';
import type { Slot } from '#lib/domain/rules/parameters.ts';
import { isWithinClause, parseClause } from '#lib/domain/text/clauses.ts';
import { checkOf, listed, quoted, type Finding } from './check.ts';
import type { ReportItemInput } from './input.ts';
import { compare, measuredText, readLimit, readResult, type Comparison } from './measured.ts';
import { remember, rememberTwo } from './memo.ts';
import { blocks, versionOfStandard, type ActiveRule } from './rule.ts';
import type { Check, Sentence } from './verdict.ts';
import { readVerdict, type ItemVerdict } from './verdict-words.ts';

/**
 * The requirements of the standard (`slots`) against the items of a report: `report.full_scope` and one
 * `report.clause` for each. An item answers the slot of its clause or topic (see rules/annex.ts); several items
 * may answer one requirement that has several tests, and the worst of them counts.
 */
export type Requirements = {
  /** The index of the slot that an item answers; null where it answers none. */
  slotOf: (clause: string, topic: string | null | undefined) => number | null;
  /** The state of one item, from its verdict and from its result held against its limit. */
  itemState: (item: ReportItemInput) => ItemState;
  isPass: (item: ReportItemInput) => boolean;
  clauseCheck: (slot: number, states: readonly ItemState[]) => Check;
  /** What each slot says when one item passes, or none is there: most answers are made of these. */
  passes: readonly Check[];
  missing: readonly Check[];
  fullScope: (missing_slots: readonly number[]) => Check;
  /** How a slot is called in sentences: its clause, else its topic, else its number. */
  names: readonly string[];
};

export type ItemState =
  | { kind: 'pass' }
  | { kind: 'not_applicable' }
  | { kind: 'fail'; observed: string; reason: Sentence }
  | { kind: 'unknown'; observed: string; reason: Sentence; to_do: Sentence };

export function compileRequirements(rule: ActiveRule): Requirements {
  const { slots } = rule.parameters;
  const names = slots.map(nameOf);
  const pending = slots.map((slot) => isPending(slot, rule.standard?.pending ?? []));
  const builders = slots.map((slot, index) => clauseBuilder(rule, { slot, name: names[index] ?? '' }));
  const passes = builders.map((build, index) => build(pending[index] ? PROVISIONAL : PASS));
  const missing = builders.map((build) => build(MISSING));
  const not_applicable = builders.map((build) => build(NOT_APPLICABLE));
  const full = fullScopeCheck(rule, []);
  const itemState = itemReader();
  return {
    slotOf: slotFinder(rule),
    itemState,
    isPass: (item) => itemState(item) === IS_PASS,
    passes,
    missing,
    names,
    clauseCheck: (slot, states) => {
      const failed = first(states.filter((state) => state.kind === 'fail'));
      if (failed) return at(builders, slot)({ ...failed, result: 'fail', to_do: RETEST });
      const unknown = first(states.filter((state) => state.kind === 'unknown'));
      if (unknown) return at(builders, slot)({ ...unknown, result: 'unknown' });
      if (states.some(({ kind }) => kind === 'pass')) return at(passes, slot);
      return at(states.length === 0 ? missing : not_applicable, slot);
    },
    fullScope: (missing_slots) =>
      missing_slots.length === 0
        ? full
        : fullScopeCheck(
            rule,
            missing_slots.map((slot) => at(names, slot)),
          ),
  };
}

/** The one that is told of several, whatever the order of the report's items. */
function first<S extends { observed: string; reason: Sentence }>(states: readonly S[]): S | undefined {
  if (states.length < 2) return states[0];
  const key = ({ observed, reason }: S) => `${observed}\n${reason.en}`;
  return states.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))[0];
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`there is no requirement ${index + 1}`);
  return found;
}

function nameOf({ slot, clause, topic }: Slot): string {
  return clause ?? topic ?? `#${slot}`;
}

/** A pending provision above the clause, or below it, leaves its meaning open. */
function isPending({ clause }: Slot, pending: readonly string[]): boolean {
  const path = clause === null ? null : (parseClause(clause) ?? clause);
  return path !== null && pending.some((open) => isWithinClause(path, open) || isWithinClause(open, path));
}

function slotFinder({ parameters: { slots }, standard }: ActiveRule): Requirements['slotOf'] {
  const annex = standard?.annex ?? [];
  const find = (clause: string, topic: string | null): number => {
    const { slots: matches } = crossCheck([{ clause, topic }], { slots, annex });
    return matches.findIndex(({ state }) => state === 'matched');
  };
  const byClause = remember((clause: string) => find(clause, null));
  const byBoth = rememberTwo(find);
  return (clause, topic) => {
    const index = topic ? byBoth(clause, topic) : byClause(clause);
    return index < 0 ? null : index;
  };
}

// --- one item -------------------------------------------------------------------------------------

export const IS_PASS: ItemState = { kind: 'pass' };
const IS_NOT_APPLICABLE: ItemState = { kind: 'not_applicable' };

function itemReader(): Requirements['itemState'] {
  const verdictOf = remember(readVerdict);
  const limitOf = rememberTwo((limit: string | number, unit: string | null) => {
    const limit_read = readLimit(limit, unit);
    return {
      limit_read,
      comparisonOf: remember((result: string | number) => compare(readResult(result, unit), limit_read)),
    };
  });
  return (item) => {
    const verdict = verdictOf(item.verdict);
    if (verdict === 'not_applicable') return IS_NOT_APPLICABLE;
    if (verdict === 'fail') return failed(item);
    const { result, limit } = item;
    if (result === null || result === undefined) return verdict === 'pass' ? IS_PASS : unreadable(item);
    // A column often repeats the verdict in place of a value, and then the two must agree.
    const in_words: ItemVerdict = typeof result === 'string' ? verdictOf(result) : 'unreadable';
    if (in_words === 'fail') return failed(item);
    if (verdict === 'unreadable') return unreadable(item);
    if (limit === null || limit === undefined) return IS_PASS;
    const { limit_read, comparisonOf } = limitOf(limit, item.unit ?? null);
    const comparison = comparisonOf(result);
    if (comparison === 'holds' || comparison === 'none') return IS_PASS;
    return contradicted(item, comparison, limit_read ? measuredText(limit_read) : '');
  };
}

function failed(item: ReportItemInput): ItemState {
  return {
    kind: 'fail',
    observed: observedText(item),
    reason: { en: 'The report says that the test was not passed.', zh: '报告判定该项不合格。' },
  };
}

function unreadable(item: ReportItemInput): ItemState {
  const verdict = quoted(item.verdict);
  return {
    kind: 'unknown',
    observed: observedText(item),
    reason: {
      en: verdict === '' ? 'The report gives no verdict.' : `“${verdict}” is no verdict that can be read.`,
      zh: verdict === '' ? '报告未给出判定。' : `无法识别判定“${verdict}”。`,
    },
    to_do: {
      en: 'Enter pass or fail as the laboratory states it.',
      zh: '请按实验室的结论填写合格或不合格。',
    },
  };
}

function contradicted(
  item: ReportItemInput,
  comparison: Exclude<Comparison, 'holds' | 'none'>,
  limit: string,
): ItemState {
  const observed = observedText(item);
  const result = quoted(String(item.result));
  switch (comparison) {
    case 'exceeds':
      return {
        kind: 'fail',
        observed,
        reason: {
          en: `The laboratory says pass, but the result ${result} does not meet the limit ${limit}.`,
          zh: `实验室判定合格，但结果${result}不满足限值${limit}。`,
        },
      };
    case 'units':
      return {
        kind: 'unknown',
        observed,
        reason: {
          en: `The result ${result} and the limit ${limit} are in units that do not convert.`,
          zh: `结果${result}与限值${limit}的单位无法换算。`,
        },
        to_do: { en: 'Correct the unit as the report prints it.', zh: '请按报告更正单位。' },
      };
    case 'undecided':
      return {
        kind: 'unknown',
        observed,
        reason: {
          en: `The result ${result} does not show that the limit ${limit} is met.`,
          zh: `结果${result}不足以表明满足限值${limit}。`,
        },
        to_do: {
          en: 'Ask the laboratory for the value, or for a detection limit below the limit.',
          zh: '请实验室提供数值，或提供低于限值的检出限。',
        },
      };
  }
}

function observedText({ verdict, result, unit }: ReportItemInput): string {
  const has_result = result !== null && result !== undefined && result !== '';
  const value = has_result
    ? quoted(`${result}${unit && !String(result).includes(unit) ? ` ${unit}` : ''}`)
    : '';
  return [quoted(verdict), value].filter((part) => part !== '').join(', ') || '–';
}

// --- one requirement ------------------------------------------------------------------------------

type ClauseFinding = Omit<Finding, 'required'>;

const PASS: ClauseFinding = {
  result: 'pass',
  observed: 'pass',
  reason: { en: 'Reported as passed.', zh: '报告判定合格。' },
};
const PROVISIONAL: ClauseFinding = {
  result: 'provisional',
  observed: 'pass',
  reason: {
    en: 'The laboratory says pass, but the official interpretation of this clause is pending. It is decided again when the interpretation is issued.',
    zh: '实验室判定合格，但该条款的官方解释待定；解释发布后将重新判定。',
  },
};
const MISSING: ClauseFinding = {
  result: 'missing',
  observed: null,
  reason: { en: 'The report has no test for this requirement.', zh: '报告缺少该项检测。' },
  to_do: { en: 'Have this requirement tested and the report completed.', zh: '请补测该项并完善报告。' },
};
const NOT_APPLICABLE: ClauseFinding = {
  result: 'missing',
  observed: 'N/A',
  reason: {
    en: 'The report marks this requirement as not applicable, which is no pass: all twelve are asked for.',
    zh: '报告将该项标为不适用，不视为合格：规则要求全部12项。',
  },
  to_do: { en: 'Have this requirement tested and the report completed.', zh: '请补测该项并完善报告。' },
};
const RETEST: Sentence = {
  en: 'Mend the product and have this requirement tested again.',
  zh: '请整改产品并重新检测该项。',
};

function clauseBuilder(
  rule: ActiveRule,
  { slot, name }: { slot: Slot; name: string },
): (finding: ClauseFinding) => Check {
  const { clause, confirmed } = slot;
  const [en, zh] =
    clause === null ? [`Requirement ${name}`, `要求${name}`] : [`Clause ${name}`, `第${name}条`];
  return ({ result, observed, reason, to_do }) => ({
    code: 'report.clause',
    ...(clause === null ? {} : { clause }),
    slot: slot.slot,
    confirmed,
    result,
    observed,
    required: 'pass',
    reason: { en: `${en}: ${reason.en}`, zh: `${zh}：${reason.zh}` },
    to_do: to_do ?? null,
    rule_version_id: versionOfStandard(rule),
    blocks: blocks(rule, 'report.clause'),
  });
}

function fullScopeCheck(rule: ActiveRule, missing: readonly string[]): Check {
  const { slots, standard } = rule.parameters;
  const found = slots.length - missing.length;
  const names = listed(missing);
  const required = `${slots.length} / ${slots.length}`;
  const base = { clause: standard.clause, observed: `${found} / ${slots.length}`, required };
  if (missing.length > 0)
    return checkOf(rule, 'report.full_scope', {
      ...base,
      result: 'fail',
      reason: {
        en: `The report covers ${found} of ${slots.length} requirements; ${names.en} ${missing.length === 1 ? 'is' : 'are'} left out.`,
        zh: `报告覆盖${slots.length}项要求中的${found}项，缺${names.zh}。`,
      },
      to_do: { en: 'Have the report completed to full scope.', zh: '请补全为全项报告。' },
    });
  if (!rule.standard)
    return checkOf(rule, 'report.full_scope', {
      ...base,
      result: 'unknown',
      reason: {
        en: 'The standard has no recorded version, so that its annex and pending interpretations are not known.',
        zh: '该标准没有已登记的版本，附录及待定解释不明。',
      },
      to_do: { en: 'Have the operator record the standard.', zh: '请运营方登记该标准。' },
    });
  return checkOf(rule, 'report.full_scope', {
    ...base,
    result: 'pass',
    reason: {
      en: `The report covers all ${slots.length} requirements.`,
      zh: `报告覆盖全部${slots.length}项要求。`,
    },
  });
}
