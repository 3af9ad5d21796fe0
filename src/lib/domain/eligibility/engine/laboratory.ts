import {
  labOnDay,
  readCnasId,
  type CnasId,
  type LabOnDay,
  type LabRecord,
} from '#lib/domain/eligibility/lab.ts';
import { isWithinClause, parseClause } from '#lib/domain/text/clauses.ts';
import { foldName } from '#lib/domain/text/fold.ts';
import { addDays, isDay } from '#lib/domain/text/calendar-day.ts';
import { canMeanEdition, findStandardNos, parseStandardNo } from '#lib/domain/text/standard-no.ts';
import { checkOf, listed, quoted, type Finding } from './check.ts';
import type { ReportInput } from './input.ts';
import { remember } from './memo.ts';
import type { ActiveRule } from './rule.ts';
import type { Check, Sentence } from './verdict.ts';

export type LabChecks = { accreditation: Check; scope: Check };

/** Days of the tests, and whether the day of issue stands in for them. */
type TestDays = { from: string; to: string; is_assumed: boolean };

type Asked = LabReader & { site: string | null; days: TestDays | null };

/** One laboratory as its register speaks of it, read once. */
export type LabReader = {
  written: string;
  id: CnasId;
  history: readonly LabRecord[];
  onDay: (day: string) => LabOnDay | null;
  /** The days on which a record begins, or the day after it has ended. */
  turns: readonly string[];
  coverage: (record: LabRecord) => Coverage;
};

export function labReader(rule: ActiveRule, written: string): LabReader {
  const id = readCnasId(written);
  const history = (id.ok && rule.register.labs.get(id.cnas_id)) || [];
  const turns = history.flatMap(({ valid_from, valid_to }) => [
    valid_from,
    valid_to !== null && isDay(valid_to) ? addDays(valid_to, 1) : null,
  ]);
  return {
    written,
    id,
    history,
    // Null is wrapped, because what is remembered must be something.
    onDay: unwrapped(remember((day: string) => [labOnDay(history, day)] as const)),
    turns: turns.filter((day) => day !== null).sort(),
    coverage: remember((record: LabRecord) => coverageOf(rule, record)),
  };
}

function unwrapped<A, R>(read: (a: A) => readonly [R]): (a: A) => R {
  return (a) => read(a)[0];
}

const isReadable = remember(isDay);

/**
 * `lab.accreditation` and `lab.scope`: a testing laboratory, verified in the register and accredited for the
 * standard *on the days of the tests*, the first of them and the last and every day between. A form that looks
 * right verifies nothing; an inspection or certification body (IB…, C…) is no testing laboratory.
 */
export function labChecks(
  rule: ActiveRule,
  reader: LabReader,
  report: Pick<ReportInput, 'issued_on' | 'tested_from' | 'tested_to'> & { site: string | null },
): LabChecks {
  const asked: Asked = { ...reader, site: report.site, days: testDays(report) };
  return { accreditation: accreditationCheck(rule, asked), scope: scopeCheck(rule, asked) };
}

function testDays({
  issued_on,
  tested_from,
  tested_to,
}: Pick<ReportInput, 'issued_on' | 'tested_from' | 'tested_to'>): TestDays | null {
  const to = tested_to ?? issued_on;
  const from = tested_from ?? to;
  if (!isReadable(from) || !isReadable(to)) return null;
  return from <= to ? { from, to, is_assumed: !tested_to } : { from: to, to: from, is_assumed: !tested_to };
}

function daysText({ from, to, is_assumed }: TestDays): Sentence {
  const day = from === to ? from : `${from} – ${to}`;
  return is_assumed
    ? { en: `${day}, the day of issue, as no test date is given`, zh: `${day}，未填检测日期，以签发日计` }
    : { en: day, zh: day };
}

/** The first and last day, and each day within on which a record begins or has just ended. */
function daysToLookAt(turns: readonly string[], { from, to }: TestDays): string[] {
  const within = turns.filter((day) => day > from && day < to);
  return within.length === 0 && from === to ? [from] : [...new Set([from, ...within, to])];
}

// --- accreditation --------------------------------------------------------------------------------

function accreditationCheck(rule: ActiveRule, asked: Asked): Check {
  const { id, days } = asked;
  const finding = rule.parameters.accreditation.schemes.includes('cnas')
    ? accreditation(asked)
    : OTHER_SCHEME;
  const name = id.ok ? id.cnas_id : quoted(asked.written) || '–';
  return checkOf(rule, 'lab.accreditation', {
    clause: rule.parameters.accreditation.clause,
    required: 'CNAS L, verified',
    observed: [name, finding.status, days && daysText(days).en].filter(Boolean).join(', '),
    result: finding.result,
    reason: finding.reason,
    to_do: finding.to_do ?? null,
  });
}

type Accreditation = Pick<Finding, 'result' | 'reason' | 'to_do'> & { status: string | null };

