import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Message } from './message.ts';
import type { Template } from './templates.ts';

/** What one delivery says: a single message, or the messages of a period. */
export type Letter = {
  /** The same for every attempt: receivers know a repetition by it. */
  id: string;
  language: Language;
  title: string;
  /** When it happened, or when the period ended; of the same letter always the same. */
  at: Date;
  messages: Message[];
  /** `until` is the end of the period as the recipient writes it. */
  digest: { mode: string; period_end: Date; count: number; until: string } | null;
  /** Where all of it can be read. */
  url: string;
  /** In whose own words it is said; null for those that are built in. */
  template: (Template & { firm: string }) | null;
};

/** A digest names at most so many; whoever has more opens the list. */
export const DIGEST_MESSAGES_MAX = 200;

/** The parts that are said of each message, with their headings, in the order in which they are read. */
export function partsOf(message: Message): { heading: string; text: string }[] {
  const text = textsOf(message.language);
  const parts = [
    { heading: text('alerts.message.changed'), text: message.changed },
    { heading: text('alerts.message.from'), text: message.from },
    { heading: text('alerts.message.means'), text: message.means },
    { heading: text('alerts.message.to_do'), text: message.to_do },
    { heading: text('alerts.message.why'), text: message.why },
  ];
  return parts.flatMap((part) =>
    part.text === null || part.text === '' ? [] : [{ heading: part.heading, text: part.text }],
  );
}

/** How many messages of a digest are not in the letter. */
export function restOf({ digest, messages }: Letter): number {
  return digest ? Math.max(0, digest.count - messages.length) : 0;
}
