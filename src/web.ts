import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseConfig } from '#lib/server/config.ts';
import { addressesOf, clientAddressOf } from '#lib/server/supervisor/address.ts';
import { asSupervisedChild } from '#lib/server/supervisor/child.ts';

/**
 * The web process: the built pages and endpoints in one HTTP server, with our own limits. It is started by
 * `greenlane start`, or by hand where several web processes share one database.
 */
const PROTOCOL_HEADER = 'x-greenlane-protocol';
const HOST_HEADER = 'x-greenlane-host';
const CLIENT_HEADER = 'x-greenlane-client';
/** Ended requests are waited for this long after SIGTERM; then their connections are cut. */
const DRAIN_MS = 1_500;
const HEADERS_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 10_000;

const parsed = parseConfig(process.env);
if (!parsed.ok) {
  process.stderr.write(`${parsed.problems.join('\n')}\n`);
  process.exit(1);
}
const { config } = parsed;
const { address, origins } = addressesOf(config);
const known = new Map(origins.map((origin) => [new URL(origin).host, new URL(origin)]));
const own = new URL(address);

// Read by the adapter when its handler is loaded. A request is answered under the address it came by, when
// that is one of ours; any other Host is treated as the main address, so that its forms are refused.
const adapter = {
  PROTOCOL_HEADER,
  HOST_HEADER,
  ADDRESS_HEADER: CLIENT_HEADER,
  BODY_SIZE_LIMIT: 'Infinity',
};
for (const [name, value] of Object.entries(adapter)) process.env[`GREENLANE_ADAPTER_${name}`] = value;

const built: unknown = await import(new URL('../build/handler.js', import.meta.url).href);
if (!hasHandler(built))
  throw new Error('build/handler.js exports no handler; run npm start, which builds it.');
const { handler } = built;

const server = createServer((request, response) => {
  const url = known.get(request.headers.host ?? '') ?? own;
  request.headers[PROTOCOL_HEADER] = url.protocol.slice(0, -1);
  request.headers[HOST_HEADER] = url.host;
  request.headers[CLIENT_HEADER] = clientAddressOf(config, {
    peer: request.socket.remoteAddress,
    forwarded: request.headers['x-forwarded-for'],
  });
  // Without a cookie there is no session for a foreign page to borrow. The framework's check of forms would
  // answer a program that forgot its Content-Type with 403 in plain text, where 415 says what is missing.
  // Mail programs unsubscribe by a bare POST (RFC 8058).
  if (/^\/(api|unsubscribe)\//.test(request.url ?? '') && !request.headers.cookie)
    request.headers.origin = url.origin;
  handler(request, response);
});
server.headersTimeout = HEADERS_TIMEOUT_MS;
server.keepAliveTimeout = KEEP_ALIVE_MS;
// An import may take as long as its upload does.
server.requestTimeout = 0;

const child = asSupervisedChild(async () => {
  const closed = new Promise<void>((done) => server.close(() => done()));
  const listeners: NodeJS.EventEmitter = process;
  listeners.emit('sveltekit:shutdown', 'SIGTERM');
  server.closeIdleConnections();
  const hard = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(hard);
});

server.once('error', (error) => {
  process.stderr.write(`The web process cannot listen on ${config.host}:${config.port}: ${error.message}\n`);
  process.exit(1);
});
server.listen(config.port, config.host, () => child.ready());

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function hasHandler(module: unknown): module is { handler: Handler } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'handler' in module &&
    typeof module.handler === 'function'
  );
}
