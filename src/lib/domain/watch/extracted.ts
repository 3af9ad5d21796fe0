/** One announcement as it was read out of a list, a feed, a service or a page, before it is known as an item. */
export type Extracted = {
  title: string;
  url: string | null;
  /** What a row of metadata or a code field says is its number. */
  number_row: string | null;
  issued_on: string | null;
  effective_on: string | null;
  published_at: Date | null;
  /** The text that came with it; null when only its page has it. */
  text: string | null;
};

/** The largest honest feed that was tried (15 MB, 40,000 entries) takes about 3 s on an idle core. */
export const READING_SECONDS_MAX = 20;

/** Why an answer ended its reader; `crashed` also where memory ran out, which V8 does not tell apart. */
export type ReaderProblem = 'too_large' | 'too_slow' | 'too_deep' | 'crashed';

/** What could not be used, with its place, so that nothing is lost in silence. */
export type ExtractionProblem = {
  /** Counts from 1 in the order of the source. */
  position: number | null;
  code:
    | 'no_title'
    | 'bad_link'
    | 'date_without_year'
    | 'bad_date'
    | 'no_rows'
    | 'not_json'
    | 'no_datastore'
    | 'no_items'
    | 'mojibake'
    | 'left_out'
    | 'feed'
    | 'bad_selector'
    | ReaderProblem;
  found: string | null;
};

export type Extraction = {
  items: Extracted[];
  problems: ExtractionProblem[];
  /** Further pages of the list, nearest first. */
  next_pages: string[];
  /** How long the publisher asks to wait. */
  ttl_minutes: number | null;
};

/**
 * Raised whenever lists, feeds or pages are read otherwise than before: what was stored is read again before it is
 * compared, and nobody is told of what differs by the reading.
 */
export const EXTRACTOR_VERSION = 8;
/** Of one list or service; the newest stand first. */
export const ITEMS_MAX = 5_000;
export const TITLE_CHARACTERS_MAX = 1_000;
/** Of one item's text as its list or feed gives it; its page has the rest. */
export const TEXT_CHARACTERS_MAX = 1_000_000;
/** The longest number of a document that several issuers sign together has about 100. */
export const NUMBER_CHARACTERS_MAX = 300;
/** What browsers and servers take; an index of the database takes no more than 2,700 bytes. */
export const URL_CHARACTERS_MAX = 2_000;
