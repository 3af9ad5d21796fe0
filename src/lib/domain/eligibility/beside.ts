import { parseClause } from '#lib/domain/text/clauses.ts';
import { isChinese, type Glossary, type GlossaryLanguage, type TermKind } from './glossary.ts';
import type { ReportContent, ReportItem } from './test-report.ts';
import { citationIn, isWhole, translateLine, type Piece } from './translate-line.ts';

/** What a line of a report says, by the field that it stands in. */
export const BESIDE_FIELDS = [
  'sample_name',
  'age_grade',
  'test',
  'method',
  'verdict',
  'result',
  'limit',
  'detection_limit',
  'unit',
] as const;
export type BesideField = (typeof BESIDE_FIELDS)[number];

/** A line as it stands, and the same by the glossary. */
export type BesideLine = { text: string; pieces: Piece[] };
export type BesideFieldLine = BesideLine & { field: BesideField };
export type BesideTest = {
  /** The clause as the report's entry holds it (`4.8`), and its citation in the other language. */
  clause: string | null;
  clause_translation: string | null;
  lines: BesideFieldLine[];
};
export type BesideReport = {
  to: GlossaryLanguage;
  fields: BesideFieldLine[];
  tests: BesideTest[];
  /** Lines in which something stays untranslated, of all. */
  open: number;
  total: number;
};

const EXPECTED: Partial<Record<BesideField, TermKind>> = { test: 'test', verdict: 'verdict', unit: 'unit' };

/**
 * The entries of a report, line for line beside the other language. Nothing of it is part of the report, and
 * nothing is decided on it.
 */
export function reportBeside(
  report: Pick<ReportContent, 'product' | 'items'>,
  glossary: Glossary,
  to: GlossaryLanguage,
): BesideReport {
  const line = (field: BesideField, text: string | null): BesideFieldLine[] =>
    text === null
      ? []
      : [{ field, text, pieces: translateLine(glossary, text, { to, expected: EXPECTED[field] ?? null }) }];
  const { product } = report;
  const fields = [...line('sample_name', product.name), ...line('age_grade', product.age_grade)];
  const tests = report.items.map((item): BesideTest => {
    const path = item.clause === null ? null : parseClause(item.clause);
    const has_measure = item.result !== null || item.limit !== null;
    return {
      clause: path,
      clause_translation: path && citationIn([path], to),
      lines: [
        ...line('test', nameOf(item, path)),
        ...line('method', item.method),
        ...line('verdict', item.verdict),
        ...line('result', measured(item.result, item.unit)),
        ...line('limit', measured(item.limit, item.unit)),
        ...line('detection_limit', measured(item.detection_limit, item.unit)),
        ...(has_measure ? [] : line('unit', item.unit)),
      ],
    };
  });
  const all = [...fields, ...tests.flatMap(({ lines }) => lines)];
  return { to, fields, tests, open: all.filter(({ pieces }) => !isWhole(pieces)).length, total: all.length };
}

/** The lines of a page of a document's text; empty ones part paragraphs and say nothing. */
export function pageBeside(text: string, glossary: Glossary, to: GlossaryLanguage): BesideLine[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ text: line, pieces: translateLine(glossary, line, { to }) }));
}

/** The language beside that of a report; of one in both, and of one that nobody named, what its words ask for. */
export function otherLanguage(
  report: Pick<ReportContent, 'language' | 'product' | 'items'>,
  readers: GlossaryLanguage,
): GlossaryLanguage {
  if (report.language === 'zh') return 'en';
  if (report.language === 'en') return 'zh';
  if (report.language === 'both') return readers;
  const words = [report.product.name, ...report.items.flatMap(({ name, verdict }) => [name, verdict])];
  const written = words.filter((word) => word !== null).join('');
  if (isChinese(written)) return 'en';
  return /[a-z]/i.test(written) ? 'zh' : readers;
}

/** What is no clause stands there as the name of the test. */
function nameOf({ clause, name, topic }: ReportItem, path: string | null): string | null {
  return name ?? (path === null ? clause : null) ?? topic;
}

/** A bare number is said with the unit of its row. */
function measured(value: string | null, unit: string | null): string | null {
  if (value === null || unit === null || !/^[\s<>≤≥=≦≧＜＞\d.,]+$/.test(value)) return value;
  return `${value} ${unit}`;
}
