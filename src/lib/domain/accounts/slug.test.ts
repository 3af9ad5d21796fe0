import { expect, it } from 'vitest';
import { SLUG, slugsForName } from './slug.ts';

const firstTwo = (name: string) => {
  const slugs = slugsForName(name);
  return [slugs.next().value, slugs.next().value];
};

it('keeps the letters and digits of a Latin name, then counts', () => {
  expect(firstTwo('Ningbo Söhne & Co., Ltd.')).toEqual(['ningbo-sohne-co-ltd', 'ningbo-sohne-co-ltd-2']);
});

it('falls back to firm-1 for a name without any', () => {
  expect(firstTwo('宁波婴童用品有限公司')).toEqual(['firm-1', 'firm-2']);
});

it('offers only slugs that the database accepts', () => {
  for (const name of ['x'.repeat(200), '--- a ---', '０８ 宁波', '']) {
    for (const slug of firstTwo(name)) expect(slug).toMatch(SLUG);
  }
});
