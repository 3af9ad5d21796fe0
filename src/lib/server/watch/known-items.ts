import { createHash } from 'node:crypto';
import type { Extracted } from '#lib/domain/watch/extracted.ts';
import {
  identityOf,
  isSameTitle,
  keysOfShared,
  mayBeSame,
  wholeAddress,
} from '#lib/domain/watch/identity.ts';

/** An item that is stored, as far as it must be told from what is announced now. */
export type Known = {
  id: string;
  identity: string;
  title: string;
  document_no: string | null;
  text_sha256: string;
  revision_no: number;
  issued_on: string | null;
  effective_on: string | null;
  published_at: Date | null;
  has_detail: boolean;
  sightings: { source_id: string; url: string; title: string; text_sha256: string | null }[];
};

export type Keyed = {
  item: Extracted;
  key: string;
  document_no: string | null;
  address: string | null;
  /** Whether the same answer leads to other announcements at this address too. */
  is_shared: boolean;
};

/** What an answer announces, with the key of each and whether its address tells it from the others. */
export function keyedItems(extracted: readonly Extracted[]): Keyed[] {
  const first_at = new Map<string, Extracted>();
  const shared = new Set<string>();
  const keyed = extracted.map((item) => {
    const address = item.url === null ? null : wholeAddress(item.url);
    if (address !== null) {
      const first = first_at.get(address);
      if (!first) first_at.set(address, item);
      else if (!mayBeOne(first, item)) shared.add(address);
    }
    return { item, address };
  });
  return keyed.map(({ item, address }) => {
    const { key, document_no } = identityOf(item);
    const is_shared = address !== null && shared.has(address);
    return { item, key: shortened(key), document_no, address, is_shared };
  });
}

type Named = Pick<Known, 'title' | 'issued_on'>;

function mayBeOne(a: Named, b: Named): boolean {
  const is_one_day = a.issued_on === null || b.issued_on === null || a.issued_on === b.issued_on;
  return is_one_day && isSameTitle(a.title, b.title);
}

export type KnownItems = {
  match: (one: Keyed) => Known | undefined;
  /** A key under which nothing is stored yet. */
  freeKey: (one: Keyed) => string;
  add: (item: Known) => void;
};

/** Items looked up by their keys and addresses; of several the one that was seen first. */
export function indexKnown(items: readonly Known[]): KnownItems {
  const of_key = new Map<string, Known[]>();
  const of_address = new Map<string, Known[]>();
  const identities = new Set<string>();
  const add = (item: Known) => {
    identities.add(item.identity);
    append(of_key, baseKey(item.identity), item);
    for (const address of new Set(item.sightings.map(({ url }) => wholeAddress(url))))
      append(of_address, address, item);
  };
  items.forEach(add);
  return {
    add,
    match: (one) => match(of_key.get(one.key) ?? [], of_address.get(one.address ?? '') ?? [], one),
    freeKey: ({ key, item }) => {
      if (!identities.has(key)) return key;
      const others = key.startsWith('url:') ? keysOfShared(item).map(shortened) : [];
      return others.find((other) => !identities.has(other)) ?? `${key}#day:${item.issued_on ?? ''}`;
    },
  };
}

function append(to: Map<string, Known[]>, key: string, item: Known): void {
  const there = to.get(key);
  if (there) there.push(item);
  else to.set(key, [item]);
}

/**
 * The item that this is: the same key within the days that one notice may span; else the one that was seen at the
 * same address, where one of the two had no number of its own. Feeds without links lead all their entries to one
 * address: there the title tells, and the day.
 */
function match(of_key: readonly Known[], at_address: readonly Known[], one: Keyed): Known | undefined {
  const { item, key, is_shared } = one;
  const is_addressed = key.startsWith('url:');
  const same_key = of_key.filter(({ issued_on }) => mayBeSame(issued_on, item.issued_on));
  if (!is_addressed && same_key[0]) return same_key[0];
  const there = at_address.filter(({ identity }) => is_addressed || identity.startsWith('url:'));
  if (is_shared || there.length > 1) return there.find((known) => mayBeOne(known, item));
  // What is left out of an address as a parameter of the visit may be what tells its pages apart.
  return there[0] ?? same_key.find(({ title }) => isSameTitle(title, item.title));
}

export const baseKey = (identity: string) => identity.split('#day:')[0] ?? identity;

/** A key is a column of an index: of a longer one a hash stands for the rest. */
const KEY_CHARACTERS_MAX = 500;
const KEY_BEGINNING = 400;

function shortened(key: string): string {
  if (key.length <= KEY_CHARACTERS_MAX) return key;
  return `${key.slice(0, KEY_BEGINNING).toWellFormed()}#${createHash('sha256').update(key).digest('hex')}`;
}
