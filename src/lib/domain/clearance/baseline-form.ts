import { narrow } from '#lib/domain/text/fold.ts';
import {
  BASELINE_MEASURES,
  DIRECTIONS,
  MEASURE_OF_CUSTOMS,
  type BaselineMeasure,
  type Direction,
} from './measure.ts';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';

/** An observation of clearance hours that somebody published or derived, before it is recorded. */
export type NewBaseline = {
  measure: BaselineMeasure;
  direction: Direction;
  population: string;
  population_zh: string | null;
  period_from: string | null;
  period_to: string | null;
  hours: number;
  hours_low: number | null;
  hours_high: number | null;
  is_derived: boolean;
  derivation: string | null;
  derivation_zh: string | null;
  is_default: boolean;
  definition_confirmed: boolean;
  source_title: string;
  source_title_zh: string | null;
  source_url: string | null;
  note: string | null;
  note_zh: string | null;
};

export type BaselineField = keyof NewBaseline;
export type BaselineProblem =
  | 'missing'
  | 'too_long'
  | 'not_hours'
  | 'not_a_range'
  | 'not_a_day'
  | 'backwards'
  | 'not_an_address'
  | 'derivation_missing'
  | 'never_default';

const LENGTH_MAX = {
  population: 300,
  population_zh: 300,
  source_title: 500,
  source_title_zh: 500,
  source_url: 2000,
  derivation: 1000,
  derivation_zh: 1000,
  note: 1000,
  note_zh: 1000,
};
/** Two years: nobody publishes a longer average. */
const HOURS_MAX = 2 * 366 * 24;

/**
 * Reads the fields of a form as they were typed; full-width digits are read as digits.
 * All problems at once, each by its field. What was derived says how; the series of Customs is never a default.
 */
export function readBaseline(
  typed: (field: BaselineField) => string,
):
  | { ok: true; baseline: NewBaseline }
  | { ok: false; problems: Partial<Record<BaselineField, BaselineProblem>> } {
  const problems: Partial<Record<BaselineField, BaselineProblem>> = {};
  const words = (field: keyof typeof LENGTH_MAX) => {
    const value = typed(field).normalize('NFC').trim();
    if (value.length > LENGTH_MAX[field]) problems[field] = 'too_long';
    return value === '' ? null : value;
  };
  const needed = (field: 'population' | 'source_title') => {
    const value = words(field);
    if (value === null) problems[field] = 'missing';
    return value ?? '';
  };
  const hours = (field: 'hours' | 'hours_low' | 'hours_high') => {
    const value = narrow(typed(field)).trim();
    if (value === '') return null;
    const read = /^\d{1,6}(\.\d{1,6})?$/.test(value) ? Number(value) : 0;
    if (read <= 0 || read > HOURS_MAX) problems[field] = 'not_hours';
    return read;
  };
  const day = (field: 'period_from' | 'period_to') => {
    const value = narrow(typed(field)).trim();
    if (value !== '' && dayFromText(value) === null) problems[field] = 'not_a_day';
    return value === '' ? null : value;
  };
  const baseline: NewBaseline = {
    measure: BASELINE_MEASURES.find((one) => one === typed('measure')) ?? 'declared_to_released',
    direction: DIRECTIONS.find((one) => one === typed('direction')) ?? 'export',
    population: needed('population'),
    population_zh: words('population_zh'),
    period_from: day('period_from'),
    period_to: day('period_to'),
    hours: hours('hours') ?? 0,
    hours_low: hours('hours_low'),
    hours_high: hours('hours_high'),
    is_derived: typed('is_derived') !== '',
    derivation: words('derivation'),
    derivation_zh: words('derivation_zh'),
    is_default: typed('is_default') !== '',
    definition_confirmed: typed('definition_confirmed') !== '',
    source_title: needed('source_title'),
    source_title_zh: words('source_title_zh'),
    source_url: words('source_url'),
    note: words('note'),
    note_zh: words('note_zh'),
  };
  if (baseline.hours === 0) problems.hours ??= 'missing';
  if (!isRange(baseline)) problems.hours_low ??= 'not_a_range';
  const { period_from, period_to, source_url } = baseline;
  if (period_from && period_to && period_from > period_to) problems.period_to ??= 'backwards';
  if (source_url !== null && !isAddress(source_url)) problems.source_url ??= 'not_an_address';
  if (baseline.is_derived && baseline.derivation === null) problems.derivation ??= 'derivation_missing';
  if (baseline.is_default && baseline.measure === MEASURE_OF_CUSTOMS) problems.is_default = 'never_default';
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, baseline };
}

/** Both ends of the range that rounding leaves, around the hours, or none. */
export function isRange({
  hours,
  hours_low,
  hours_high,
}: Pick<NewBaseline, 'hours' | 'hours_low' | 'hours_high'>): boolean {
  if (hours_low === null || hours_high === null) return hours_low === hours_high;
  return hours_low <= hours && hours <= hours_high;
}

/** Only addresses that a browser may safely follow: a link to another scheme could run what it names. */
export function isAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
