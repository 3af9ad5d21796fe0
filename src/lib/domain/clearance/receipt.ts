import type { DeclarationNo } from '#lib/domain/text/declaration-no.ts';

/**
 * What a customs receipt (回执) says has happened to a declaration. Each system has codes of its own; a table
 * leads from the code of a vendor to one of these. `other` is kept and changes nothing.
 */
export const RECEIPT_EVENTS = [
  'submitted',
  'accepted',
  'docs',
  'rejected',
  'reviewed',
  'hold',
  'inspect',
  'released',
  'gate',
  'void',
  'closed',
  'other',
] as const;
export type ReceiptEvent = (typeof RECEIPT_EVENTS)[number];

/** What a code means. `reopens`: a release before it no longer counts, as after deletion or a new review. */
export type ReceiptReading = { event: ReceiptEvent; reopens: boolean };

/** The part of a receipt that the record is computed from; instants in ms since 1970. */
export type ReceiptFact = {
  notice_at: number;
  reading: ReceiptReading;
  /** The time of declaration that the receipt repeats. */
  declared_at: number | null;
  /** The repeated time is a whole day only. */
  is_declared_day: boolean;
  customs_office: string | null;
};

/** What all receipts of one declaration come to. */
export type ReceiptRecord = {
  customs_office: string;
  /** Null while no receipt tells when it was declared: there is no record yet. */
  declared_at: number | null;
  is_declared_day: boolean;
  inspection_notified_at: number | null;
  released_at: number | null;
  /** A release was taken back by a later deletion or review, and none has come since. */
  is_reopened: boolean;
  /** Closed (结关) without a release among the receipts; closing is no release. */
  is_closed_unreleased: boolean;
  /** A release came before the declaration, so that it does not count. */
  is_release_too_early: boolean;
};

/** The record of a declaration from its receipts, in whatever order they come. */
export function foldReceipts(number: DeclarationNo, facts: Iterable<ReceiptFact>): ReceiptRecord {
  const fold = new ReceiptFold(number);
  for (const fact of [...facts].sort((a, b) => a.notice_at - b.notice_at)) fold.add(fact);
  return fold.record();
}

/**
 * The same for receipts that come one by one in the order of `notice_at`, in constant memory. Receipts of
 * one instant are taken in the order of `RECEIPT_EVENTS`, so that the order in which they arrive never
 * matters: a review in the second of the release precedes it, a deletion follows it.
 *
 * Release is the first one after the last deletion or new review. The declaration is the time that receipts
 * repeat (the newest, with a time of day), else the acceptance that stood (the first after the last
 * rejection), else the submission, else the repeated day.
 */
export class ReceiptFold {
  readonly #number: DeclarationNo;
  #at = -Infinity;
  #now: Partial<Record<ReceiptEvent, { reopens: boolean }>> = {};
  #told: { at: number; declared: number } | null = null;
  #told_day: { at: number; declared: number } | null = null;
  #office: { at: number; code: string } | null = null;
  #accepted: Since = { first: null, standing: null };
  #submitted: Since = { first: null, standing: null };
  #inspection: number | null = null;
  #released: number | null = null;
  #was_released = false;
  #is_closed = false;

  constructor(number: DeclarationNo) {
    this.#number = number;
  }

  add({ notice_at, reading, declared_at, is_declared_day, customs_office }: ReceiptFact): void {
    if (notice_at < this.#at) throw new Error('receipts are folded in the order of their time');
    if (notice_at > this.#at) this.#settle();
    this.#at = notice_at;
    const { event, reopens } = reading;
    this.#now[event] = { reopens: reopens || (this.#now[event]?.reopens ?? false) };
    if (declared_at !== null) {
      const told = is_declared_day ? this.#told_day : this.#told;
      const newest = { at: notice_at, declared: declared_at };
      const kept = told?.at === notice_at && told.declared >= declared_at ? told : newest;
      if (is_declared_day) this.#told_day = kept;
      else this.#told = kept;
    }
    if (customs_office !== null && !(this.#office?.at === notice_at && this.#office.code >= customs_office))
      this.#office = { at: notice_at, code: customs_office };
  }

  record(): ReceiptRecord {
    this.#settle();
    const declared =
      this.#told?.declared ??
      this.#accepted.standing ??
      this.#accepted.first ??
      this.#submitted.standing ??
      this.#submitted.first;
    const declared_at = declared ?? this.#told_day?.declared ?? null;
    const is_release_too_early =
      this.#released !== null && declared_at !== null && this.#released < declared_at;
    return {
      customs_office: this.#office?.code ?? this.#number.office,
      declared_at,
      is_declared_day: declared === null && declared_at !== null,
      inspection_notified_at: this.#inspection,
      released_at: is_release_too_early ? null : this.#released,
      is_reopened: this.#was_released && this.#released === null,
      is_closed_unreleased: this.#is_closed && this.#released === null,
      is_release_too_early,
    };
  }

  /** Applies the receipts of the last instant. */
  #settle(): void {
    for (const event of RECEIPT_EVENTS) {
      const met = this.#now[event];
      if (met) this.#apply(event, met.reopens);
    }
    this.#now = {};
  }

  #apply(event: ReceiptEvent, reopens: boolean): void {
    if (reopens) this.#released = null;
    switch (event) {
      case 'accepted':
        this.#accepted = since(this.#accepted, this.#at);
        break;
      case 'submitted':
        this.#submitted = since(this.#submitted, this.#at);
        break;
      case 'rejected':
        this.#accepted = { ...this.#accepted, standing: null };
        this.#submitted = { ...this.#submitted, standing: null };
        break;
      case 'inspect':
        this.#inspection ??= this.#at;
        break;
      case 'released':
        this.#released ??= this.#at;
        this.#was_released = true;
        break;
      case 'void':
        this.#inspection = null;
        break;
      case 'closed':
        this.#is_closed = true;
        break;
      case 'docs':
      case 'reviewed':
      case 'hold':
      case 'gate':
      case 'other':
        break;
      default:
        event satisfies never;
    }
  }
}

/** The first time of all, and the first since the last rejection. */
type Since = { first: number | null; standing: number | null };

function since(known: Since, at: number): Since {
  return { first: known.first ?? at, standing: known.standing ?? at };
}
