import { describe, expect, test } from 'vitest';
import { addressesOf, clientAddressOf } from './address.ts';

describe('addressesOf', () => {
  const at = (host: string, origin: string | null = null) => addressesOf({ host, origin, port: 3000 });

  test.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://127.0.0.1:3000'],
    ['::1', 'http://[::1]:3000'],
    ['192.0.2.7', 'http://192.0.2.7:3000'],
    ['2001:db8::7', 'http://[2001:db8::7]:3000'],
  ])('prints for %s an address that is listened on', (host, address) => {
    expect(at(host).address).toBe(address);
    expect(at(host).origins).toContain(address);
  });

  test.each(['127.0.0.1', 'localhost', '0.0.0.0', '::'])('answers for every local name on %s', (host) => {
    expect(at(host).origins).toEqual(['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000']);
  });

  test('answers for the given origin alone', () => {
    expect(at('127.0.0.1', 'https://greenlane.example.org')).toEqual({
      address: 'https://greenlane.example.org',
      origins: ['https://greenlane.example.org'],
    });
  });
});

describe('clientAddressOf', () => {
  const behind = { origin: 'https://greenlane.example.org' };
  const of = (config: { origin: string | null }, peer: string | undefined, forwarded?: string | string[]) =>
    clientAddressOf(config, { peer, forwarded });

  test.each([
    ['what the proxy added last', '203.0.113.9', '127.0.0.1', '198.51.100.1, 203.0.113.9'],
    ['it without its port', '203.0.113.9', '10.0.0.2', '203.0.113.9:40000'],
    ['an address of IPv6', '2001:db8::9', '::ffff:127.0.0.1', '2001:db8::9'],
    ['the same in brackets', '2001:db8::9', 'fd00::1', '[2001:db8::9]:443'],
  ])('is, behind a proxy, %s', (_what, address, peer, forwarded) => {
    expect(of(behind, peer, forwarded)).toBe(address);
  });

  test('takes the last of several headers', () => {
    expect(of(behind, '127.0.0.1', ['198.51.100.1', '203.0.113.9'])).toBe('203.0.113.9');
  });

  test.each([
    ['there is no proxy', { origin: null }, '127.0.0.1', '203.0.113.9', '127.0.0.1'],
    ['the origin is plain http', { origin: 'http://intranet' }, '10.0.0.2', '203.0.113.9', '10.0.0.2'],
    ['a stranger claims to be one', behind, '198.51.100.7', '203.0.113.9', '198.51.100.7'],
    ['the proxy says nothing', behind, '127.0.0.1', undefined, '127.0.0.1'],
    ['the proxy says nonsense', behind, '127.0.0.1', 'unknown', '127.0.0.1'],
    ['the connection is gone', behind, undefined, undefined, 'unknown'],
  ])('is the peer where %s', (_what, config, peer, forwarded, address) => {
    expect(of(config, peer, forwarded)).toBe(address);
  });
});
