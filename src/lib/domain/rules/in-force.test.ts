import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays } from '#lib/domain/text/calendar-day.ts';
import { futureVersions, inForce, stillApplicable, timeline } from './in-force.ts';
import type { VersionRecord } from './version.ts';

const RUNS = process.env.LONG ? 20_000 : 500;
// Thousands of runs take longer than a test usually may.
vi.setConfig({ testTimeout: 60_000 });

/** A published record; tests state what matters. `recorded` is the day on which we knew. */
function record(
  fields: Partial<VersionRecord> & { id: string; recorded: string; withdrawn?: string },
): VersionRecord {
  const { recorded, withdrawn, ...others } = fields;
  return {
    stage: 'published',
    valid_from: '2026-06-01',
    valid_to: null,
    is_repeal: false,
    recorded_at: new Date(`${recorded}T09:00:00+08:00`),
    sequence: Number(recorded.replaceAll('-', '')),
    corrects: null,
    withdrawn_at: withdrawn === undefined ? null : new Date(`${withdrawn}T09:00:00+08:00`),
    transition_until: null,
    partly_replaced_from: null,
    ...others,
  };
}

/** The end of a day in China, when all records of the day are known. */
function end(day: string): Date {
  return new Date(`${day}T23:59:59+08:00`);
}

/** What the law was, as one word: the id, or why there is none. */
function lawOn(versions: readonly VersionRecord[], as_of: string, known_on: string): string {
  const law = inForce(versions, { as_of, known_at: end(known_on) });
  if (law.state === 'none') return law.reason;
  return law.state === 'in_force' ? law.version.id : `${law.state} by ${law.version.id}`;
}

