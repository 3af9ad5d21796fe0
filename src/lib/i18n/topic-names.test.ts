import { expect, test } from 'vitest';
import { topicWords } from './topic-names.ts';
import { textsOf } from './texts.ts';

const NAMES = {
  instruments: { 'gb-31701-2026': 'GB 31701—2026' },
  pending_items: { 'sac-clause-4.12': 'Interpretation of 4.12' },
};

test('a topic is told by names, and a clause together with its instrument', () => {
  const topic = {
    instruments: ['gb-31701-2026', 'own-slug'],
    provisions: ['4.12', '4.8'],
    pending_items: ['sac-clause-4.12'],
  };
  expect(topicWords(topic, NAMES, textsOf('en'))).toEqual([
    'GB 31701—2026, own-slug: clause 4.12, clause 4.8',
    'Interpretation of 4.12',
  ]);
  expect(topicWords({ ...topic, instruments: null }, NAMES, textsOf('zh-CN'))).toEqual([
    '第4.12条',
    '第4.8条',
    'Interpretation of 4.12',
  ]);
});
