import { createServer } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Config } from '#lib/server/config.ts';

/** Hosts by which IPv4 of this machine is reached, and with it every spelling of its own address. */
const LOCAL = new Set(['127.0.0.1', 'localhost', '0.0.0.0', '::']);

/** The address that people open, and every origin that the web process answers for. */
export function addressesOf(config: Pick<Config, 'host' | 'port' | 'origin'>): {
  address: string;
  origins: string[];
} {
  if (config.origin) return { address: config.origin, origins: [config.origin] };
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  if (LOCAL.has(config.host)) {
    const origins = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}:${config.port}`);
    return { address: `http://127.0.0.1:${config.port}`, origins };
  }
  return { address: `http://${host}:${config.port}`, origins: [`http://${host}:${config.port}`] };
}

const OWN_NETWORK = ['loopback', 'private', 'uniqueLocal', 'linkLocal'];

/**
 * Whose request it is. With an `ORIGIN` of https there is a proxy before us, since we speak http alone: the
 * address that it added last to `X-Forwarded-For` is its client's. Nobody else is believed, and of a proxy
 * nothing but the last, for the rest is what the client itself has sent.
 */
export function clientAddressOf(
  config: Pick<Config, 'origin'>,
  request: { peer: string | undefined; forwarded: string | string[] | undefined },
): string {
  const { peer = 'unknown', forwarded = '' } = request;
  const is_proxied = config.origin?.startsWith('https:') && ipaddr.isValid(peer);
  if (!is_proxied || !OWN_NETWORK.includes(ipaddr.process(peer).range())) return peer;
  const last = [forwarded].flat().join(',').split(',').at(-1)?.trim() ?? '';
  const bare = /^\[(.+)\](?::\d+)?$/.exec(last)?.[1] ?? last.replace(/^([\d.]+):\d+$/, '$1');
  return ipaddr.isValid(bare) ? bare : peer;
}

/** Whether nobody listens on this port; null when the host itself cannot be used. */
export function portState(
  host: string,
  port: number,
): Promise<'free' | 'taken' | 'forbidden' | 'no such host'> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done('taken');
      else if (error.code === 'EACCES') done('forbidden');
      else done('no such host');
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => done('free')));
  });
}
