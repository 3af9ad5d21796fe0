import { TOPIC_LISTS, type TopicList } from '#lib/domain/alerts/topic.ts';
import type { Text, TextKey } from './text.ts';

export const EXCLUSION_SCOPE_NAME = {
  provisions: 'exclusions.scope_provisions',
  pending_items: 'exclusions.scope_pending_items',
  categories: 'exclusions.scope_categories',
  instruments: 'exclusions.scope_instruments',
  kinds: 'exclusions.scope_kinds',
} as const satisfies Record<string, TextKey>;

/** The names that an exclusion covers, in the order in which topics are written. */
export function namesIn(lists: Partial<Record<TopicList, readonly string[]>>, text: Text): string {
  return TOPIC_LISTS.flatMap((list) => lists[list] ?? []).join(text('alerts.message.separator'));
}
