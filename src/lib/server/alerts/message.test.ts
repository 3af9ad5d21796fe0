import { expect, test } from 'vitest';
import type { Language } from '#lib/i18n/text.ts';
import type { Content, Reason } from './content.ts';
import { messageOf } from './message.ts';

const REASON: Reason = {
  subscription_id: 's',
  user_id: null,
  kinds: null,
  instruments: null,
  provisions: null,
  pending_items: ['sac-clause-4.12'],
  categories: null,
  districts: null,
  saved_searches: null,
  only_if_affected: false,
  found: [],
};
const MOVED: Content = {
  event: {
    id: '1',
    kind: 'pending_item.moved',
    occurred_at: new Date('2026-05-14T00:00:00Z'),
    subject_id: null,
    data: {
      pending_item: 'sac-clause-4.12',
      title: 'Interpretation',
      title_zh: '技术解释',
      state: 'drafted',
    },
    about: {
      instruments: [],
      provisions: [],
      pending_items: ['sac-clause-4.12'],
      categories: [],
      districts: [],
    },
  },
  rule: null,
};
const told = (language: Language) => ({
  alert_id: 'a',
  language,
  address: 'https://example.org',
  reasons: [REASON],
  impact: null,
});

test('a pending item that moved is called by its title in the language of whoever reads', () => {
  const english = messageOf(MOVED, told('en'));
  expect(english.title).toContain('Interpretation');
  expect(english.why).toBe('You follow the pending decision “Interpretation”.');
  const chinese = messageOf(MOVED, told('zh-CN'));
  expect(chinese.title).toContain('技术解释');
  expect(chinese.why).toBe('您订阅了待定事项“技术解释”。');
});
