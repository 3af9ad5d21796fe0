import { createServer } from 'node:net';
import type { Config } from '#lib/server/config.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** The address that people open, and every origin that the web process answers for. */
export function addressesOf(config: Pick<Config, 'host' | 'port' | 'origin'>): {
  address: string;
  origins: string[];
} {
  if (config.origin) return { address: config.origin, origins: [config.origin] };
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  if (LOOPBACK.has(config.host) || config.host === '0.0.0.0' || config.host === '::') {
    const origins = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}:${config.port}`);
    return { address: `http://127.0.0.1:${config.port}`, origins };
  }
  return { address: `http://${host}:${config.port}`, origins: [`http://${host}:${config.port}`] };
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
