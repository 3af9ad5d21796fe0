import { describe, expect, it } from 'vitest';
import { pairsOfValues, readPairs, unmapped } from './mapping-form.ts';

describe('the form of a mapping', () => {
  it('leaves out emptied rows, and says null where a clause has no counterpart', () => {
    const form = new FormData();
    form.set('count', '3');
    form.set('pairs.0.from_path', ' 4.1 ');
    form.set('pairs.0.to_path', '4.3');
    form.set('pairs.0.confirmed', 'on');
    form.set('pairs.1.note', 'without a clause');
    form.set('pairs.2.to_path', '4.9');
    expect(pairsOfValues(readPairs(form))).toEqual([
      { from_path: '4.1', to_path: '4.3', note: null, source: null, confirmed: true },
      { from_path: null, to_path: '4.9', note: null, source: null, confirmed: false },
    ]);
  });

  it('lists the clauses that nobody has placed', () => {
    expect(unmapped(['4.1', '4.2', '4.3'], ['4.2', null])).toEqual(['4.1', '4.3']);
  });
});
