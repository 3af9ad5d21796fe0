import type { TopicList } from '#lib/domain/alerts/topic.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { TopicNames } from '#lib/i18n/topic-names.ts';
import type { App } from '#lib/server/app.ts';
import { instrumentNames } from '#lib/server/rules/instrument-names.ts';
import { pendingNames } from '#lib/server/watch/pending/pending-names.ts';
import type { Who } from './recipient.ts';

type Lists = Partial<Record<TopicList, readonly string[] | null>>;

/** What the instruments and pending items of topics are called in the reader's language. */
export async function namesOfTopics(
  app: App,
  { actor }: Who,
  { topics, language }: { topics: readonly Lists[]; language: Language },
): Promise<TopicNames> {
  const slugs = (list: TopicList) => topics.flatMap((topic) => topic[list] ?? []);
  const [instruments, pending_items] = await Promise.all([
    instrumentNames(app, actor, { slugs: slugs('instruments'), language }),
    pendingNames(app, actor, { slugs: slugs('pending_items'), language }),
  ]);
  return { instruments, pending_items };
}

/** What a new subscription can be about, by name. */
export async function topicChoices(app: App, { actor }: Who, language: Language): Promise<TopicNames> {
  const [instruments, pending_items] = await Promise.all([
    instrumentNames(app, actor, { language }),
    pendingNames(app, actor, { language }),
  ]);
  return { instruments, pending_items };
}
