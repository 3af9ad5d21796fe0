/** What a subscription asks for; null asks for everything of its kind. */
export type Topic = {
  kinds: string[] | null;
  instruments: string[] | null;
  /** Stable paths (`4.12`); one stands for what lies below it. */
  provisions: string[] | null;
  pending_items: string[] | null;
  categories: string[] | null;
  districts: string[] | null;
  /** Ids; beside instruments, provisions and pending items either is enough. */
  saved_searches: string[] | null;
  only_if_affected: boolean;
};

/** What an event is about, as it is kept with it. */
export type About = {
  instruments: string[];
  provisions: string[];
  pending_items: string[];
  categories: string[];
  districts: string[];
};

export const TOPIC_LISTS = [
  'kinds',
  'instruments',
  'provisions',
  'pending_items',
  'categories',
  'districts',
] as const;
export type TopicList = (typeof TOPIC_LISTS)[number];

/** Why somebody was told: the lists of their topic that the event met, each with what was met. */
export type Why = Partial<Record<TopicList, string[]>>;

/**
 * Which of the things that a topic names an event is about. Empty for a topic that asks for everything. An
 * event that names no category or district concerns all of them, so those that were asked for stand.
 */
export function whyTold(topic: Topic, event: { kind: string; about: About }): Why {
  const { about } = event;
  const met: Why = {
    kinds: topic.kinds?.filter((kind) => kind === event.kind),
    instruments: topic.instruments?.filter((slug) => about.instruments.includes(slug)),
    provisions: topic.provisions?.filter((asked) =>
      about.provisions.some((path) => path === asked || path.startsWith(`${asked}.`)),
    ),
    pending_items: topic.pending_items?.filter((slug) => about.pending_items.includes(slug)),
    categories: topic.categories?.filter(
      (slug) => about.categories.length === 0 || about.categories.includes(slug),
    ),
    districts: topic.districts?.filter(
      (code) => about.districts.length === 0 || about.districts.includes(code),
    ),
  };
  const found: Why = {};
  for (const list of TOPIC_LISTS) {
    const values = met[list];
    if (values && values.length > 0) found[list] = values;
  }
  return found;
}
