import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGuardedAgent } from './guarded-agent.ts';
import { guardedFetch, type FetchRequest } from './guarded-fetch.ts';

const MEGABYTE = 1024 * 1024;
const PAGE = '示例公告';
/** Every request that reached the server, so that none can have gone unnoticed. */
const reached: string[] = [];
let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '0.0.0.0', ready));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const COMPRESSED: Readonly<Record<string, [string, (text: string) => Buffer]>> = {
  '/gzip': ['gzip', gzipSync],
  '/br': ['br', brotliCompressSync],
  '/zstd': ['zstd', zstdCompressSync],
  '/deflate': ['deflate', deflateSync],
  '/raw-deflate': ['deflate', deflateRawSync],
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  reached.push(path);
  const compressed = COMPRESSED[path];
  if (compressed) return void response.setHeader('content-encoding', compressed[0]).end(compressed[1](PAGE));
  if (path === '/bomb')
    return void response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50 * MEGABYTE)));
  if (path === '/not-gzip') return void response.setHeader('content-encoding', 'gzip').end(PAGE);
  if (path === '/layers') return void response.setHeader('content-encoding', 'gzip, gzip, gzip').end(PAGE);
  if (path === '/bare-lines') return void request.socket.end('HTTP/1.1 200 OK\nconnection: close\n\nx');
  if (path === '/named') return void response.setHeader('content-encoding', 'UTF-8').end(PAGE);
  if (path === '/endless') return pour(response);
  if (path === '/hang') return;
  if (path === '/drip') return drip(response);
  if (path === '/reset') return void request.socket.resetAndDestroy();
  if (path === '/long') return void response.setHeader('content-length', String(20 * MEGABYTE)).end('x');
  if (path === '/headers') return void response.setHeader('x-long', 'x'.repeat(60_000)).end();
  if (path.startsWith('/to?')) {
    const [status = '302', location = ''] = decodeURIComponent(path.slice(4)).split(' ');
    return void response.writeHead(Number(status), { location }).end('elsewhere');
  }
  if (path === '/echo')
    return void response.end(JSON.stringify({ method: request.method, headers: request.headers }));
  response.end(PAGE);
}

function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024);
  const write = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
}

const here = (path: string) => `http://127.0.0.1:${port}${path}`;
const open = createGuardedAgent(['127.0.0.0/8'], { headers_timeout_ms: 1_000, body_timeout_ms: 1_000 });
const guarded = createGuardedAgent([]);
afterAll(() => Promise.all([open.destroy(), guarded.destroy()]));

const request = (url: string, given: Partial<FetchRequest> = {}): FetchRequest => ({
  url,
  body_bytes_max: MEGABYTE,
  deadline_ms: 20_000,
  redirects_max: 5,
  ...given,
});
const problemOf = async (url: string, given: Partial<FetchRequest> = {}) => {
  const result = await guardedFetch(open, request(url, given));
  return result.ok ? `answered ${result.status}` : result.problem;
};

