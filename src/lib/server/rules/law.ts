import {
  futureVersions,
  inForce,
  stillApplicable,
  timeline,
  type InForce,
  type LawInterval,
} from '#lib/domain/rules/in-force.ts';
import { legalStateOn, type LegalState } from '#lib/domain/rules/version.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { settledKnownAt } from './known-at.ts';
import { readPublished } from './rule-actor.ts';
import {
  readInstrument,
  readVersion,
  versionsOf,
  type StoredInstrument,
  type StoredVersion,
  type VersionRow,
} from './version.ts';

export type AskedPoint = { as_of?: string | null; known_at?: Date | null };

/** The rule of a day as known at a moment. Everything in it follows from the two alone. */
export type Law = {
  instrument: StoredInstrument;
  as_of: string;
  known_at: Date;
  state: InForce['state'];
  /** Why there is none; null where there is one. */
  reason: 'nothing_known' | 'before_first' | null;
  /** The version in force; of a repeal or an expiry the one that says so; null where none was yet. */
  version: StoredVersion | null;
  legal_state: LegalState | null;
  /** The version before, where it may still be applied on this day. */
  still_applicable: VersionRow | null;
  /** What takes force later, the next one first. */
  upcoming: VersionRow[];
};

/**
 * What we knew at `known_at` about the rule in force on `as_of`; without them now and today. Null where nothing
 * was known of the instrument by then. Drafts have no part in it, whoever asks.
 */
export function lawOn(app: App, slug: string, asked: AskedPoint): Promise<Law | null> {
  return readPublished(app, (tx) => lawIn(tx, slug, { ...asked, today: dayInChina(app.now()) }));
}

export async function lawIn(
  tx: Tx,
  slug: string,
  asked: AskedPoint & { today: string },
): Promise<Law | null> {
  const known_at = await settledKnownAt(tx, asked.known_at ?? null);
  const instrument = await readInstrument(tx, slug);
  if (!instrument) return null;
  const versions = knownVersions(await versionsOf(tx, slug), known_at);
  if (versions.length === 0) return null;
  const point = { as_of: asked.as_of ?? asked.today, known_at };
  const law = inForce(versions, point);
  const version = law.state === 'none' ? null : await readVersion(tx, law.version.id);
  return {
    instrument,
    ...point,
    state: law.state,
    reason: law.state === 'none' ? law.reason : null,
    version: version && asKnown(version, known_at),
    legal_state: version && legalStateOn(version, point.as_of),
    still_applicable: stillApplicable(versions, point),
    upcoming: futureVersions(versions, point),
  };
}

/** What was published by then, with withdrawals of then or before: what came later is not in the answer. */
export function knownVersions(versions: readonly VersionRow[], known_at: Date): VersionRow[] {
  return versions
    .filter(({ recorded_at }) => recorded_at !== null && recorded_at <= known_at)
    .map((version) => (isWithdrawnLater(version, known_at) ? { ...version, ...STANDING } : version));
}

const STANDING = { workflow: 'published', withdrawn_at: null, withdrawn_reason: null } as const;

function asKnown(version: StoredVersion, known_at: Date): StoredVersion {
  if (!isWithdrawnLater(version, known_at)) return version;
  return { ...version, ...STANDING, acts: version.acts.filter(({ act }) => act !== 'withdrawn') };
}

function isWithdrawnLater({ withdrawn_at }: VersionRow, known_at: Date): boolean {
  return withdrawn_at !== null && withdrawn_at > known_at;
}

/** The law of all days as known at a moment, in order and without gaps; null where nothing was known. */
export function lawTimeline(
  app: App,
  slug: string,
  asked_known_at: Date | null,
): Promise<{ instrument: StoredInstrument; known_at: Date; intervals: LawInterval<VersionRow>[] } | null> {
  return readPublished(app, async (tx) => {
    const known_at = await settledKnownAt(tx, asked_known_at);
    const instrument = await readInstrument(tx, slug);
    if (!instrument) return null;
    const versions = knownVersions(await versionsOf(tx, slug), known_at);
    if (versions.length === 0) return null;
    return { instrument, known_at, intervals: timeline(versions, known_at) };
  });
}
