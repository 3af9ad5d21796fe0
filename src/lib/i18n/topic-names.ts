import type { Topic, TopicList } from '#lib/domain/alerts/topic.ts';
import type { Text } from './text.ts';

/** What the things that topics name by a slug are called, in the reader's language. */
export type TopicNames = { instruments: Record<string, string>; pending_items: Record<string, string> };

/** One thing of a topic by its name; what has none keeps the word that stands for it. */
export function nameInTopic(list: TopicList, slug: string, names: TopicNames): string {
  return (list === 'instruments' || list === 'pending_items' ? names[list][slug] : undefined) ?? slug;
}

/** What a topic names, each thing once; an instrument with clauses is one thing, since both have to be met. */
export function topicWords(
  { instruments, provisions, pending_items }: Pick<Topic, 'instruments' | 'provisions' | 'pending_items'>,
  names: TopicNames,
  text: Text,
): string[] {
  const separator = text('alerts.message.separator');
  const titles = (instruments ?? []).map((slug) => nameInTopic('instruments', slug, names));
  const clauses = (provisions ?? []).map((clause) => text('alerts.subscriptions.clause', { clause }));
  const law =
    titles.length > 0 && clauses.length > 0
      ? [
          text('alerts.subscriptions.clauses_of', {
            instruments: titles.join(separator),
            clauses: clauses.join(separator),
          }),
        ]
      : [...titles, ...clauses];
  return [...law, ...(pending_items ?? []).map((slug) => nameInTopic('pending_items', slug, names))];
}
