import { describe, expect, test } from 'vitest';
import { suggestExclusions } from './suggest-exclusion.ts';

const judged = (title: string) => ({ title, text: '' });
const phrases = (
  title: string,
  { confirmed = [], announced = [] }: { confirmed?: string[]; announced?: string[] } = {},
) =>
  suggestExclusions('"学步车"', judged(title), {
    dismissed: [judged(title)],
    confirmed: confirmed.map(judged),
    announced,
  }).map(({ phrase }) => phrase);

const NOTICES = Array.from({ length: 40 }, (_, at) => `海关总署公告第${at + 1}号`);

describe('suggestExclusions', () => {
  test('suggests words of the title that nobody asked for', () => {
    expect(phrases('学步车 招聘')).toEqual(['招聘']);
  });

  test('suggests no word of what was confirmed', () => {
    expect(phrases('学步车 招聘', { confirmed: ['学步车标准招聘'] })).toEqual([]);
  });

  test('suggests no word that stands in much of what is announced', () => {
    expect(phrases('海关 学步车 招聘', { announced: NOTICES })).toEqual(['招聘']);
  });

  test('takes no few titles for a custom', () => {
    expect(phrases('海关 学步车 招聘', { announced: NOTICES.slice(0, 5) })).toEqual(['海关', '招聘']);
  });
});
