import type { Actor } from '#lib/domain/accounts/actor.ts';

export type Person = Extract<Actor, { kind: 'person' }>;

/** What a session proves beside who somebody is. */
export type SessionProof = {
  id: string;
  /** When the person last proved who they are. */
  confirmed_at: Date;
  /** By the word of this firm's own provider alone; such a session changes no way of signing in. */
  provider_firm_id: string | null;
};

/** What a session's look-up found. */
export type CachedSession = { session: SessionProof; person: Person };

/** How long a removed member or an ended session may still be seen by another process. */
const CACHED_MS = 5_000;
const ENTRIES_MAX = 10_000;

/** The sessions of the last seconds, by their cookie, so that a page's many requests ask the database once. */
export class SessionCache {
  readonly #entries = new Map<string, CachedSession & { until_ms: number }>();

  find(cookie: string, now: Date): CachedSession | null {
    const entry = this.#entries.get(cookie);
    if (!entry) return null;
    if (entry.until_ms > now.getTime()) return entry;
    this.#entries.delete(cookie);
    return null;
  }

  keep(cookie: string, found: CachedSession, now: Date): void {
    // A Map remembers the order of insertion: the first entry is the oldest.
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.delete(cookie);
    this.#entries.set(cookie, { ...found, until_ms: now.getTime() + CACHED_MS });
  }

  drop(cookie: string): void {
    this.#entries.delete(cookie);
  }

  /** After something changed for many: the next request of each asks the database. */
  clear(): void {
    this.#entries.clear();
  }

  /** After a person's memberships changed. */
  dropPerson(user_id: string): void {
    for (const [cookie, entry] of this.#entries)
      if (entry.person.id === user_id) this.#entries.delete(cookie);
  }
}