describe('the law in force on a day, as known on a day', () => {
  it('postpones a standard: until the postponement was recorded, the first date was the law as known', () => {
    const edition = record({ id: 'edition', valid_from: '2026-06-01', recorded: '2026-02-10' });
    const postponed = record({
      id: 'postponed',
      valid_from: '2026-09-01',
      recorded: '2026-05-20',
      corrects: 'edition',
    });
    const versions = [edition, postponed];
    expect(lawOn(versions, '2026-07-01', '2026-05-19')).toBe('edition');
    expect(lawOn(versions, '2026-07-01', '2026-05-20')).toBe('before_first');
    expect(lawOn(versions, '2026-09-01', '2026-05-20')).toBe('postponed');
  });

  it('lets the later of two amendments of one day prevail', () => {
    const versions = [
      record({ id: 'base', valid_from: '2026-01-01', recorded: '2025-12-01' }),
      record({ id: 'second', valid_from: '2026-06-01', recorded: '2026-05-20' }),
      record({ id: 'first', valid_from: '2026-06-01', recorded: '2026-05-10' }),
    ];
    expect(lawOn(versions, '2026-06-01', '2026-05-15')).toBe('first');
    expect(lawOn(versions, '2026-06-01', '2026-05-20')).toBe('second');
    expect(lawOn(versions, '2026-05-31', '2026-05-20')).toBe('base');
  });

  it('goes by the place in the chain when two records share their moment', () => {
    const versions = [
      record({ id: 'later', recorded: '2026-05-10', sequence: 8 }),
      record({ id: 'earlier', recorded: '2026-05-10', sequence: 7 }),
    ];
    expect(lawOn(versions, '2026-06-01', '2026-05-10')).toBe('later');
    expect(lawOn([...versions].reverse(), '2026-06-01', '2026-05-10')).toBe('later');
  });

  it('says who repealed the instrument, and from which day', () => {
    const versions = [
      record({ id: 'edition', valid_from: '2016-06-01', recorded: '2016-05-01' }),
      record({ id: 'repeal', valid_from: '2026-06-01', is_repeal: true, recorded: '2026-02-10' }),
    ];
    expect(lawOn(versions, '2026-05-31', '2026-02-10')).toBe('edition');
    expect(lawOn(versions, '2026-06-01', '2026-02-10')).toBe('repealed by repeal');
    expect(lawOn(versions, '2026-06-01', '2026-02-09')).toBe('edition');
  });

  it('brings an instrument back after its repeal', () => {
    const versions = [
      record({ id: 'old', valid_from: '2020-01-01', recorded: '2020-01-01' }),
      record({ id: 'repeal', valid_from: '2021-01-01', is_repeal: true, recorded: '2020-12-01' }),
      record({ id: 'new', valid_from: '2022-01-01', recorded: '2021-12-01' }),
    ];
    expect(lawOn(versions, '2021-06-01', '2026-01-01')).toBe('repealed by repeal');
    expect(lawOn(versions, '2022-01-01', '2026-01-01')).toBe('new');
  });

  it('corrects a date after the fact without changing what was known before', () => {
    const wrong = record({ id: 'wrong', valid_from: '2026-05-01', recorded: '2026-05-13' });
    const right = record({
      id: 'right',
      valid_from: '2026-05-13',
      recorded: '2026-06-20',
      corrects: 'wrong',
    });
    expect(lawOn([wrong, right], '2026-05-05', '2026-06-19')).toBe('wrong');
    expect(lawOn([wrong, right], '2026-05-05', '2026-06-20')).toBe('before_first');
    expect(lawOn([wrong, right], '2026-05-13', '2026-06-20')).toBe('right');
  });

  it('revives what a withdrawn correction had corrected', () => {
    const versions = [
      record({ id: 'edition', valid_from: '2026-06-01', recorded: '2026-02-10' }),
      record({
        id: 'rumour',
        valid_from: '2026-12-01',
        recorded: '2026-05-01',
        corrects: 'edition',
        withdrawn: '2026-05-10',
      }),
    ];
    expect(lawOn(versions, '2026-06-01', '2026-04-30')).toBe('edition');
    expect(lawOn(versions, '2026-06-01', '2026-05-09')).toBe('before_first');
    expect(lawOn(versions, '2026-06-01', '2026-05-10')).toBe('edition');
  });

  it('keeps an ordinary amendment out of the past that it does not correct', () => {
    const versions = [
      record({ id: 'edition', valid_from: '2026-01-01', recorded: '2025-12-01' }),
      record({ id: 'interpretation', valid_from: '2026-09-01', recorded: '2026-07-01' }),
    ];
    expect(lawOn(versions, '2026-08-31', '2026-07-01')).toBe('edition');
    expect(lawOn(versions, '2026-09-01', '2026-07-01')).toBe('interpretation');
  });

  it('ends a version after its last day, and does not fall back to the one before it', () => {
    const versions = [
      record({ id: 'lasting', valid_from: '2025-01-01', recorded: '2025-01-01' }),
      record({ id: 'trial', valid_from: '2026-01-01', valid_to: '2026-06-30', recorded: '2025-12-01' }),
    ];
    expect(lawOn(versions, '2026-06-30', '2026-01-01')).toBe('trial');
    expect(lawOn(versions, '2026-07-01', '2026-01-01')).toBe('expired by trial');
  });

  it('tells a day before the first version from an instrument of which nothing was known', () => {
    const versions = [record({ id: 'edition', valid_from: '2026-06-01', recorded: '2026-02-10' })];
    expect(lawOn(versions, '2026-05-31', '2026-02-10')).toBe('before_first');
    expect(lawOn(versions, '2026-06-01', '2026-02-09')).toBe('nothing_known');
    expect(lawOn([], '2026-06-01', '2026-02-09')).toBe('nothing_known');
    expect(lawOn(versions, '2099-12-31', '2026-02-10')).toBe('edition');
  });

  it('never takes a consultation draft or an unpublished record for the law', () => {
    const versions = [
      record({ id: 'edition', valid_from: '2026-01-01', recorded: '2025-12-01' }),
      record({ id: 'consultation', stage: 'consultation', valid_from: '2026-03-01', recorded: '2026-01-10' }),
      record({
        id: 'draft',
        valid_from: '2026-03-01',
        recorded: '2026-01-10',
        recorded_at: null,
        sequence: null,
      }),
    ];
    expect(lawOn(versions, '2026-04-01', '2026-04-01')).toBe('edition');
  });
});

