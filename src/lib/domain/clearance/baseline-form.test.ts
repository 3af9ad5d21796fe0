import { describe, expect, it } from 'vitest';
import { isAddress, readBaseline, type BaselineField } from './baseline-form.ts';

const WHOLE: Partial<Record<BaselineField, string>> = {
  measure: 'declared_to_released',
  direction: 'export',
  population: '全国平均',
  hours: '１１．０５',
  source_title: 'A report',
};
const read = (typed: Partial<Record<BaselineField, string>>) =>
  readBaseline((field) => ({ ...WHOLE, ...typed })[field] ?? '');
const problemsOf = (typed: Partial<Record<BaselineField, string>>) => {
  const found = read(typed);
  return found.ok ? {} : found.problems;
};

describe('a baseline as it was typed', () => {
  it('is read with full-width digits, and with nothing where nothing was typed', () => {
    expect(read({ period_to: '2026-05-13', is_default: 'on' })).toEqual({
      ok: true,
      baseline: {
        measure: 'declared_to_released',
        direction: 'export',
        population: '全国平均',
        population_zh: null,
        period_from: null,
        period_to: '2026-05-13',
        hours: 11.05,
        hours_low: null,
        hours_high: null,
        is_derived: false,
        derivation: null,
        derivation_zh: null,
        is_default: true,
        definition_confirmed: false,
        source_title: 'A report',
        source_title_zh: null,
        source_url: null,
        note: null,
        note_zh: null,
      },
    });
  });

  it('is refused with every problem at once, each by its field', () => {
    expect(
      problemsOf({ population: ' ', hours: '', source_title: 'x'.repeat(501), period_from: '2026-02-30' }),
    ).toEqual({
      population: 'missing',
      hours: 'missing',
      source_title: 'too_long',
      period_from: 'not_a_day',
    });
  });

  it.each([
    ['hours of no number', { hours: '11,05' }, { hours: 'not_hours' }],
    ['hours that nothing takes', { hours: '0' }, { hours: 'not_hours' }],
    ['one end of a range', { hours_low: '10' }, { hours_low: 'not_a_range' }],
    ['a range beside the hours', { hours_low: '12', hours_high: '13' }, { hours_low: 'not_a_range' }],
    [
      'a period that ends before it begins',
      { period_from: '2026-05-13', period_to: '2026-05-12' },
      { period_to: 'backwards' },
    ],
    [
      'an address that a browser would run',
      { source_url: 'javascript:alert(1)' },
      { source_url: 'not_an_address' },
    ],
    ['a derived value without its derivation', { is_derived: 'on' }, { derivation: 'derivation_missing' }],
    [
      'a default that is never compared',
      { measure: 'gacc_overall', is_default: 'on' },
      { is_default: 'never_default' },
    ],
  ] as const)('is refused for %s', (_what, typed, problems) => {
    expect(problemsOf(typed)).toEqual(problems);
  });

  it('may name a web address alone as its source', () => {
    expect(['https://example.org/a', 'http://例子.example/'].map(isAddress)).toEqual([true, true]);
    expect(['data:text/html,x', 'ftp://example.org/', 'example.org', ''].map(isAddress)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
