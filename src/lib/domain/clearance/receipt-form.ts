import { foldCode } from './read-receipt.ts';
import { RECEIPT_EVENTS, type ReceiptEvent, type ReceiptReading } from './receipt.ts';

export type ReceiptFormProblem = 'missing' | 'too_long' | 'not_a_name' | 'not_an_event';
type Problems = Record<string, ReceiptFormProblem>;
export type ReadForm<T> = { ok: true; value: T } | { ok: false; problems: Problems };
/** What is typed in a field, without blanks around it; empty when there is nothing. */
type Typed = (field: string) => string;

/** The same limits as the API has. */
const LENGTH_MAX: Readonly<Record<string, number>> = {
  code: 20,
  vendor: 40,
  name: 200,
  name_zh: 200,
  meaning: 300,
  meaning_zh: 300,
  source: 500,
};
const CHECKED = 'on';

/** What a firm says of a code of its own system; null takes the answer back. */
export function readReadingForm(typed: Typed): ReadForm<{ code: string; reading: ReceiptReading | null }> {
  const problems: Problems = {};
  const code = readCode(typed, problems);
  if (typed('event') === '') return end(problems, { code, reading: null });
  const event = readEvent(typed, problems);
  return end(problems, { code, reading: { event, reopens: event === 'void' } });
}

/** A line of a vendor's table. A deletion always reopens. */
export function readCodeForm(typed: Typed): ReadForm<
  ReceiptReading & {
    code: string;
    meaning: string;
    meaning_zh: string | null;
    source: string;
    confirmed: boolean;
  }
> {
  const problems: Problems = {};
  const event = readEvent(typed, problems);
  return end(problems, {
    code: readCode(typed, problems),
    event,
    reopens: event === 'void' || typed('reopens') === CHECKED,
    meaning: needed('meaning', typed, problems),
    meaning_zh: optional('meaning_zh', typed, problems),
    source: needed('source', typed, problems),
    confirmed: typed('confirmed') === CHECKED,
  });
}

/** A system that sends receipts; its short name stands in addresses and commands. */
export function readVendorForm(typed: Typed): ReadForm<{
  vendor: string;
  name: string;
  name_zh: string | null;
  extends_default: boolean;
  source: string;
  confirmed: boolean;
}> {
  const problems: Problems = {};
  const vendor = needed('vendor', typed, problems);
  if (!problems.vendor && !/^[a-z0-9-]+$/.test(vendor)) problems.vendor = 'not_a_name';
  return end(problems, {
    vendor,
    name: needed('name', typed, problems),
    name_zh: optional('name_zh', typed, problems),
    extends_default: typed('extends_default') === CHECKED,
    source: needed('source', typed, problems),
    confirmed: typed('confirmed') === CHECKED,
  });
}

function end<T>(problems: Problems, value: T): ReadForm<T> {
  return Object.keys(problems).length === 0 ? { ok: true, value } : { ok: false, problems };
}

function readCode(typed: Typed, problems: Problems): string {
  const code = foldCode(typed('code'));
  if (code === '') problems.code = 'missing';
  else if (code.length > (LENGTH_MAX.code ?? 0)) problems.code = 'too_long';
  return code;
}

function readEvent(typed: Typed, problems: Problems): ReceiptEvent {
  const event = RECEIPT_EVENTS.find((known) => known === typed('event'));
  if (!event) problems.event = 'not_an_event';
  return event ?? 'other';
}

function needed(field: string, typed: Typed, problems: Problems): string {
  const value = optional(field, typed, problems);
  if (value === null) problems[field] = 'missing';
  return value ?? '';
}

function optional(field: string, typed: Typed, problems: Problems): string | null {
  const value = typed(field);
  if (value.length > (LENGTH_MAX[field] ?? 0)) problems[field] = 'too_long';
  return value === '' ? null : value;
}
