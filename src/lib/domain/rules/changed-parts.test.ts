import { expect, it } from 'vitest';
import { changedParts, VERSION_PARTS, type PartsOfVersion } from './changed-parts.ts';

const VERSION: PartsOfVersion = {
  valid_to: null,
  transition_until: null,
  partly_replaced_from: null,
  comment_until: null,
  is_repeal: false,
  relations: [{ kind: 'replaces', to_slug: 'gb-31701-2015', paths: [] }],
  annex: [{ line: 1, title: '扭矩试验', clause: '4.8', slot: null, confirmed: false }],
  topics: ['small-parts'],
};
const CHANGES: Record<(typeof VERSION_PARTS)[number], Partial<PartsOfVersion>> = {
  dates: { partly_replaced_from: '2027-01-01' },
  repeal: { is_repeal: true },
  relations: { relations: [{ kind: 'replaces', to_slug: 'gb-31701-2015', paths: ['4.8'] }] },
  annex: { annex: [{ line: 1, title: '扭矩试验', clause: '4.8', slot: 8, confirmed: false }] },
  topics: { topics: [] },
};

it('finds no part changed between equal versions', () => {
  expect(changedParts(VERSION, structuredClone(VERSION))).toEqual([]);
});

it.each(VERSION_PARTS)('names %s where it alone changed', (part) => {
  expect(changedParts(VERSION, { ...VERSION, ...CHANGES[part] })).toEqual([part]);
});
