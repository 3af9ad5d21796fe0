import { expect, test } from 'vitest';
import { whyTold, type About, type Topic } from './topic.ts';

const everything: Topic = {
  kinds: null,
  instruments: null,
  provisions: null,
  pending_items: null,
  categories: null,
  districts: null,
  saved_searches: null,
  only_if_affected: false,
};
const about: About = {
  instruments: ['gb-31701-2026'],
  provisions: ['4.12.1'],
  pending_items: [],
  categories: [],
  districts: ['3100'],
};
const event = { kind: 'rule.published', about };

test('a topic that asks for everything needs no reason', () => {
  expect(whyTold(everything, event)).toEqual({});
});

test('names what the topic and the event have in common, a clause by what lies below it', () => {
  expect(
    whyTold({ ...everything, instruments: ['x', 'gb-31701-2026'], provisions: ['4.12', '4.1'] }, event),
  ).toEqual({ instruments: ['gb-31701-2026'], provisions: ['4.12'] });
});

test('an event without categories concerns those that were asked for; one with districts only its own', () => {
  expect(whyTold({ ...everything, categories: ['crib'], districts: ['3100', '5300'] }, event)).toEqual({
    categories: ['crib'],
    districts: ['3100'],
  });
});
