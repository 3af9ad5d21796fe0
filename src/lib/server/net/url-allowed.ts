import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isAddressAllowed, type AllowedRanges } from './address.ts';

/**
 * Whether a request may ever go to this address, as far as can be told before one is made. The guarded agent
 * decides anew at each connection; this only tells a person at once.
 */
export async function isUrlAllowed(
  written: string,
  allowed: AllowedRanges,
): Promise<'allowed' | 'bad_url' | 'name_not_found' | 'address_not_allowed'> {
  if (!URL.canParse(written)) return 'bad_url';
  const url = new URL(written);
  const is_web = url.protocol === 'http:' || url.protocol === 'https:';
  if (!is_web || url.username !== '' || url.password !== '') return 'bad_url';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isAddressAllowed(host, allowed) ? 'allowed' : 'address_not_allowed';
  try {
    const found = await lookup(host, { all: true });
    return found.some(({ address }) => isAddressAllowed(address, allowed))
      ? 'allowed'
      : 'address_not_allowed';
  } catch {
    return 'name_not_found';
  }
}
