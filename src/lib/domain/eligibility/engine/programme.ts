import { checkOf, listed, quoted, type Finding } from './check.ts';
import type { ActiveRule } from './rule.ts';
import type { Check, Sentence } from './verdict.ts';

/**
 * `programme.open`: the office belongs to the programme and the day of declaration lies within it. An office is
 * compared by its code, never by its name; a code that ends in 00 stands for the offices of a whole district
 * (Zhoushan is declared at offices of Hangzhou, 29xx, and is not Ningbo). `closed_on` is the last open day.
 */
export function programmeOpen(rule: ActiveRule, office: string, declaration_date: string): Check {
  const { programme } = rule.parameters;
  return checkOf(rule, 'programme.open', {
    clause: programme.clause,
    observed: `${quoted(office)}, ${quoted(declaration_date)}`,
    required: requiredText(rule),
    ...finding(rule, office, declaration_date),
  });
}

function finding(
  rule: ActiveRule,
  office: string,
  day: string,
): Pick<Finding, 'result' | 'reason' | 'to_do'> {
  const { offices, launched_on, closed_on } = rule.parameters.programme;
  if (!offices.some((open) => isWithin(office, open))) {
    const where = listed(offices);
    return {
      result: 'fail',
      reason: {
        en: `Customs office ${quoted(office)} is outside the programme, which is open at ${where.en}.`,
        zh: `申报关区${quoted(office)}不在该通道范围内，通道适用于${where.zh}。`,
      },
      to_do: {
        en: 'Declare at an office of the programme, or plan for ordinary clearance.',
        zh: '请在通道所属关区申报，或按普通通道安排。',
      },
    };
  }
  if (launched_on === null)
    return {
      result: 'fail',
      reason: { en: 'The programme has not been launched.', zh: '该通道尚未启用。' },
      to_do: ORDINARY,
    };
  if (day < launched_on)
    return {
      result: 'fail',
      reason: {
        en: `On ${day} the programme was not open yet: it opens on ${launched_on}.`,
        zh: `${day}通道尚未开通，开通日为${launched_on}。`,
      },
      to_do: { en: `Declare on ${launched_on} or later.`, zh: `请在${launched_on}或之后申报。` },
    };
  if (closed_on !== null && day > closed_on)
    return {
      result: 'fail',
      reason: {
        en: `On ${day} the programme is closed: its last day is ${closed_on}.`,
        zh: `${day}通道已关闭，最后一日为${closed_on}。`,
      },
      to_do: ORDINARY,
    };
  if (rule.state !== 'in_force') return notInForce(rule, day);
  return {
    result: 'pass',
    reason: {
      en: `Office ${office} belongs to the programme, which is open on ${day}.`,
      zh: `关区${office}属于该通道，且${day}通道开放。`,
    },
  };
}

const ORDINARY: Sentence = { en: 'Plan for ordinary clearance.', zh: '请按普通通道安排。' };

function notInForce(rule: ActiveRule, day: string): Pick<Finding, 'result' | 'reason' | 'to_do'> {
  const { valid_from } = rule.programme;
  if (rule.state === 'before_first')
    return {
      result: 'fail',
      reason: {
        en: `On ${day} the rule of the programme is not in force yet: it takes force on ${valid_from ?? 'a day not known'}.`,
        zh: `${day}通道规则尚未施行，施行日为${valid_from ?? '未知'}。`,
      },
      to_do: ORDINARY,
    };
  return {
    result: 'fail',
    reason: {
      en: `On ${day} the rule of the programme has ended: its last day was ${rule.valid_to ?? 'not recorded'}.`,
      zh: `${day}通道规则已失效，最后一日为${rule.valid_to ?? '未记录'}。`,
    },
    to_do: ORDINARY,
  };
}

function requiredText({ parameters: { programme } }: ActiveRule): string {
  const from = programme.launched_on ?? '…';
  const to = programme.closed_on ?? '…';
  return `${programme.offices.join(', ')}; ${from} – ${to}`;
}

/** 3104 is within 3104 and within 3100. */
export function isWithin(office: string, open: string): boolean {
  return (
    office === open || (open.endsWith('00') && /^\d{4}$/.test(office) && office.startsWith(open.slice(0, 2)))
  );
}
