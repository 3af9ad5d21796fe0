import { describe, expect, it } from 'vitest';
import { readHeader, type ColumnChoice } from './columns.ts';
import { findHeader, headerKey, headerToMend, type HeaderSearch } from './header.ts';
import type { Field } from '#lib/domain/clearance/record.ts';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';

const DATA = ['310420260000742108', '2026-05-14 08:40', '2026-05-14 11:52'];

function search(rows: string[][], choice: ColumnChoice<Field> = {}): HeaderSearch<Field> {
  return findHeader(rows, RECORD_COLUMNS, { is_end: true, wish: { choiceOf: () => choice } });
}

/** Where the header stands, how many rows it has, and its fields. */
function shape(found: HeaderSearch<Field>) {
  if (found.kind !== 'found') return found.kind;
  const { at, rows, columns } = found.header;
  return { at, rows, columns };
}

describe('the header of a file', () => {
  it('is found below titles and notes', () => {
    const rows = [['2026年5月报关明细'], ['单位：小时', ''], ['报关单号', '申报时间', '放行时间'], DATA];
    expect(shape(search(rows))).toEqual({
      at: 2,
      rows: 1,
      columns: ['declaration_no', 'declared_at', 'released_at'],
    });
  });

  it('takes two rows when the second says it again in another language', () => {
    const rows = [
      ['报关单号', '申报时间', '放行时间'],
      ['declaration_no', 'declared_at', 'released_at'],
      DATA,
    ];
    expect(shape(search(rows))).toMatchObject({ at: 0, rows: 2 });
  });

  it('reads merged names over their parts, and a name that spans both rows', () => {
    const rows = [
      ['报关单号', '申报时间', '查验', '', '放行时间'],
      ['', '', '通知时间', '完毕时间', ''],
      [DATA[0] ?? '', DATA[1] ?? '', '', '', DATA[2] ?? ''],
    ];
    expect(shape(search(rows))).toEqual({
      at: 0,
      rows: 2,
      columns: ['declaration_no', 'declared_at', 'inspection_notified_at', 'inspected_at', 'released_at'],
    });
  });

  it('reads groups of columns whose own names stand below', () => {
    const rows = [
      ['报关单', '', '时间', ''],
      ['报关单号', '商品名称', '申报时间', '放行时间'],
      [DATA[0] ?? '', '婴儿推车', DATA[1] ?? '', DATA[2] ?? ''],
    ];
    expect(shape(search(rows))).toEqual({
      at: 1,
      rows: 1,
      columns: ['declaration_no', 'product_name', 'declared_at', 'released_at'],
    });
  });

  it('never takes a row of data for its second row, however bad', () => {
    const rows = [['报关单号', '申报时间', '商品名称'], ['', '', '商品'], DATA];
    expect(shape(search(rows))).toMatchObject({ at: 0, rows: 1 });
  });

  it('says which column is missing, and waits for a row that could have it', () => {
    expect(search([['报关单号', '商品名称'], DATA])).toMatchObject({
      kind: 'incomplete',
      missing: ['declared_at'],
    });
    expect(findHeader([['报关单号', '商品名称']], RECORD_COLUMNS, { is_end: false }).kind).toBe('more');
  });

  it('is not found where no row names a declaration number', () => {
    expect(search([['a', 'b'], DATA]).kind).toBe('none');
    expect(search([]).kind).toBe('none');
  });

  it('follows what was chosen for names that nobody knows', () => {
    const rows = [['单据', '起', '止', '申报时间'], DATA];
    const choice = { 单据: 'declaration_no', 起: 'declared_at', 止: 'released_at' } as const;
    expect(shape(search(rows, choice))).toMatchObject({
      columns: ['declaration_no', 'declared_at', 'released_at', null],
    });
  });
});

describe('columns', () => {
  it('keep the first of two that name the same field', () => {
    expect(readHeader(['报关单号', '海关编号'], RECORD_COLUMNS)).toEqual(['declaration_no', null]);
  });

  it.each([
    ['报关单编号', 'declaration_no'],
    ['海 关 编 号', 'declaration_no'],
    ['Declaration No.', 'declaration_no'],
    ['ＨＳ　ＣＯＤＥ', 'hs_code'],
    ['hs_code', 'hs_code'],
    ['放行时间（必填）', null],
    ['結關日期', null],
    ['结关日期', null],
    ['', null],
  ])('know %j as %s', (name, field) => {
    expect(readHeader([name], RECORD_COLUMNS)).toEqual([field]);
  });

  it('may be chosen by place, which goes before their names', () => {
    const names = ['', '申报时间', '申报时间'];
    const choice = { '#1': 'declaration_no', '#3': 'declared_at' } as const;
    expect(readHeader(names, RECORD_COLUMNS, choice)).toEqual(['declaration_no', null, 'declared_at']);
  });

  it('may be left out', () => {
    expect(readHeader(['品类', '通道'], RECORD_COLUMNS, { 品类: null })).toEqual([null, 'channel']);
  });
});

describe('the header of rejected rows', () => {
  it('reads without any choice as the file was read with one', () => {
    const names = ['单据', '申报时间', '', '通道'];
    const choice = { 单据: 'declaration_no', '#3': 'declared_at', 申报时间: null } as const;
    const columns = readHeader(names, RECORD_COLUMNS, choice);
    const again = [...headerToMend(names, columns, RECORD_COLUMNS), 'line', 'reasons'];
    expect(readHeader(again, RECORD_COLUMNS)).toEqual([...columns, null, null]);
  });

  it('is remembered as the header of the file itself', () => {
    expect(headerKey(['报关单号', '申报时间', 'line', 'reasons'])).toBe(headerKey(['报关单号 ', '申报时间']));
    expect(headerKey(['a', 'b'])).not.toBe(headerKey(['b', 'a']));
    expect(headerKey(['ab', 'c'])).not.toBe(headerKey(['a', 'bc']));
  });
});
