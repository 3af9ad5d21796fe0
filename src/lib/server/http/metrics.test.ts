import { describe, expect, test } from 'vitest';
import { isLocalClient } from './metrics.ts';

describe('a client on this machine', () => {
  const local = { host: '127.0.0.1:3000' };
  test.each([
    ['127.0.0.1', local],
    ['::1', { host: '[::1]:3000' }],
    ['::ffff:127.0.0.1', { host: 'localhost' }],
  ])('is known by %s', (address, headers) => {
    expect(isLocalClient(address, new Headers(headers))).toBe(true);
  });

  test.each([
    ['another machine', '10.0.0.7', local],
    ['an address that only begins alike', '127.0.0.1.example.org', local],
    [
      'whoever a proxy on this machine speaks for',
      '127.0.0.1',
      { ...local, 'x-forwarded-for': '203.0.113.9' },
    ],
    ['a proxy that says it in the standard way', '::1', { ...local, forwarded: 'for=203.0.113.9' }],
    ['a page whose name was rebound to this address', '127.0.0.1', { host: 'evil.example:3000' }],
    ['a request without a host', '127.0.0.1', {}],
  ])('is not %s', (_what, address, headers: Record<string, string>) => {
    expect(isLocalClient(address, new Headers(headers))).toBe(false);
  });
});
