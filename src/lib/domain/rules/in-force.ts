import { addDays } from '#lib/domain/text/calendar-day.ts';
import type { VersionRecord } from './version.ts';

/** A legal day `YYYY-MM-DD` of Asia/Shanghai, and the instant up to which records count. */
export type PointInTime = { as_of: string; known_at: Date };

/** What the law was. `expired`: the last version has ended by its own `valid_to` and nothing followed. */
export type InForce<V extends VersionRecord = VersionRecord> =
  | { state: 'in_force'; version: V }
  | { state: 'repealed'; version: V }
  | { state: 'expired'; version: V }
  | { state: 'none'; reason: 'nothing_known' | 'before_first'; first: V | null };

/**
 * The version in force on `as_of` as known at `known_at`: among the versions published by then, without those
 * that records of then or before corrected or withdrew, the one with the greatest `valid_from` not after
 * `as_of`; of two with the same day the later record; none when its `valid_to` has passed, or when it is a
 * repeal. What a withdrawn record corrected revives. Texts that are not law (a consultation) never count.
 */
export function inForce<V extends VersionRecord>(versions: readonly V[], point: PointInTime): InForce<V> {
  const standing = standingVersions(versions, point.known_at);
  let last: V | null = null;
  for (const version of standing) {
    if (firstDay(version) > point.as_of) break;
    last = version;
  }
  if (last) return stateOf(last, point.as_of);
  const first = standing[0] ?? null;
  return { state: 'none', reason: first ? 'before_first' : 'nothing_known', first };
}

/** The versions that will take force after `as_of`, as known at `known_at`, the next one first. */
export function futureVersions<V extends VersionRecord>(versions: readonly V[], point: PointInTime): V[] {
  const standing = standingVersions(versions, point.known_at);
  return standing.filter((version, index) => {
    const next = standing[index + 1];
    return firstDay(version) > point.as_of && (!next || firstDay(next) !== firstDay(version));
  });
}

/** A stretch of days, both inclusive; null is open. */
export type LawInterval<V extends VersionRecord = VersionRecord> = {
  from: string | null;
  to: string | null;
  law: InForce<V>;
};

/**
 * The law of all days as known at `known_at`, in order and without gaps: the stretch before the first version
 * begins with null, the last one ends with null. Two versions of one day leave the later record alone.
 */
export function timeline<V extends VersionRecord>(versions: readonly V[], known_at: Date): LawInterval<V>[] {
  const standing = standingVersions(versions, known_at);
  const [first] = standing;
  if (!first) return [{ from: null, to: null, law: { state: 'none', reason: 'nothing_known', first: null } }];
  const intervals: LawInterval<V>[] = [
    { from: null, to: addDays(firstDay(first), -1), law: { state: 'none', reason: 'before_first', first } },
  ];
  standing.forEach((version, index) => {
    const next = standing[index + 1];
    const from = firstDay(version);
    if (next && firstDay(next) === from) return;
    const to = next ? addDays(firstDay(next), -1) : null;
    const ends = version.valid_to;
    if (version.is_repeal || ends === null || (to !== null && ends >= to)) {
      intervals.push({ from, to, law: stateOf(version, from) });
      return;
    }
    if (ends >= from) intervals.push({ from, to: ends, law: stateOf(version, from) });
    const expired_from = ends >= from ? addDays(ends, 1) : from;
    intervals.push({ from: expired_from, to, law: stateOf(version, expired_from) });
  });
  return intervals;
}

/**
 * The earlier version that may still be applied on `as_of`, because the version in force grants a transition
 * (goods made before the change may be sold until a day); null when there is none.
 */
export function stillApplicable<V extends VersionRecord>(
  versions: readonly V[],
  point: PointInTime,
): V | null {
  const law = inForce(versions, point);
  if (law.state !== 'in_force') return null;
  const { transition_until, valid_from } = law.version;
  if (transition_until === null || valid_from === null || point.as_of > transition_until) return null;
  const before = inForce(versions, { as_of: addDays(valid_from, -1), known_at: point.known_at });
  return before.state === 'in_force' ? before.version : null;
}

/**
 * The records that stand at `known_at`, in the order in which they take force: published by then, law and no
 * draft of one, neither withdrawn by then nor corrected by a record that was published and not withdrawn by then.
 */
export function standingVersions<V extends VersionRecord>(versions: readonly V[], known_at: Date): V[] {
  const known = versions.filter(
    (version) =>
      version.recorded_at !== null &&
      version.recorded_at <= known_at &&
      (version.withdrawn_at === null || version.withdrawn_at > known_at),
  );
  const corrected = new Set(known.map((version) => version.corrects));
  return known
    .filter((version) => version.stage === 'published' && version.valid_from !== null)
    .filter((version) => !corrected.has(version.id))
    .sort(compareByForce);
}

/** By first day; of one day, by the moment of the record and then by its place in the chain. */
function compareByForce(a: VersionRecord, b: VersionRecord): number {
  const [day_a, day_b] = [firstDay(a), firstDay(b)];
  if (day_a !== day_b) return day_a < day_b ? -1 : 1;
  const between = (a.recorded_at?.getTime() ?? 0) - (b.recorded_at?.getTime() ?? 0);
  return between === 0 ? (a.sequence ?? 0) - (b.sequence ?? 0) : between;
}

/** Standing versions have one; an empty string sorts before every day. */
function firstDay(version: VersionRecord): string {
  return version.valid_from ?? '';
}

function stateOf<V extends VersionRecord>(version: V, as_of: string): InForce<V> {
  if (version.is_repeal) return { state: 'repealed', version };
  if (version.valid_to !== null && as_of > version.valid_to) return { state: 'expired', version };
  return { state: 'in_force', version };
}