describe('addresses', () => {
  it.each([
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://0',
    'http://localhost',
    'http://[::1]',
    'http://[::127.0.0.1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://１２７.0.0.1',
    'http://127。0。0。1',
  ])('never reaches the server by %s', async (origin) => {
    const before = reached.length;
    const result = await guardedFetch(guarded, request(`${origin}:${port}/canary`));
    expect(result).toMatchObject({ ok: false, problem: 'address_not_allowed', is_retryable: false });
    expect(reached.length).toBe(before);
  });

  it('is not led inside by a name', async () => {
    const inside = createGuardedAgent([], {
      resolve: (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    const before = reached.length;
    const result = await guardedFetch(inside, request(`http://harmless.example:${port}/canary`));
    await inside.destroy();
    expect(result).toMatchObject({ ok: false, problem: 'address_not_allowed' });
    expect(reached.length).toBe(before);
  });

  it('goes to the allowed one of several addresses of a name', async () => {
    const mixed = createGuardedAgent(['127.0.0.1/32'], {
      resolve: (_, done) =>
        done(null, [
          { address: '10.0.0.1', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });
    const result = await guardedFetch(mixed, request(`http://mixed.example:${port}/page`));
    await mixed.destroy();
    expect(result).toMatchObject({ ok: true, status: 200 });
  });

  it('asks a name once for each connection, so that a changed answer comes too late', async () => {
    let asked = 0;
    const rebinding = createGuardedAgent(['127.0.0.1/32'], {
      resolve: (_, done) => {
        asked += 1;
        done(null, [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
      },
    });
    const result = await guardedFetch(rebinding, request(`http://rebinding.example:${port}/page`));
    await rebinding.destroy();
    expect(result).toMatchObject({ ok: true });
    expect(asked).toBe(1);
  });

  it('does not follow a redirect to a private address', async () => {
    const before = reached.filter((path) => path === '/canary').length;
    const result = await guardedFetch(open, request(here(`/to?302 http://[::1]:${port}/canary`)));
    expect(result).toMatchObject({ ok: false, problem: 'address_not_allowed', hops: [{ status: 302 }] });
    expect(reached.filter((path) => path === '/canary').length).toBe(before);
  });

  it.each([
    'ftp://example.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://user:secret@example.org/',
    'nonsense',
    'gopher://x',
  ])('refuses %s unasked', async (url) => {
    expect(await problemOf(url)).toBe('bad_url');
  });

  it.each(['file:///etc/passwd', 'data:text/html,x', 'http://user:secret@127.0.0.1/'])(
    'refuses a redirect to %s',
    async (location) => {
      expect(await problemOf(here(`/to?302 ${encodeURIComponent(location)}`))).toBe('bad_redirect');
    },
  );
});

describe('answers', () => {
  it.each([...Object.keys(COMPRESSED), '/named'])('reads %s', async (path) => {
    const result = await guardedFetch(open, request(here(path)));
    expect(result.ok && new TextDecoder().decode(result.body)).toBe(PAGE);
  });

  it.each([
    ['/bomb', 'too_large'],
    ['/endless', 'too_large'],
    ['/long', 'too_large'],
    ['/not-gzip', 'bad_answer'],
    ['/layers', 'bad_answer'],
    ['/bare-lines', 'bad_answer'],
    ['/headers', 'bad_answer'],
    ['/reset', 'connection_lost'],
    ['/hang', 'timed_out'],
  ])('ends %s as %s', async (path, problem) => {
    expect(await problemOf(here(path))).toBe(problem);
  });

  it('ends an answer that drips at its deadline', async () => {
    const from = performance.now();
    expect(await problemOf(here('/drip'), { deadline_ms: 400 })).toBe('timed_out');
    // An answer that drips never ends by itself.
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  it('ends a request that still waits for its connection at once', async () => {
    const waiting = createGuardedAgent([], { resolve: () => undefined, connect_timeout_ms: 60_000 });
    const stop = new AbortController();
    const fetched = guardedFetch(waiting, { ...request('http://slow.example/'), signal: stop.signal });
    stop.abort();
    expect(await fetched).toMatchObject({ ok: false, problem: 'aborted', is_retryable: true });
    await waiting.destroy();
  });

  it('says that nothing listens', async () => {
    expect(await problemOf('http://127.0.0.1:1/')).toBe('connection_refused');
  });

  it('says that a name does not exist', async () => {
    const nowhere = createGuardedAgent([], {
      resolve: (_, done) => done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []),
    });
    const result = await guardedFetch(nowhere, request('http://nowhere.example/'));
    await nowhere.destroy();
    expect(result).toMatchObject({ ok: false, problem: 'name_not_found', is_retryable: true });
  });
});

describe('redirects', () => {
  it('follows them and says where the answer came from', async () => {
    const result = await guardedFetch(open, request(here('/to?301 /page')));
    expect(result).toMatchObject({ ok: true, url: here('/page'), hops: [{ status: 301 }, { status: 200 }] });
  });

  it('gives up after the last allowed one', async () => {
    expect(
      await problemOf(here(`/to?302 ${encodeURIComponent(here('/to?302 /page'))}`), { redirects_max: 1 }),
    ).toBe('too_many_redirects');
  });

  it('asks before each hop', async () => {
    const asked: string[] = [];
    await guardedFetch(
      open,
      request(here('/to?302 /page'), { onHop: async (url) => void asked.push(url.pathname) }),
    );
    expect(asked).toEqual(['/to', '/page']);
  });

  it('takes no personal header to another origin', async () => {
    const headers = { authorization: 'Bearer secret', 'x-kept': 'yes' };
    const echoed = async (location: string) => {
      const result = await guardedFetch(open, request(here(`/to?302 ${location}`), { headers }));
      return result.ok ? new TextDecoder().decode(result.body) : result.problem;
    };
    expect(await echoed('/echo')).toContain('secret');
    const elsewhere = await echoed(encodeURIComponent(`http://127.0.0.2:${port}/echo`));
    expect(elsewhere).toContain('x-kept');
    expect(elsewhere).not.toContain('secret');
  });
});
