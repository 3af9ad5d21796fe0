import { describe, expect, it } from 'vitest';
import { readDeclarationNo } from './declaration-no.ts';

describe('readDeclarationNo', () => {
  it('tells office, year of acceptance and direction from the digits', () => {
    expect(readDeclarationNo('310420260000742108')).toEqual({
      ok: true,
      value: {
        declaration_no: '310420260000742108',
        office: '3104',
        accepted_year: 2026,
        direction: 'export',
        item_no: null,
      },
      is_rounded: false,
    });
    expect(readDeclarationNo('310420261000742108')).toMatchObject({ value: { direction: 'import' } });
  });

  it.each([
    '３１０４２０２６００００７４２１０８',
    ' 3104 2026 0000742108 ',
    "'310420260000742108",
    '="310420260000742108"',
    '"310420260000742108"',
  ])('reads %s as people and spreadsheets write it', (written) => {
    expect(readDeclarationNo(written)).toMatchObject({
      ok: true,
      value: { declaration_no: '310420260000742108' },
    });
  });

  it('keeps the zero in front of an office', () => {
    expect(readDeclarationNo('090120260000000017')).toMatchObject({ ok: true, value: { office: '0901' } });
  });

  it.each([
    ['310420260000742108002', 2],
    ['310420260000742108000', 1],
    ['310420260000742108015', 15],
  ])('reads the 21 digits %s of a refund file as declaration and item', (written, item_no) => {
    expect(readDeclarationNo(written)).toMatchObject({
      ok: true,
      value: { declaration_no: '310420260000742108', item_no },
    });
  });

  it('warns of a number that ends like one that a spreadsheet rounded', () => {
    expect(readDeclarationNo('310420260000742000')).toMatchObject({ ok: true, is_rounded: true });
  });

  it.each([
    ['3.10420260000742E+17', 'excel_damaged'],
    ['3.1042E17', 'excel_damaged'],
    ['３．１０４２０２６００００７４２Ｅ＋１７', 'excel_damaged'],
    ['310420260000742108.0', 'excel_damaged'],
    ['90120260000000017', 'lost_zero'],
    ['Z20260000001234567', 'temporary'],
    ['000000001234567890', 'pre_entry'],
    ['E20260000012345678', 'unified'],
    ['I20260000012345678', 'unified'],
    ['123456789', 'old_form'],
    ['310420262000742108', 'malformed'],
    ['31042026000074210', 'malformed'],
    ['310418260000742108', 'malformed'],
    ['310420260000742108102', 'malformed'],
    ['', 'malformed'],
    ['31042026000074210O', 'malformed'],
  ])('names what is wrong with %s: %s', (written, problem) => {
    expect(readDeclarationNo(written)).toEqual({ ok: false, problem });
  });
});
