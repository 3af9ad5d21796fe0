import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isAddressAllowed, type AllowedRanges } from './address.ts';

/** A connection that was refused because of where it would have gone. */
export class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED';
}

export type AgentLimits = { connect_timeout_ms: number; headers_timeout_ms: number; body_timeout_ms: number };

/** An honest server answers in a second or two; Chinese sites from abroad take up to ten. */
const LIMITS: AgentLimits = {
  connect_timeout_ms: 10_000,
  headers_timeout_ms: 15_000,
  body_timeout_ms: 15_000,
};
/** Of headers: more is an attack. */
const HEADER_BYTES_MAX = 32_768;

export type Resolve = (
  hostname: string,
  answered: (cause: Error | null, addresses: LookupAddress[]) => void,
) => void;

const resolveAll: Resolve = (hostname, answered) =>
  resolveName(hostname, { all: true, verbatim: true }, (cause, addresses) =>
    answered(cause, addresses ?? []),
  );

/**
 * Connects only to allowed addresses. A name is resolved once and the connection goes to an address out of
 * that answer, so that a name that changes its answer between check and connection gains nothing; the
 * connected socket is looked at once more before a byte is sent.
 */
export function createGuardedAgent(
  allowed: AllowedRanges,
  { resolve = resolveAll, ...given }: Partial<AgentLimits> & { resolve?: Resolve } = {},
): Agent {
  const limits = { ...LIMITS, ...given };
  const connector = buildConnector({
    timeout: limits.connect_timeout_ms,
    allowH2: false,
    lookup: guarded(resolve, allowed),
  });
  return new Agent({
    connect(options, callback) {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isAddressAllowed(host, allowed)) {
        callback(new AddressNotAllowed(`the address ${host} is not public`), null);
        return;
      }
      connector(options, (cause, socket) => {
        if (cause || !socket) {
          callback(cause ?? new Error('no socket'), null);
          return;
        }
        const address = socket.remoteAddress ?? '';
        if (isAddressAllowed(address, allowed)) {
          callback(null, socket);
          return;
        }
        socket.destroy();
        callback(new AddressNotAllowed(`the address ${address} is not public`), null);
      });
    },
    headersTimeout: limits.headers_timeout_ms,
    bodyTimeout: limits.body_timeout_ms,
    maxHeaderSize: HEADER_BYTES_MAX,
    pipelining: 1,
  });
}

/** Looks a name up and passes on only the allowed ones of its addresses. */
function guarded(resolve: Resolve, allowed: AllowedRanges): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (cause, addresses) => {
      if (cause) {
        callback(cause, '');
        return;
      }
      const usable = addresses.filter(({ address }) => isAddressAllowed(address, allowed));
      const [first] = usable;
      if (!first) callback(new AddressNotAllowed(`${hostname} leads to no public address`), '');
      else if (options.all) callback(null, usable);
      else callback(null, first.address, first.family);
    });
  };
}
