import ipaddr from 'ipaddr.js';

/** The address ranges that the operator lists although they are private. */
export type AllowedRanges = readonly string[];

/**
 * Whether a request that the program makes on somebody's behalf may go to this address: a public one, or one
 * that the operator lists. An address that carries another inside (IPv4 mapped or compatible, NAT64, 6to4,
 * Teredo) is judged by both. What is no address is not allowed.
 */
export function isAddressAllowed(written: string, allowed: AllowedRanges): boolean {
  const text = written.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!ipaddr.isValid(text)) return false;
  return insideOut(ipaddr.parse(text)).every((address) => isPublic(address) || isListed(address, allowed));
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The address and whatever address it carries; a mapped one is the IPv4 address and nothing else. */
function insideOut(address: Address): Address[] {
  if (address instanceof ipaddr.IPv4) return [address];
  if (address.isIPv4MappedAddress()) return [address.toIPv4Address()];
  const carried = carriedIn(address);
  return carried === null ? [address] : [...(isTransparent(address) ? [] : [address]), carried];
}

/** NAT64 and IPv4-compatible addresses are only ways to write the address inside. */
function isTransparent(address: ipaddr.IPv6): boolean {
  return address.match(NAT64) || address.match(COMPATIBLE);
}

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const LOCAL_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48');
const COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');
const SIX_TO_FOUR = ipaddr.IPv6.parseCIDR('2002::/16');
const TEREDO = ipaddr.IPv6.parseCIDR('2001::/32');

function carriedIn(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray();
  const ipv4 = (part: number[]) => new ipaddr.IPv4(part);
  if (isTransparent(address) || address.match(LOCAL_NAT64)) return ipv4(bytes.slice(12));
  if (address.match(SIX_TO_FOUR)) return ipv4(bytes.slice(2, 6));
  // A Teredo address ends with the client's address, each bit turned over.
  if (address.match(TEREDO)) return ipv4(bytes.slice(12).map((byte) => byte ^ 0xff));
  return null;
}

function isPublic(address: Address): boolean {
  return address.range() === 'unicast';
}

/** Lists are parsed once: there are one or two in a process, and every connection asks. */
const networks = new WeakMap<AllowedRanges, [Address, number][]>();

function networksOf(allowed: AllowedRanges): [Address, number][] {
  const known = networks.get(allowed);
  if (known) return known;
  const parsed = allowed.map((range) => ipaddr.parseCIDR(range));
  networks.set(allowed, parsed);
  return parsed;
}

function isListed(address: Address, allowed: AllowedRanges): boolean {
  return networksOf(allowed).some(([network, bits]) => {
    if (network instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(network, bits);
    return address instanceof ipaddr.IPv6 && address.match(network, bits);
  });
}
