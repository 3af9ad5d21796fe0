import { whyTold, type TopicList } from '#lib/domain/alerts/topic.ts';
import { nameInTopic, type TopicNames } from '#lib/i18n/topic-names.ts';
import type { Text, TextKey } from '#lib/i18n/text.ts';
import type { FoundSearch, Reason, ToldEvent } from './content.ts';

const WHY = {
  kinds: 'alerts.message.why_kinds',
  provisions: 'alerts.message.why_provisions',
  instruments: 'alerts.message.why_instruments',
  pending_items: 'alerts.message.why_pending_items',
  categories: 'alerts.message.why_categories',
  districts: 'alerts.message.why_districts',
} as const satisfies Record<TopicList, TextKey>;
const WHY_ORDER = ['provisions', 'instruments', 'pending_items', 'categories', 'districts', 'kinds'] as const;

/** The reasons of all the recipient's subscriptions together, each thing named once. */
export function whyOf(
  event: ToldEvent,
  reasons: readonly Reason[],
  { known, text }: { known: TopicNames; text: Text },
): string {
  if (reasons.length === 0) return text('alerts.message.why_own');
  const topics: string[] = [];
  for (const list of WHY_ORDER) {
    const names = [...new Set(reasons.flatMap((reason) => whyTold(reason, event)[list] ?? []))];
    const called = names.map((name) => quoted(name, nameInTopic(list, name, known), text));
    if (called.length > 0) topics.push(text(WHY[list], { names: listed(called, text) }));
  }
  for (const one of foundIn(reasons))
    topics.push(text('searches.why', { name: one.name, found: listed(wordsFoundBy(one), text) }));
  return topics.length === 0
    ? text('alerts.message.why_everything')
    : text('alerts.message.why_topic', { topics: listed(topics, text) });
}

/** A title has words and marks of its own, so it stands in quotes; the word of a program needs none. */
function quoted(name: string, title: string, text: Text): string {
  return title === name ? name : text('alerts.message.why_titled', { title });
}

/** The saved searches of all reasons, each once. */
export function foundIn(reasons: readonly Reason[]): FoundSearch[] {
  return [...new Map(reasons.flatMap(({ found }) => found).map((one) => [one.id, one])).values()];
}

/** What a sentence names of the places; the alert shows each in its sentence. */
const WORDS_NAMED_MAX = 4;

function wordsFoundBy({ excerpts }: FoundSearch): string[] {
  const words = excerpts.flatMap(({ text, spans }) => spans.map(({ start, end }) => text.slice(start, end)));
  return [...new Map(words.map((word) => [word.toLowerCase(), word])).values()].slice(0, WORDS_NAMED_MAX);
}

/** Names in a sentence. */
export function listed(names: readonly string[], text: Text): string {
  return names.join(text('alerts.message.separator'));
}
