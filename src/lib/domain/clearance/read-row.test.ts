import { describe, expect, it } from 'vitest';
import { createRowReader, type RowReference } from './read-row.ts';
import type { Field } from './record.ts';

const FIELDS = [
  'declaration_no',
  'declared_at',
  'released_at',
  'customs_office',
  'hs_code',
  'channel',
  'arrived_at',
  'direction',
  'firm_uscc',
] as const satisfies readonly Field[];
type Given = Partial<Record<(typeof FIELDS)[number], string>>;

const REFERENCE: RowReference = {
  districts: new Set(['31', '53']),
  offices: new Set(['3104', '3101']),
  categories: new Map(),
};
const GOOD: Given = {
  declaration_no: '310420260000742108',
  declared_at: '2026-05-14 08:40',
  released_at: '2026-05-14 11:52',
};

const cellsOf = (given: Given) => FIELDS.map((field) => ({ ...GOOD, ...given })[field] ?? '');
const read = (given: Given) => createRowReader(FIELDS, REFERENCE)(cellsOf(given), 2);
/** Field, code and `error` or `warning` of all that is wrong with a row. */
const problemsOf = (given: Given) =>
  read(given).problems.map(({ field, code, is_error }) => [field, code, is_error ? 'error' : 'warning']);

describe('a row of records', () => {
  it('is read whole', () => {
    expect(
      read({ channel: '绿码', hs_code: '8715.00.00.00', arrived_at: '2026年5月14日 08:05' }),
    ).toMatchObject({
      ok: true,
      problems: [],
      row: {
        declaration_no: '310420260000742108',
        customs_office: '3104',
        direction: 'export',
        channel: 'green',
        hs_code: '8715000000',
        declared_at: Date.parse('2026-05-14T08:40:00+08:00'),
        arrived_at: Date.parse('2026-05-14T08:05:00+08:00'),
      },
    });
  });

  it('may be declared before the goods arrive', () => {
    expect(problemsOf({ declared_at: '2026-05-13 16:20', arrived_at: '2026-05-14 10:00' })).toEqual([]);
  });

  it('is rejected with every reason at once', () => {
    expect(
      problemsOf({
        declaration_no: '3.10420260000742E+17',
        hs_code: '3924',
        channel: '红码',
        declared_at: '2026-05-14 09:00',
        released_at: '2026-05-14 08:10',
      }),
    ).toEqual([
      ['declaration_no', 'declaration_no.excel_damaged', 'error'],
      ['hs_code', 'hs_code.not_ten_digits', 'warning'],
      ['channel', 'channel.unknown', 'error'],
      ['released_at', 'released_at.before_declared', 'error'],
    ]);
  });

  it('is rejected when it was released before it was declared, or before the goods arrived', () => {
    expect(read({ released_at: '2026-05-14 08:39' }).ok).toBe(false);
    expect(problemsOf({ released_at: '2026-05-14 08:39' })).toEqual([
      ['released_at', 'released_at.before_declared', 'error'],
    ]);
    expect(problemsOf({ arrived_at: '2026-05-14 12:00' })).toEqual([
      ['released_at', 'released_at.before_arrived', 'error'],
    ]);
    expect(problemsOf({ released_at: '2026-05-14 08:40' })).toEqual([]);
  });

  it.each([
    ['2026-02-30 08:00', 'time.impossible'],
    ['2026-05-14 25:00', 'time.impossible'],
    ['0026-05-14 08:40', 'time.impossible'],
    ['yesterday', 'time.unreadable'],
    ['', 'time.missing'],
  ])('is rejected when it was declared at %j', (declared_at, code) => {
    expect(problemsOf({ declared_at, released_at: '' })).toEqual([['declared_at', code, 'error']]);
  });

  it.each([
    ['5399', [['customs_office', 'customs_office.not_listed', 'warning']]],
    ['5300', [['customs_office', 'customs_office.is_district', 'warning']]],
    ['9999', [['customs_office', 'customs_office.unknown', 'error']]],
  ])('tells of the office %s what it is', (office, problems) => {
    expect(problemsOf({ declaration_no: `${office}20260000742108` })).toEqual(problems);
  });

  it('is kept with a warning where its office is another than that of its number', () => {
    expect(problemsOf({ customs_office: '3101北仑' })).toEqual([
      ['customs_office', 'customs_office.differs', 'warning'],
    ]);
    expect(problemsOf({ customs_office: '北仑' })).toEqual([
      ['customs_office', 'customs_office.malformed', 'error'],
    ]);
  });

  it('is rejected when its direction contradicts the ninth digit', () => {
    expect(problemsOf({ direction: '进口' })).toEqual([['direction', 'direction.differs', 'error']]);
    expect(problemsOf({ direction: '出口' })).toEqual([]);
  });

  it('is kept with a warning when it took longer than 90 days', () => {
    expect(problemsOf({ released_at: '2026-08-13 09:00' })).toEqual([
      ['released_at', 'duration.outlier', 'warning'],
    ]);
  });

  it('warns of an office that is not listed once a file', () => {
    const reader = createRowReader(FIELDS, REFERENCE);
    const row = (serial: string) => cellsOf({ declaration_no: `53992026${serial}` });
    expect(reader(row('0000742108'), 2).problems).toHaveLength(1);
    expect(reader(row('0000742109'), 3).problems).toEqual([]);
  });
});
