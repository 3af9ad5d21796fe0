import { narrow } from '#lib/domain/text/fold.ts';

/** `unverified`: somebody named it, nobody has looked it up. The others are what the accreditation body says. */
export const LAB_STATUSES = ['verified', 'unverified', 'suspended', 'withdrawn', 'expired'] as const;
export type LabStatus = (typeof LAB_STATUSES)[number];

/** A line of accredited scope. Without clauses it covers the whole standard. */
export type LabScopeLine = { standard: string; clauses: readonly string[] | null; limitation: string | null };
/** A place of work. A laboratory of several sites may have some that are not accredited (CNAS-R01 5.3.7). */
export type LabSite = { name: string; address: string | null; is_accredited: boolean };

/** What the register recorded about a laboratory; days are `YYYY-MM-DD` of China, both ends inclusive. */
export type LabRecord = {
  id: string;
  /** `CNAS L0290`. */
  cnas_id: string;
  name: string;
  name_zh: string | null;
  status: LabStatus;
  /** The first and the last day of which the record speaks; null is without bound. */
  valid_from: string | null;
  valid_to: string | null;
  sites: readonly LabSite[];
  scope: readonly LabScopeLine[];
  evidence: string | null;
  evidence_document_id: string | null;
  verified_at: Date | null;
  verified_by: string | null;
  note: string | null;
  recorded_at: Date;
};

export type LabOnDay = {
  /** `expired` also where the newest record of a verified laboratory ended before the day. */
  status: LabStatus;
  record: LabRecord;
};

/**
 * What the register says of one day: the newest record that covers it. So a suspension with an end falls back to
 * the accreditation before it, and a corrected record simply wins. Where every record that began by then has
 * ended, the one that ended last says what the laboratory was, and a verified one has expired. Null when no
 * record speaks of the day. `history` is of one laboratory, in any order.
 */
export function labOnDay(history: readonly LabRecord[], day: string): LabOnDay | null {
  const begun = history
    .filter(({ valid_from }) => valid_from === null || valid_from <= day)
    .sort((a, b) => b.recorded_at.getTime() - a.recorded_at.getTime());
  const covering = begun.find(({ valid_to }) => valid_to === null || day <= valid_to);
  if (covering) return { status: covering.status, record: covering };
  const [last] = begun.sort((a, b) => (b.valid_to ?? '').localeCompare(a.valid_to ?? ''));
  if (!last) return null;
  return { status: last.status === 'verified' ? 'expired' : last.status, record: last };
}

/** Which kind of body a number of the accreditation body names; only `testing` issues test reports. */
export type CnasKind = 'testing' | 'inspection' | 'certification' | 'other';
export type CnasId =
  | { ok: true; cnas_id: string; kind: CnasKind }
  /** `not_testing` are other kinds of body by their prefix; `unreadable` holds no number at all. */
  | { ok: false; problem: 'unreadable' | 'ambiguous' };

/** Prefixes other than L are not confirmed by any source; none of them is a testing laboratory. */
const KINDS: Readonly<Record<string, CnasKind>> = {
  L: 'testing',
  IB: 'inspection',
  C: 'certification',
  PT: 'other',
  RM: 'other',
};
const NUMBER =
  /(?<![A-Z0-9])(?:CNAS[\s:：.#-]*(?:NO\.?[\s:：]*)?)?(IB|PT|RM|L|C)[\s-]?(\d{3,6})(?![A-Z0-9])/g;

/**
 * The registration number of a laboratory as reports print it: `CNAS L1234`, `CNASL0290`, `L0290`,
 * `中国认可 国际互认 检测 TESTING CNAS L0142`, in any width, with any blanks; written `CNAS L%04d`. The form
 * alone verifies nothing. Source: CNAS-R01 3.2.
 */
export function readCnasId(written: string): CnasId {
  const text = narrow(written).toUpperCase().replace(/\s+/g, ' ');
  const found = new Map<string, CnasKind>();
  for (const [, prefix = '', digits = ''] of text.matchAll(NUMBER))
    found.set(`CNAS ${prefix}${String(Number(digits)).padStart(4, '0')}`, KINDS[prefix] ?? 'other');
  const [first] = found;
  if (!first) return { ok: false, problem: 'unreadable' };
  if (found.size > 1) return { ok: false, problem: 'ambiguous' };
  return { ok: true, cnas_id: first[0], kind: first[1] };
}

/** The kind that a number in its stored form (`CNAS IB0012`) names. */
export function kindOfCnasId(cnas_id: string): CnasKind {
  return KINDS[/^CNAS ([A-Z]+)/.exec(cnas_id)?.[1] ?? ''] ?? 'other';
}
