import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import {
  findStandardNos,
  isSameEdition,
  isSameStandard,
  parseStandardNo,
  standardText,
  stripSacinfo,
  type StandardNo,
} from '#lib/domain/text/standard-no.ts';
import { checkOf, listed, quoted, type Finding } from './check.ts';
import { remember } from './memo.ts';
import type { ActiveRule } from './rule.ts';
import type { Check, Sentence } from './verdict.ts';

const RETEST: Sentence = {
  en: 'Have the product tested to the edition that is asked for, in full scope.',
  zh: '请按要求的标准版本进行全项检测。',
};

/**
 * `report.standard_edition`: the report cites the edition that the rule asks for. An undated citation names no
 * edition, and two editions of one standard leave open to which the clauses belong: both are unknown.
 */
export function standardEdition(rule: ActiveRule, cited: string): Check {
  const { standard } = rule.parameters;
  return checkOf(rule, 'report.standard_edition', {
    clause: standard.clause,
    observed: quoted(cited) || null,
    required: standard.standard_no,
    ...editionFinding(standard.standard_no, cited),
  });
}

function editionFinding(required_no: string, cited: string): Pick<Finding, 'result' | 'reason' | 'to_do'> {
  const required = parseStandardNo(required_no);
  const found = distinct(findStandardNos(stripSacinfo(cited)));
  if (!required || found.length === 0)
    return {
      result: 'unknown',
      reason: {
        en: `The report names no standard that can be read; ${required_no} is asked for.`,
        zh: `未能从报告中读出标准编号，要求为${required_no}。`,
      },
      to_do: {
        en: 'Enter the number of the standard as the report prints it.',
        zh: '请按报告原样填写标准编号。',
      },
    };
  const names = listed(found.map(standardText));
  const editions = found.filter((one) => isSameStandard(one, required));
  const dated = editions.filter(({ year }) => year !== null);
  if (editions.length > 0 && dated.length === 0)
    return {
      result: 'unknown',
      reason: {
        en: `The report cites ${names.en} without a year, so that the edition is not known; ${required_no} is asked for.`,
        zh: `报告引用${names.zh}但未注明年号，版本不明，要求为${required_no}。`,
      },
      to_do: { en: 'Ask the laboratory which edition was applied.', zh: '请向实验室确认所用标准版本。' },
    };
  if (!dated.some((one) => isSameEdition(one, required)))
    return {
      result: 'fail',
      reason: {
        en: `The report cites ${names.en}; ${required_no} is asked for.`,
        zh: `报告依据${names.zh}，要求为${required_no}。`,
      },
      to_do: RETEST,
    };
  if (dated.length > 1)
    return {
      result: 'unknown',
      reason: {
        en: `The report cites several editions (${names.en}), and it cannot be told which of them a test follows.`,
        zh: `报告引用了多个版本（${names.zh}），无法判断各项检测依据哪一版。`,
      },
      to_do: {
        en: `Ask the laboratory for a report to ${required_no} alone.`,
        zh: `请实验室出具仅依据${required_no}的报告。`,
      },
    };
  return {
    result: 'pass',
    reason: { en: `The report is to ${required_no}.`, zh: `报告依据${required_no}。` },
  };
}

function distinct(standards: readonly StandardNo[]): StandardNo[] {
  const by_text = new Map(standards.map((one) => [standardText(one), one]));
  return [...by_text.values()];
}

/** Days since 1970; null for what is no day. */
const numberOfDay = remember(dayFromText);

/**
 * `report.age`: calendar days in China from the day of issue to the day of declaration. Day 0 and the last day
 * of the window count, the day after does not; a report from the future fails.
 */
export function reportAge(rule: ActiveRule, issued_on: string, declaration_date: string): Check {
  const { value: days_max, clause } = rule.parameters.report_age_days;
  const base = { clause, required: `0–${days_max} d` };
  const [issued, declared] = [numberOfDay(issued_on), numberOfDay(declaration_date)];
  if (issued === null || declared === null)
    return checkOf(rule, 'report.age', {
      ...base,
      result: 'unknown',
      observed: quoted(`${issued_on} → ${declaration_date}`),
      reason: { en: 'A day cannot be read.', zh: '日期无法识别。' },
      to_do: { en: 'Enter days as YYYY-MM-DD.', zh: '请按YYYY-MM-DD填写日期。' },
    });
  const age_days = declared - issued;
  const observed = `${age_days} d (${issued_on} → ${declaration_date})`;
  if (age_days < 0)
    return checkOf(rule, 'report.age', {
      ...base,
      result: 'fail',
      observed,
      reason: {
        en: `The report is dated ${issued_on}, after the declaration on ${declaration_date}.`,
        zh: `报告签发日${issued_on}晚于申报日${declaration_date}。`,
      },
      to_do: {
        en: 'Check both days; a report counts from its day of issue on.',
        zh: '请核对两个日期；报告自签发之日起有效。',
      },
    });
  if (age_days > days_max)
    return checkOf(rule, 'report.age', {
      ...base,
      result: 'fail',
      observed,
      reason: {
        en: `On ${declaration_date} the report is ${age_days} days old; at most ${days_max} are allowed, counted from its day of issue.`,
        zh: `${declaration_date}申报时报告已满${age_days}日，自签发之日起最多${days_max}日。`,
      },
      to_do: { en: 'Have the product tested again before it is declared.', zh: '请在申报前重新检测。' },
    });
  return checkOf(rule, 'report.age', {
    ...base,
    result: 'pass',
    observed,
    reason: {
      en: `On ${declaration_date} the report is ${age_days} days old; at most ${days_max} are allowed.`,
      zh: `${declaration_date}申报时报告签发已${age_days}日，最多${days_max}日。`,
    },
  });
}
