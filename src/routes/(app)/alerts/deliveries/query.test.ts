import { expect, test } from 'vitest';
import { deliveryAddress, instantOfText, readDeliveryQuery, type DeliveryQuery } from './query.ts';

const ID = '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77';
const EMPTY: DeliveryQuery = {
  state: null,
  channel: null,
  endpoint: null,
  from: null,
  to: null,
  id: null,
  after: null,
};

test('reads back what it wrote', () => {
  const query: DeliveryQuery = {
    state: 'dead',
    channel: 'webhook',
    endpoint: ID,
    from: '2026-05-13',
    to: '2026-05-14',
    id: ID,
    after: ['2026-05-14 03:02:01.123456+00', ID],
  };
  expect(readDeliveryQuery(new URL(deliveryAddress(query), 'http://x').searchParams)).toEqual(query);
  expect(deliveryAddress(EMPTY)).toBe('/alerts/deliveries');
});

test('ignores what it cannot read', () => {
  const bad = {
    state: 'eaten',
    channel: 'pigeon',
    endpoint: '1',
    from: '2026-02-30',
    to: 'x',
    id: "'",
    after: ',',
  };
  expect(readDeliveryQuery(new URLSearchParams(bad))).toEqual(EMPTY);
});

test('a day begins at midnight in China', () => {
  expect(instantOfText('2026-05-13')?.toISOString()).toBe('2026-05-12T16:00:00.000Z');
  expect(instantOfText('2026-05-13', 1)?.toISOString()).toBe('2026-05-13T16:00:00.000Z');
});
