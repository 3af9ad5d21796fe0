import type { CoverageGap } from '#lib/domain/watch/coverage.ts';
import type { Health, SourceKind } from '#lib/domain/watch/source.ts';
import type { TextKey } from '#lib/i18n/text.ts';

export const HEALTH_NAME = {
  new: 'sources.health.new',
  healthy: 'sources.health.healthy',
  silent: 'sources.health.silent',
  changed_layout: 'sources.health.changed_layout',
  blocked: 'sources.health.blocked',
  failing: 'sources.health.failing',
  paused: 'sources.health.paused',
} satisfies Record<Health, TextKey>;

/** The colour of a state; a word stands beside it always. */
export const HEALTH_KIND = {
  new: 'unknown',
  healthy: 'good',
  silent: 'warn',
  changed_layout: 'bad',
  /** Neither healthy nor failed: nobody knows what stands there. */
  blocked: 'unknown',
  failing: 'bad',
  paused: 'unknown',
} as const;

export const KIND_NAME = {
  feed: 'sources.kind.feed',
  html_list: 'sources.kind.html_list',
  page: 'sources.kind.page',
  json: 'sources.kind.json',
  manual: 'sources.kind.manual',
} satisfies Record<SourceKind, TextKey>;

export const GAP_NAME = {
  changed_layout: 'sources.health.changed_layout',
  blocked: 'sources.health.blocked',
  failing: 'sources.health.failing',
  paused: 'sources.health.paused',
  not_watched: 'sources.gap.not_watched',
} satisfies Record<CoverageGap['reason'], TextKey>;
