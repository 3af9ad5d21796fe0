import { describe, expect, it } from 'vitest';
import { readCodeForm, readReadingForm, readVendorForm } from './receipt-form.ts';

const typed =
  (given: Record<string, string>) =>
  (field: string): string =>
    given[field] ?? '';
const LINE = { code: 'ｐ', event: 'released', meaning: 'Released', source: 'Interface document' };

describe('the forms of receipt codes', () => {
  it('read a line of a table, its code as tables have it', () => {
    expect(readCodeForm(typed({ ...LINE, confirmed: 'on' }))).toEqual({
      ok: true,
      value: {
        code: 'P',
        event: 'released',
        reopens: false,
        meaning: 'Released',
        meaning_zh: null,
        source: 'Interface document',
        confirmed: true,
      },
    });
  });

  it('let a deletion reopen whatever is ticked', () => {
    expect(readCodeForm(typed({ ...LINE, event: 'void' }))).toMatchObject({ value: { reopens: true } });
  });

  it('name every field that is wrong', () => {
    expect(readCodeForm(typed({ code: 'x'.repeat(21), event: 'gone', meaning: 'm'.repeat(301) }))).toEqual({
      ok: false,
      problems: { code: 'too_long', event: 'not_an_event', meaning: 'too_long', source: 'missing' },
    });
    expect(readVendorForm(typed({ vendor: 'E Town', name: '' }))).toEqual({
      ok: false,
      problems: { vendor: 'not_a_name', name: 'missing', source: 'missing' },
    });
  });

  it('take an answer back when the table is to be followed', () => {
    expect(readReadingForm(typed({ code: 'c', event: '' }))).toEqual({
      ok: true,
      value: { code: 'C', reading: null },
    });
    expect(readReadingForm(typed({ code: 'C', event: 'void' }))).toMatchObject({
      value: { reading: { event: 'void', reopens: true } },
    });
  });
});
