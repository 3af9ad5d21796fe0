import { TOPIC_LISTS, type TopicList } from '#lib/domain/alerts/topic.ts';
import type { Text, TextKey } from './text.ts';
import { nameInTopic, type TopicNames } from './topic-names.ts';

export const EXCLUSION_SCOPE_NAME = {
  provisions: 'exclusions.scope_provisions',
  pending_items: 'exclusions.scope_pending_items',
  categories: 'exclusions.scope_categories',
  instruments: 'exclusions.scope_instruments',
  kinds: 'exclusions.scope_kinds',
} as const satisfies Record<string, TextKey>;

/** What kinds of events are called where somebody chooses among them. */
const EVENT_KIND_NAME: Readonly<Record<string, TextKey>> = {
  'rule.published': 'exclusions.kind_rule_published',
  'rule.withdrawn': 'exclusions.kind_rule_withdrawn',
  'pending_item.moved': 'exclusions.kind_pending_item_moved',
  'signal.confirmed': 'exclusions.kind_signal_confirmed',
  'decision.changed': 'exclusions.kind_decision_changed',
  'report.expiring': 'exclusions.kind_report_expiring',
  'lab.changed': 'exclusions.kind_lab_changed',
  'clearance.threshold': 'exclusions.kind_clearance_threshold',
  'code.changed': 'exclusions.kind_code_changed',
  'source.unhealthy': 'exclusions.kind_source_unhealthy',
  'endpoint.failing': 'exclusions.kind_endpoint_failing',
  'alert.escalated': 'exclusions.kind_alert_escalated',
};

/** The names that an exclusion covers, in the order in which topics are written. */
export function namesIn(
  lists: Partial<Record<TopicList, readonly string[]>>,
  known: TopicNames,
  text: Text,
): string {
  const names = TOPIC_LISTS.flatMap((list) =>
    (lists[list] ?? []).map((name) => {
      const key = list === 'kinds' ? EVENT_KIND_NAME[name] : undefined;
      return key ? text(key) : nameInTopic(list, name, known);
    }),
  );
  return names.join(text('alerts.message.separator'));
}
