import { expect, test } from 'vitest';
import { auditAddress, parseAuditQuery, type AuditQuery } from './query.ts';

const EMPTY: AuditQuery = { of: null, kind: null, outcome: null, from: null, to: null, q: null, after: null };

test('reads back what it wrote', () => {
  const query: AuditQuery = {
    of: 'operator',
    kind: 'export',
    outcome: 'refused',
    from: '2026-05-13',
    to: '2026-05-14',
    q: '张 & sons',
    after: ['2026-05-14 03:02:01.123456+00', '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77'],
  };
  expect(parseAuditQuery(new URLSearchParams(auditAddress(query)))).toEqual(query);
  expect(auditAddress(EMPTY)).toBe('');
});

test('ignores what it cannot read', () => {
  const bad = new URLSearchParams({
    of: 'all',
    kind: 'x',
    outcome: '1',
    from: '2026-02-30',
    to: 'x',
    q: ' ',
    after: "',",
  });
  expect(parseAuditQuery(bad)).toEqual(EMPTY);
});