const OTHER_LAB: Sentence = {
  en: 'Use a report of a laboratory that was accredited on the days of its tests.',
  zh: '请使用检测当日具备认可资格的实验室出具的报告。',
};

function accreditation({ id, written, site, days, turns, onDay }: Asked): Accreditation {
  if (!id.ok) return unreadableId(id, written);
  const { cnas_id, kind } = id;
  if (kind !== 'testing')
    return {
      status: null,
      result: 'fail',
      reason: {
        en: `${cnas_id} is the number of ${BODIES[kind].en}, which is no testing laboratory (CNAS L…).`,
        zh: `${cnas_id}是${BODIES[kind].zh}的编号，不是检测实验室（CNAS L…）。`,
      },
      to_do: { en: 'Enter the id of the laboratory that did the tests.', zh: '请填写实际检测的实验室编号。' },
    };
  if (!days)
    return {
      status: null,
      result: 'unknown',
      reason: { en: 'The days of the tests cannot be read.', zh: '检测日期无法识别。' },
      to_do: { en: 'Enter days as YYYY-MM-DD.', zh: '请按YYYY-MM-DD填写日期。' },
    };
  const found = daysToLookAt(turns, days).map((day) => ({ day, on_day: onDay(day) }));
  const lost = found.find(({ on_day }) => on_day && LOST.has(on_day.status));
  if (lost?.on_day)
    return {
      status: lost.on_day.status,
      result: 'fail',
      reason: {
        en: `${cnas_id} was ${lost.on_day.status} on ${lost.day}, a day of the tests (${daysText(days).en}).`,
        zh: `${cnas_id}在检测期间（${daysText(days).zh}）的${lost.day}${LOST.get(lost.on_day.status) ?? ''}。`,
      },
      to_do: OTHER_LAB,
    };
  const open = found.find(({ on_day }) => on_day?.status !== 'verified');
  if (open)
    return {
      status: open.on_day?.status ?? null,
      result: 'unknown',
      reason: open.on_day
        ? {
            en: `${cnas_id} stands in the register, but nobody has verified it for ${open.day}.`,
            zh: `${cnas_id}已在名录中，但${open.day}的资格尚未核验。`,
          }
        : {
            en: `The register says nothing of ${cnas_id} for ${open.day}. A number of the right form is no verification.`,
            zh: `名录中没有${cnas_id}在${open.day}的记录；编号格式正确不等于已核验。`,
          },
      to_do: { en: 'Have the operator verify the laboratory at CNAS.', zh: '请运营方在CNAS核验该实验室。' },
    };
  return (
    siteFinding({ site, records: found.flatMap(({ on_day }) => on_day?.record ?? []) }) ?? {
      status: 'verified',
      result: 'pass',
      reason: {
        en: `${cnas_id} is verified and was accredited on the days of the tests (${daysText(days).en}).`,
        zh: `${cnas_id}已核验，检测当日（${daysText(days).zh}）具备认可资格。`,
      },
    }
  );
}

/** The register holds accreditations by CNAS alone. */
const OTHER_SCHEME: Accreditation = {
  status: null,
  result: 'unknown',
  reason: {
    en: 'The rule asks for an accreditation other than CNAS, which the register does not hold.',
    zh: '规则要求CNAS以外的资质，名录未收录。',
  },
  to_do: { en: 'Have the accreditation looked at by a person.', zh: '请人工核对该资质。' },
};

const LOST: ReadonlyMap<string, string> = new Map([
  ['suspended', '处于暂停状态'],
  ['withdrawn', '已被撤销认可'],
  ['expired', '认可已过期'],
]);
const BODIES = {
  inspection: { en: 'an inspection body', zh: '检验机构' },
  certification: { en: 'a certification body', zh: '认证机构' },
  other: { en: 'another kind of body', zh: '其他类别机构' },
} as const;

function unreadableId(id: Extract<CnasId, { ok: false }>, written: string): Accreditation {
  const name = quoted(written) || '–';
  return {
    status: null,
    result: 'fail',
    reason:
      id.problem === 'ambiguous'
        ? { en: `“${name}” names several laboratories.`, zh: `“${name}”包含多个实验室编号。` }
        : {
            en: `“${name}” is no CNAS id of a testing laboratory (CNAS L…).`,
            zh: `“${name}”不是检测实验室的CNAS编号（CNAS L…）。`,
          },
    to_do: { en: 'Enter the id as the report prints it.', zh: '请按报告原样填写编号。' },
  };
}

/** A laboratory of several sites may have some that are not accredited (CNAS-R01 5.3.7). */
function siteFinding({
  site,
  records,
}: {
  site: string | null;
  records: readonly LabRecord[];
}): Accreditation | null {
  if (site === null || site.trim() === '') return null;
  for (const { sites } of records) {
    if (sites.length === 0) continue;
    const named = sites.find(({ name, address }) =>
      [name, address ?? name].some((one) => isSameName(one, site)),
    );
    if (named?.is_accredited) continue;
    return {
      status: 'verified',
      result: named ? 'fail' : 'unknown',
      reason: named
        ? { en: `The site “${quoted(site)}” is not accredited.`, zh: `检测地点“${quoted(site)}”未获认可。` }
        : {
            en: `The register has no site “${quoted(site)}” of this laboratory.`,
            zh: `名录中没有该实验室的检测地点“${quoted(site)}”。`,
          },
      to_do: OTHER_LAB,
    };
  }
  return null;
}

function isSameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

// --- scope ----------------------------------------------------------------------------------------

function scopeCheck(rule: ActiveRule, asked: Asked): Check {
  const { standard_no } = rule.parameters.standard;
  const base = { clause: rule.parameters.accreditation.clause, required: standard_no };
  if (!rule.parameters.accreditation.needs_scope)
    return checkOf(rule, 'lab.scope', {
      ...base,
      result: 'pass',
      observed: null,
      reason: { en: 'The rule asks for no scope.', zh: '规则未要求认可范围。' },
    });
  const { turns, days, onDay } = asked;
  const found = days ? daysToLookAt(turns, days).map(onDay) : [];
  if (found.length === 0 || found.some((on_day) => on_day?.status !== 'verified'))
    return checkOf(rule, 'lab.scope', {
      ...base,
      result: 'unknown',
      observed: null,
      reason: {
        en: 'There is no verified accreditation on the days of the tests whose scope could be looked at.',
        zh: '检测当日没有已核验的认可，无法查对认可范围。',
      },
      to_do: { en: 'Have the operator verify the laboratory at CNAS.', zh: '请运营方在CNAS核验该实验室。' },
    });
  const coverage = found.flatMap((on_day) => (on_day ? asked.coverage(on_day.record) : []));
  const outside = [...new Set(coverage.flatMap((one) => one.outside))];
  const limited = [...new Set(coverage.flatMap((one) => one.limited))];
  if (outside.length > 0)
    return outOfScope(rule, outside, {
      en: `The accredited scope on the days of the tests does not cover ${listed(outside).en} of ${standard_no}.`,
      zh: `检测当日的认可范围未覆盖${standard_no}的${listed(outside).zh}。`,
    });
  if (limited.length > 0)
    return checkOf(rule, 'lab.scope', {
      ...base,
      result: 'unknown',
      observed: `${standard_no}: ${limited.join('; ')}`,
      reason: {
        en: `The accredited scope carries a limitation: ${limited.join('; ')}. Whether it touches these tests has to be read by a person.`,
        zh: `认可范围附有限制：${limited.join('；')}，是否影响本次检测需人工判断。`,
      },
      to_do: {
        en: 'Have the operator record which clauses the limitation leaves out.',
        zh: '请运营方登记该限制排除了哪些条款。',
      },
    });
  return checkOf(rule, 'lab.scope', {
    ...base,
    result: 'pass',
    observed: standard_no,
    reason: { en: `The accredited scope covers ${standard_no}.`, zh: `认可范围覆盖${standard_no}。` },
  });
}

export function outOfScope(rule: ActiveRule, outside: readonly string[], reason: Sentence): Check {
  return checkOf(rule, 'lab.scope', {
    clause: rule.parameters.accreditation.clause,
    result: 'fail',
    required: rule.parameters.standard.standard_no,
    observed: `– ${outside.join(', ')}`,
    reason,
    to_do: {
      en: 'Have these requirements tested by a laboratory that is accredited for them.',
      zh: '请由具备相应认可范围的实验室检测这些项目。',
    },
  });
}

/**
 * The requirements that no line of a scope covers, and limitations on the only lines that cover one. A line
 * without clauses covers the whole standard; an undated one means its latest edition.
 */
type Coverage = { outside: string[]; limited: string[] };

function coverageOf(rule: ActiveRule, record: LabRecord): Coverage {
  const { standard, slots } = rule.parameters;
  const required = parseStandardNo(standard.standard_no);
  const lines = record.scope.filter(
    (line) => required && findStandardNos(line.standard).some((cited) => canMeanEdition(cited, required)),
  );
  if (lines.length === 0) return { outside: [standard.standard_no], limited: [] };
  const outside: string[] = [];
  const limited: string[] = [];
  for (const slot of slots) {
    const path = slot.clause === null ? null : (parseClause(slot.clause) ?? slot.clause);
    const covering = lines.filter(
      ({ clauses }) => clauses === null || clauses.some((one) => isBelow(path, one)),
    );
    if (covering.length === 0) outside.push(slot.clause ?? slot.topic ?? `#${slot.slot}`);
    else if (covering.every(({ limitation }) => limitation !== null && limitation.trim() !== ''))
      limited.push(...covering.map(({ limitation }) => quoted(limitation ?? '')));
  }
  return { outside, limited };
}

/** A requirement of which only the topic is known lies in no list of clauses. */
function isBelow(path: string | null, written: string): boolean {
  return path !== null && isWithinClause(path, parseClause(written) ?? written);
}