describe('futureVersions', () => {
  it('lists what will take force, the next first, without what a later record of the same day replaces', () => {
    const versions = [
      record({ id: 'far', valid_from: '2027-01-01', recorded: '2026-02-01' }),
      record({ id: 'near', valid_from: '2026-09-01', recorded: '2026-03-01' }),
      record({ id: 'replaced', valid_from: '2026-09-01', recorded: '2026-02-01' }),
      record({ id: 'now', valid_from: '2026-05-01', recorded: '2026-02-01' }),
    ];
    const ids = futureVersions(versions, { as_of: '2026-05-01', known_at: end('2026-03-01') }).map(
      ({ id }) => id,
    );
    expect(ids).toEqual(['near', 'far']);
  });
});

describe('stillApplicable', () => {
  const versions = [
    record({ id: 'old', valid_from: '2016-06-01', recorded: '2016-01-01' }),
    record({ id: 'new', valid_from: '2026-06-01', transition_until: '2026-12-31', recorded: '2026-01-01' }),
  ];
  const on = (as_of: string) => stillApplicable(versions, { as_of, known_at: end('2026-01-01') })?.id ?? null;

  it('names the version before, to the last day of the transition', () => {
    expect([on('2026-05-31'), on('2026-06-01'), on('2026-12-31'), on('2027-01-01')]).toEqual([
      null,
      'old',
      'old',
      null,
    ]);
  });
});

describe('timeline', () => {
  it('shows the law of all days as known on a day', () => {
    const versions = [
      record({ id: 'a', valid_from: '2026-01-01', recorded: '2025-12-01' }),
      record({ id: 'b', valid_from: '2026-03-01', valid_to: '2026-04-30', recorded: '2025-12-02' }),
      record({ id: 'c', valid_from: '2026-06-01', is_repeal: true, recorded: '2025-12-03' }),
    ];
    const intervals = timeline(versions, end('2026-01-01')).map(({ from, to, law }) => [
      from,
      to,
      law.state === 'none' ? law.reason : `${law.state} ${law.version.id}`,
    ]);
    expect(intervals).toEqual([
      [null, '2025-12-31', 'before_first'],
      ['2026-01-01', '2026-02-28', 'in_force a'],
      ['2026-03-01', '2026-04-30', 'in_force b'],
      ['2026-05-01', '2026-05-31', 'expired b'],
      ['2026-06-01', null, 'repealed c'],
    ]);
  });
});

const FIRST_DAY = '2026-01-01';
const DAYS = 24;

/** A history of up to eight records within 24 days: postponements, repeals, corrections, withdrawals, ties. */
const history = fc
  .array(
    fc.record({
      valid_from: fc.integer({ min: 0, max: DAYS - 1 }),
      length: fc.option(fc.integer({ min: 0, max: 10 }), { freq: 3 }),
      is_repeal: fc.boolean(),
      recorded: fc.integer({ min: 0, max: DAYS - 1 }),
      withdrawn_after: fc.option(fc.integer({ min: 0, max: 10 }), { freq: 2 }),
      corrects: fc.option(fc.nat(7), { freq: 1 }),
      stage: fc.constantFrom(
        'published' as const,
        'published' as const,
        'published' as const,
        'consultation' as const,
      ),
      is_published: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
    }),
    { maxLength: 8 },
  )
  .map((rows) =>
    rows.map((row, index): VersionRecord => {
      const recorded_at = row.is_published ? instantOn(row.recorded) : null;
      return {
        id: `v${index}`,
        stage: row.stage,
        valid_from: addDays(FIRST_DAY, row.valid_from),
        valid_to: row.length === null ? null : addDays(FIRST_DAY, row.valid_from + row.length),
        is_repeal: row.is_repeal,
        recorded_at,
        sequence: recorded_at ? row.recorded * 10 + index : null,
        corrects: row.corrects === null || row.corrects === index ? null : `v${row.corrects}`,
        withdrawn_at: row.withdrawn_after === null ? null : instantOn(row.recorded + row.withdrawn_after),
        transition_until: null,
        partly_replaced_from: null,
      };
    }),
  );

function instantOn(day: number): Date {
  return new Date(`${addDays(FIRST_DAY, day)}T09:00:00+08:00`);
}

/**
 * The slow oracle, written from the sentence of the rule alone: it replays the records one moment after the
 * other, keeps for each record whether it counts, and then walks from the day back to the nearest first day.
 */
