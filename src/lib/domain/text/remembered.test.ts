import { describe, expect, it } from 'vitest';
import { remembered } from './remembered.ts';

describe('a remembered function', () => {
  it('reads each text once, also when nothing is found in it', () => {
    const asked: string[] = [];
    const first = remembered((text) => {
      asked.push(text);
      return /^[a-z]/.exec(text)?.[0] ?? null;
    });
    expect(['crib', '婴儿床', 'crib', '婴儿床'].map(first)).toEqual(['c', null, 'c', null]);
    expect(asked).toEqual(['crib', '婴儿床']);
  });

  it('keeps answering when there are more texts than it remembers', () => {
    const length = remembered((text) => text.length);
    for (let count = 0; count < 30_000; count += 1) expect(length(`${count}`)).toBe(`${count}`.length);
  });
});
