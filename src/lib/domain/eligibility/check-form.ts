import { parseClause } from '#lib/domain/text/clauses.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import type { DecisionInput } from './engine/input.ts';
import { readVerdict } from './engine/verdict-words.ts';

/**
 * The form in which a person enters a report, as plain fields: what was typed comes back with every refusal, and
 * what is read from it is the body of `POST /eligibility/decisions`. Rows without a verdict are left out: the
 * report has no such test.
 */
export type ItemFields = {
  clause: string;
  topic: string;
  verdict: string;
  result: string;
  limit: string;
  unit: string;
  is_outside: boolean;
};
export type MaterialFields = {
  component: string;
  phthalate_free: string;
  heavy_metals_ppm: string;
  flame_retardants: string;
};
export const PLAIN_FIELDS = [
  'reference',
  'declaration_date',
  'customs_office',
  'category',
  'hs_code',
  'product_name',
  'report_no',
  'issued_on',
  'tested_from',
  'tested_to',
  'cnas_id',
  'lab_site',
  'standard',
] as const;
export type PlainField = (typeof PLAIN_FIELDS)[number];
export type CheckFields = Record<PlainField, string> & { items: ItemFields[]; materials: MaterialFields[] };

/** Beyond any report that a person types. */
const ROWS_MAX = 100;

/** Reads the fields of a sent form; `value` gives the values of a name in their order. */
export function readCheckFields(values: (name: string) => readonly string[]): CheckFields {
  const plain = (name: string) => (values(name)[0] ?? '').trim();
  const rows = <T>(name: string, row: (index: number) => T) =>
    Array.from({ length: Math.min(ROWS_MAX, values(name).length) }, (_, index) => row(index));
  const cell = (name: string, index: number) => (values(name)[index] ?? '').trim();
  const outside = new Set(values('item_outside'));
  return {
    reference: plain('reference'),
    declaration_date: plain('declaration_date'),
    customs_office: plain('customs_office'),
    category: plain('category'),
    hs_code: plain('hs_code'),
    product_name: plain('product_name'),
    report_no: plain('report_no'),
    issued_on: plain('issued_on'),
    tested_from: plain('tested_from'),
    tested_to: plain('tested_to'),
    cnas_id: plain('cnas_id'),
    lab_site: plain('lab_site'),
    standard: plain('standard'),
    items: rows('item_clause', (index) => ({
      clause: cell('item_clause', index),
      topic: cell('item_topic', index),
      verdict: cell('item_verdict', index),
      result: cell('item_result', index),
      limit: cell('item_limit', index),
      unit: cell('item_unit', index),
      is_outside: outside.has(String(index)),
    })),
    materials: rows('material_component', (index) => ({
      component: cell('material_component', index),
      phthalate_free: cell('material_phthalate_free', index),
      heavy_metals_ppm: cell('material_heavy_metals', index),
      flame_retardants: cell('material_flame_retardants', index),
    })),
  };
}

export type FieldProblem = 'missing' | 'not_a_day' | 'not_an_office';

const NEEDED = ['declaration_date', 'category', 'issued_on', 'cnas_id', 'standard'] as const;
const DAYS = ['declaration_date', 'issued_on', 'tested_from', 'tested_to'] as const;

/** What keeps the form from being decided on; what is only doubtful is answered by the checks. */
export function fieldProblems(fields: CheckFields): Partial<Record<PlainField, FieldProblem>> {
  const found: Partial<Record<PlainField, FieldProblem>> = {};
  for (const name of DAYS) if (fields[name] !== '' && !isDay(fields[name])) found[name] = 'not_a_day';
  if (fields.customs_office !== '' && !/^\d{4}$/.test(fields.customs_office))
    found.customs_office = 'not_an_office';
  for (const name of NEEDED) if (fields[name] === '') found[name] = 'missing';
  return found;
}

/** The body of the question, as the published contract has it; its schema says what is wrong with it. */
export function questionBody(fields: CheckFields): Record<string, unknown> {
  const given = (text: string) => (text === '' ? null : text);
  return {
    reference: given(fields.reference),
    declaration_date: fields.declaration_date,
    customs_office: given(fields.customs_office),
    product: {
      category: fields.category,
      hs_code: given(fields.hs_code),
      name: given(fields.product_name),
    },
    report: {
      report_no: fields.report_no,
      issued_on: fields.issued_on,
      tested_from: given(fields.tested_from),
      tested_to: given(fields.tested_to),
      lab: { cnas_id: fields.cnas_id, site: given(fields.lab_site) },
      standard: fields.standard,
      items: fields.items
        .filter(({ verdict, result }) => verdict !== '' || result !== '')
        .map(({ clause, topic, verdict, result, limit, unit, is_outside }) => ({
          clause,
          topic: given(topic),
          verdict,
          result: given(result),
          limit: given(limit),
          unit: given(unit),
          accredited: is_outside ? false : null,
        })),
    },
    materials: fields.materials
      .filter(({ component }) => component !== '')
      .map(({ component, phthalate_free, heavy_metals_ppm, flame_retardants }) => ({
        component,
        declares: {
          phthalate_free: phthalate_free === '' ? null : phthalate_free === 'yes',
          heavy_metals_ppm: given(heavy_metals_ppm),
          flame_retardants: given(flame_retardants),
        },
      })),
  };
}