function lawByReplay(versions: readonly VersionRecord[], as_of: string, known_at: Date): string {
  const is_known = new Map<string, boolean>();
  const moments = versions.flatMap((version) => [
    ...(version.recorded_at ? [{ at: version.recorded_at, version, knows: true }] : []),
    ...(version.recorded_at && version.withdrawn_at
      ? [{ at: version.withdrawn_at, version, knows: false }]
      : []),
  ]);
  moments.sort((a, b) => a.at.getTime() - b.at.getTime() || Number(b.knows) - Number(a.knows));
  for (const { at, version, knows } of moments) if (at <= known_at) is_known.set(version.id, knows);
  const counts = (version: VersionRecord) =>
    is_known.get(version.id) === true &&
    version.stage === 'published' &&
    !versions.some((other) => is_known.get(other.id) === true && other.corrects === version.id);
  if (!versions.some(counts)) return 'nothing_known';
  for (let day = as_of; day >= FIRST_DAY; day = addDays(day, -1)) {
    let last: VersionRecord | null = null;
    for (const version of versions) {
      if (!counts(version) || version.valid_from !== day) continue;
      const is_later =
        last === null ||
        (version.recorded_at?.getTime() ?? 0) > (last.recorded_at?.getTime() ?? 0) ||
        (version.recorded_at?.getTime() === last.recorded_at?.getTime() &&
          (version.sequence ?? 0) > (last.sequence ?? 0));
      if (is_later) last = version;
    }
    if (!last) continue;
    if (last.is_repeal) return `repealed ${last.id}`;
    return last.valid_to !== null && last.valid_to < as_of ? `expired ${last.id}` : `in_force ${last.id}`;
  }
  return 'before_first';
}

function word(law: ReturnType<typeof inForce>): string {
  return law.state === 'none' ? law.reason : `${law.state} ${law.version.id}`;
}

describe('against a slow oracle, over random histories', () => {
  const day = fc.integer({ min: -2, max: DAYS + 12 });

  it('answers every pair of days as the replay does', () => {
    fc.assert(
      fc.property(history, day, day, (versions, as_of, known_on) => {
        const point = { as_of: addDays(FIRST_DAY, as_of), known_at: instantOn(known_on) };
        expect(word(inForce(versions, point))).toBe(lawByReplay(versions, point.as_of, point.known_at));
      }),
      { numRuns: RUNS },
    );
  });

  it('does not depend on the order in which the records are read', () => {
    const turned = history.chain((versions) =>
      fc.tuple(fc.constant(versions), fc.shuffledSubarray(versions, { minLength: versions.length })),
    );
    fc.assert(
      fc.property(turned, day, day, ([versions, shuffled], as_of, known_on) => {
        const point = { as_of: addDays(FIRST_DAY, as_of), known_at: instantOn(known_on) };
        expect(word(inForce(shuffled, point))).toBe(word(inForce(versions, point)));
      }),
      { numRuns: RUNS },
    );
  });

  it('does not change what was known by what is recorded later', () => {
    fc.assert(
      fc.property(history, day, day, (versions, as_of, known_on) => {
        const known_at = instantOn(known_on);
        const then = versions
          .filter((version) => version.recorded_at !== null && version.recorded_at <= known_at)
          .map((version) => ({
            ...version,
            withdrawn_at:
              version.withdrawn_at && version.withdrawn_at <= known_at ? version.withdrawn_at : null,
          }));
        const point = { as_of: addDays(FIRST_DAY, as_of), known_at };
        expect(word(inForce(versions, point))).toBe(word(inForce(then, point)));
      }),
      { numRuns: RUNS },
    );
  });

  it('draws a timeline without gaps that says of each day what the law in force says', () => {
    fc.assert(
      fc.property(history, day, (versions, known_on) => {
        const known_at = instantOn(known_on);
        const intervals = timeline(versions, known_at);
        expect(intervals[0]?.from).toBeNull();
        expect(intervals.at(-1)?.to).toBeNull();
        intervals.forEach(({ from, to, law }, index) => {
          const next = intervals[index + 1];
          if (next) expect(to && addDays(to, 1)).toBe(next.from);
          for (const as_of of [from, to])
            if (as_of !== null) expect(word(law)).toBe(word(inForce(versions, { as_of, known_at })));
        });
      }),
      { numRuns: RUNS },
    );
  });
});
