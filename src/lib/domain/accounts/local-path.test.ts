import { expect, it } from 'vitest';
import { localPath } from './local-path.ts';

it.each(['/', '/clearance?from=2026-01-01&group_by=month', '/rules/gb-31701-2026', '/规则'])(
  'keeps %j',
  (path) => {
    expect(decodeURI(localPath(path))).toBe(path);
  },
);

it.each([
  null,
  undefined,
  '',
  'clearance',
  'https://example.com/',
  '//example.com',
  '/\\example.com',
  '/a\\..\\b',
  '/\t/example.com',
  '/.//example.com',
  '/x/..//example.com',
  'javascript:alert(1)',
])('refuses %j', (path) => {
  expect(localPath(path, '/home')).toBe('/home');
});
