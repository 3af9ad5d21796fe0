import { describe, expect, it } from 'vitest';
import { isAddressAllowed } from './address.ts';

describe('isAddressAllowed', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.5',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '[::1]',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::10.0.0.1',
    '2002:7f00:1::',
    '2002:a00:1::1',
    '2001:0:0:0:0:0:80ff:fffe',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '100::1',
    'localhost',
    '',
    'example.org',
  ])('refuses %s', (address) => {
    expect(isAddressAllowed(address, [])).toBe(false);
  });

  it.each(['8.8.8.8', '1.1.1.1', '223.5.5.5', '2400:3200::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])(
    'allows %s',
    (address) => {
      expect(isAddressAllowed(address, [])).toBe(true);
    },
  );

  it('allows what the operator lists, in either way of writing it, and nothing beside it', () => {
    const allowed = ['127.0.0.0/8', 'fd00::/8'];
    expect(isAddressAllowed('127.0.0.1', allowed)).toBe(true);
    expect(isAddressAllowed('::ffff:127.0.0.1', allowed)).toBe(true);
    expect(isAddressAllowed('fd12::1', allowed)).toBe(true);
    expect(isAddressAllowed('10.0.0.1', allowed)).toBe(false);
    expect(isAddressAllowed('::1', allowed)).toBe(false);
  });
});
