/** A feed as it was read, whatever its format. Text fields are plain text unless their name says html. */
export type Feed = {
  format: FeedFormat;
  title: string | null;
  /** The site that the feed belongs to. */
  url: string | null;
  language: string | null;
  /** How long the publisher asks readers to wait between two visits (RSS `ttl`). */
  ttl_minutes: number | null;
  entries: FeedEntry[];
  /** Entries beyond the limit, which were not read. */
  entries_left_out: number;
};

export type FeedFormat = 'rss' | 'rdf' | 'atom' | 'cdf' | 'json_feed';

export type FeedEntry = {
  /** The publisher's own id (guid, atom:id, rdf:about, JSON id). */
  id: string | null;
  /** Never empty: a summary, a file name or the link stands in for a missing title. */
  title: string;
  is_title_substituted: boolean;
  url: string | null;
  /** Instants in ISO 8601 with offset, as far as the publisher wrote one that exists. */
  published_at: string | null;
  updated_at: string | null;
  summary_html: string | null;
  content_html: string | null;
  /** The content, else the summary, without markup. */
  text: string;
  authors: string[];
  categories: string[];
  enclosures: { url: string; media_type: string | null; title: string | null }[];
};

/** Why bytes could not be read as a feed. */
export type FeedProblem = 'empty' | 'not_a_feed' | 'html_page';

export type FeedResult = { ok: true; feed: Feed } | { ok: false; problem: FeedProblem };

/** A feed with more is a fault or an attack; the newest stand first in every feed that was seen. */
export const ENTRIES_MAX = 5_000;
/** Of one entry's text or markup; the detail page has the rest. */
export const ENTRY_CHARACTERS_MAX = 1_000_000;
export const TITLE_CHARACTERS_MAX = 1_000;
/** A title made of a summary. */
export const SUBSTITUTE_CHARACTERS_MAX = 120;
