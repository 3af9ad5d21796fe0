import { describe, expect, it } from 'vitest';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import { sampleFiles, SAMPLE_MONTHS } from './files.ts';
import { SAMPLE_FIRMS } from './firms.ts';
import { randomOf } from './random.ts';

const UNTIL = dayFromText('2026-11-20') ?? 0;
const LAUNCH = '2026-05-13';
const WORLD = { programmes: [{ district: '3100', first_day: dayFromText(LAUNCH) ?? 0 }] };

type Row = Record<'declaration_no' | 'office' | 'category' | 'channel' | 'declared' | 'released', string> & {
  firm: string;
  item_no: string;
  direction: string;
  arrived: string;
  inspected: string;
  hours: number;
};

function rowsUntil(until: number, months = SAMPLE_MONTHS): Row[] {
  return SAMPLE_FIRMS.flatMap(({ slug }, index) =>
    sampleFiles(WORLD, index, { until, months })
      .filter(({ name }) => !name.startsWith('corrections'))
      .flatMap(({ lines }) => lines.slice(1).map((line) => rowOf(slug, line))),
  ).filter(
    ({ declaration_no, released, channel }) =>
      /^\d{18}$/.test(declaration_no) && !released.startsWith('2001') && channel !== 'express',
  );
}

function rowOf(firm: string, line: string): Row {
  const [
    declaration_no = '',
    item_no = '',
    direction = '',
    office = '',
    category = '',
    ,
    ,
    channel = '',
    arrived = '',
    declared = '',
    ,
    inspected = '',
    released = '',
  ] = line.split(',');
  const ms = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);
  return {
    firm,
    declaration_no,
    item_no,
    direction,
    office,
    category,
    channel,
    arrived,
    declared,
    inspected,
    released,
    hours: (ms(released) - ms(declared)) / 3_600_000,
  };
}

const rows = rowsUntil(UNTIL);
const exports_once = [
  ...new Map(
    rows
      .filter((row) => row.item_no === '1' && row.direction === 'export')
      .map((row) => [row.declaration_no, row]),
  ).values(),
];
const mean = (of: readonly Row[]) => of.reduce((sum, { hours }) => sum + hours, 0) / of.length;
const released = exports_once.filter((row) => row.released !== '');

describe('the sample', () => {
  it('is the same for the same day, and keeps its past when it is made a day later', () => {
    expect(rowsUntil(UNTIL, 3)).toEqual(rowsUntil(UNTIL, 3));
    const month = (until: number) =>
      rowsUntil(until, 3).filter(({ declared }) => declared < '2026-11-01').length;
    expect(month(UNTIL + 1)).toBe(month(UNTIL));
  });

  it('reaches over 36 months and ends with its last day', () => {
    const days = rows.map(({ declared }) => declared.slice(0, 10)).sort();
    expect(new Set(days.map((day) => day.slice(0, 7))).size).toBe(36);
    expect(days[0]?.slice(0, 7)).toBe('2023-12');
    expect(days.at(-1)).toBe('2026-11-20');
    expect(rows.every((row) => row.released <= '2026-11-21')).toBe(true);
  });

  it('is in line with the reported hours: green about 4.2, the ordinary channel about 11', () => {
    const recent = released.filter(({ declared }) => declared > '2026-05-20');
    expect(mean(recent.filter(({ channel }) => channel === 'green'))).toBeCloseTo(4.2, 0);
    expect(mean(recent.filter(({ channel }) => channel === 'ordinary'))).toBeGreaterThan(10);
    expect(mean(recent.filter(({ channel }) => channel === 'ordinary'))).toBeLessThan(12);
  });

  it('is green in Ningbo alone, for named categories, since the launch', () => {
    const green = rows.filter(({ channel }) => channel === 'green');
    expect(green.length).toBeGreaterThan(500);
    expect(green.every(({ office, declared }) => office.startsWith('31') && declared >= LAUNCH)).toBe(true);
    const named = new Set(rows.filter(({ category }) => category !== '').map((row) => row.declaration_no));
    expect(green.every(({ declaration_no }) => named.has(declaration_no))).toBe(true);
  });

  it('has no green lane before a programme is launched', () => {
    const files = sampleFiles({ programmes: [] }, 0, { until: UNTIL, months: 2 });
    expect(files.flatMap(({ lines }) => lines).some((line) => line.includes(',green,'))).toBe(false);
  });

  it('has gaps, inspections, prior declarations, outliers, small cells and declarations under way', () => {
    const first = new Set(
      exports_once
        .filter(({ firm }) => firm === SAMPLE_FIRMS[0].slug)
        .map(({ declared }) => declared.slice(0, 10)),
    );
    const days = [...first].sort();
    const silent_days = days
      .slice(1)
      .map((day, index) => (Date.parse(day) - Date.parse(days[index] ?? day)) / 86_400_000);
    expect(Math.max(...silent_days)).toBeGreaterThanOrEqual(14);
    expect(exports_once.filter(({ inspected }) => inspected !== '').length).toBeGreaterThan(100);
    expect(exports_once.filter(({ arrived, declared }) => arrived > declared).length).toBeGreaterThan(100);
    expect(released.filter(({ hours }) => hours > 240).length).toBeGreaterThan(5);
    expect(exports_once.filter((row) => row.released === '').length).toBeGreaterThan(5);
    const offices = Map.groupBy(
      exports_once.filter(({ declared }) => declared > '2026-10'),
      ({ office }) => office,
    );
    expect([...offices.values()].some((cell) => cell.length < 30)).toBe(true);
  });

  it('gives each declaration one number, which only a broker shares with its client', () => {
    const firms = Map.groupBy(
      rows.filter((row) => row.item_no === '1'),
      (row) => row.declaration_no,
    );
    for (const [, held] of firms) {
      expect(held.length).toBe(new Set(held.map(({ firm }) => firm)).size);
      if (held.length > 1) expect(held.map(({ firm }) => firm)).toContain('sample-broker');
      expect(new Set(held.map(({ firm: _firm, ...row }) => JSON.stringify(row))).size).toBe(1);
    }
  });
});

describe('seeded numbers', () => {
  it('differ by seed, repeat for the same one, and have the mean that was asked for', () => {
    const draw = (seed: string) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.next()
        )(randomOf(seed)),
      );
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    const random = randomOf('mean');
    const many = Array.from({ length: 20_000 }, () => random.around(11, 0.6));
    expect(many.reduce((sum, one) => sum + one, 0) / many.length).toBeCloseTo(11, 0);
    expect(Math.min(...many)).toBeGreaterThan(0);
  });
});