/** The fields of a question that was decided on, to be changed and asked again. */
export function fieldsOf(input: DecisionInput, reference: string | null): CheckFields {
  const { product, report } = input;
  const text = (value: string | number | null | undefined) => String(value ?? '');
  return {
    reference: text(reference),
    declaration_date: input.declaration_date,
    customs_office: input.customs_office,
    category: product.category,
    hs_code: text(product.hs_code),
    product_name: text(product.name),
    report_no: report.report_no,
    issued_on: report.issued_on,
    tested_from: text(report.tested_from),
    tested_to: text(report.tested_to),
    cnas_id: report.lab.cnas_id,
    lab_site: text(report.lab.site),
    standard: report.standard,
    items: report.items.map((item) => ({
      clause: item.clause,
      topic: text(item.topic),
      verdict: wordOf(item.verdict),
      result: text(item.result),
      limit: text(item.limit),
      unit: text(item.unit),
      is_outside: item.accredited === false,
    })),
    materials: (input.materials ?? []).map(({ component, declares }) => ({
      component,
      phthalate_free:
        declares.phthalate_free === null || declares.phthalate_free === undefined
          ? ''
          : declares.phthalate_free
            ? 'yes'
            : 'no',
      heavy_metals_ppm: text(declares.heavy_metals_ppm),
      flame_retardants: text(declares.flame_retardants),
    })),
  };
}

/** The choice of the form that a verdict in words means; other words stay as they are. */
function wordOf(written: string): string {
  const verdict = readVerdict(written);
  return verdict === 'unreadable' ? written : verdict;
}

/**
 * Reads rows that were copied from a report or a sheet: one test a line, cells parted by tabs, bars, semicolons or
 * two blanks. The clause (or name) stands first; a verdict is known by its word, a limit by its operator (or by
 * standing behind a result).
 */
export function readPastedItems(text: string): ItemFields[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.split(/\t|\s*[|；;]\s*|\s{2,}/).map((cell) => cell.trim()))
    .map((cells) => (cells.length < 2 ? (cells[0] ?? '').split(/\s+/) : cells))
    .map((cells) => cells.filter((cell) => cell !== ''))
    .filter((cells) => cells.length >= 2)
    .slice(0, ROWS_MAX)
    .flatMap((cells) => itemOf(cells) ?? []);
}

function itemOf(cells: readonly string[]): ItemFields | null {
  const at = cells.findIndex((cell) => readVerdict(cell) !== 'unreadable');
  if (at < 0) return null;
  const rest = cells.filter((_, index) => index !== at);
  const clause = rest.find((cell) => parseClause(cell) !== null) ?? rest[0] ?? '';
  const values = rest.filter((cell) => cell !== clause && /\d|n\.?d\.?|未检出/i.test(cell));
  const limit =
    values.find((cell) => /^(?:[≤≥]|[<>]=?|不)/.test(cell) && values.length > 1) ?? values[1] ?? '';
  return {
    clause: parseClause(clause) ?? clause,
    topic: '',
    verdict: wordOf(cells[at] ?? ''),
    result: values.find((cell) => cell !== limit) ?? '',
    limit,
    unit: '',
    is_outside: false,
  };
}

/** The rows of the form: one for each requirement of the rule, filled by what is known, further ones behind. */
export function rowsFor(
  slots: readonly { clause: string | null; topic: string | null }[],
  known: readonly ItemFields[],
): ItemFields[] {
  const left = [...known];
  const rows = slots.map(({ clause, topic }): ItemFields => {
    const at = left.findIndex(
      (item) => clause !== null && (parseClause(item.clause) ?? item.clause) === clause,
    );
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return (
      found ?? {
        clause: clause ?? topic ?? '',
        topic: '',
        verdict: '',
        result: '',
        limit: '',
        unit: '',
        is_outside: false,
      }
    );
  });
  return [...rows, ...left];
}
