import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'undici';
import { interleave, median, type Benchmark } from './benchmark.ts';
import { withServer, withWeb, type WebProcess } from './web-process.ts';

/** Enough that the server always has a request waiting, and few enough for one event loop. */
const CONNECTIONS = 16;
const MEASURED_MS = 5_000;
const WARM_UP_MS = 2_000;
/** The framework's own headers and what a server sets itself; the rest is the page's. */
const HEADERS_LEFT_OUT = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding', 'content-length']);

/**
 * E1: the overview page over HTTP, signed in, read from the live database for every request, against the
 * same markup that a bare node server has in memory.
 */
export const overviewPage: Benchmark = {
  run: async (bench) => {
    const { database } = await bench.loaded(bench.records);
    const { measured, markup_length } = await withWeb(database, async (web) => {
      const { headers, body } = await pageOf(web);
      const file = join(bench.folder, 'overview.json');
      await writeFile(file, JSON.stringify({ headers, body }));
      return withServer(
        'tests/bench/constant-server.ts',
        { args: [file], health: '/' },
        async (peer_origin) => {
          const measure = (origin: string, ms: number) => requestsPerSecond({ ...web, origin, ms });
          await measure(web.origin, bench.size(WARM_UP_MS, 500));
          await measure(peer_origin, bench.size(WARM_UP_MS, 500));
          const ms = bench.size(MEASURED_MS, 1_500);
          return {
            markup_length: body.length,
            measured: await interleave(bench.pairs, {
              ours: () => measure(web.origin, ms),
              peer: () => measure(peer_origin, ms),
            }),
          };
        },
      );
    });
    const [ours, peer] = [median(measured.ours), median(measured.peer)];
    return [
      {
        id: 'E1',
        ours: `${ours.toFixed(0)}/s`,
        peer: `${peer.toFixed(0)}/s`,
        ratio: ours / peer,
        budget: { at_least: 0.5 },
        notes: [`${Math.round(markup_length / 1024)} kB of markup, ${CONNECTIONS} connections.`],
      },
    ];
  },
};

async function pageOf({
  origin,
  cookie,
}: WebProcess): Promise<{ headers: Record<string, string>; body: string }> {
  const page = await fetch(`${origin}/overview`, { headers: { cookie }, redirect: 'manual' });
  if (page.status !== 200) throw new Error(`the overview answered ${page.status}`);
  const headers = [...page.headers].filter(([name]) => !HEADERS_LEFT_OUT.has(name));
  return { headers: Object.fromEntries(headers), body: await page.text() };
}

async function requestsPerSecond(of: { origin: string; cookie: string; ms: number }): Promise<number> {
  const pool = new Pool(of.origin, { connections: CONNECTIONS });
  const started = performance.now();
  let answered = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() - started < of.ms) {
        const { statusCode, body } = await pool.request({
          path: '/overview',
          method: 'GET',
          headers: { cookie: of.cookie },
        });
        await body.arrayBuffer();
        if (statusCode !== 200) throw new Error(`${of.origin} answered ${statusCode}`);
        answered += 1;
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  return answered / seconds;
}
