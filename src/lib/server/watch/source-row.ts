import type { Health, SourceKind, SourceSettings } from '#lib/domain/watch/source.ts';

/** A source as a check needs it. */
export type SourceRow = {
  id: string;
  name: string;
  kind: SourceKind;
  url: string;
  host: string;
  language: string;
  settings: SourceSettings;
  charset: string | null;
  interval_minutes: number;
  expected_update_days: number | null;
  is_enabled: boolean;
  etag: string | null;
  last_modified: string | null;
  /** Further pages of its list that are read next: the pause of the host left no time for them. */
  later_pages: string[] | null;
  /** Of the code that read its lists last. */
  extractor_version: number;
  health: Health;
  failures: number;
  created_at: Date;
  last_new_item_at: Date | null;
  last_item_count: number | null;
  not_before: Date | null;
  /** When it was to be checked next, as the check before it said. */
  next_check_at: Date | null;
  /** As PostgreSQL writes it: an end is written only while nobody changed the source in the meantime. */
  edited_at: string | null;
};

/** The columns of `SourceRow`, for queries that are written by hand. */
export const SOURCE_COLUMNS = `s.id, s.name, s.kind, s.url, s.host, s.language, s.settings, s.charset, s.interval_minutes,
  s.expected_update_days, s.is_enabled, s.etag, s.last_modified, s.later_pages, s.extractor_version, s.health, s.failures, s.created_at, s.last_new_item_at,
  s.last_item_count, s.not_before, s.next_check_at, s.edited_at::text as edited_at`;
