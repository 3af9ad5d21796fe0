import { readFile, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { createKey } from '#lib/server/accounts/keys.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { recordLab } from '#lib/server/eligibility/lab-register.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { interleave, median, secondsOf, type Benchmark, type Line } from './benchmark.ts';
import type { BenchDatabase } from './bench-server.ts';
import { FIRM_SLUG, prepareFirm } from './loaded-firm.ts';
import { LABS, shipment } from './shipments.ts';
import { withWeb, type WebProcess } from './web-process.ts';

const REPORTS = 100_000;
const MEMORY_MAX_MB = 400;

/**
 * D2: reports over HTTP as NDJSON, decided, logged as summaries and answered in order, against reading and
 * writing the same lines as JSON in memory.
 */
export const decisionStream: Benchmark = {
  run: async (bench) => {
    const n = bench.size(REPORTS, 10_000);
    const lines = Array.from({ length: n }, (_, index) => JSON.stringify(shipment(index)));
    const path = join(bench.folder, 'shipments.ndjson');
    await writeFile(path, `${lines.join('\n')}\n`);
    const database = await (await bench.server()).database('decisions');
    const key = await prepare(database);
    const { measured, peak_mb } = await withWeb(database, async (web) => {
      const measured = await interleave(bench.pairs, {
        ours: async () => n / (await secondsOf(() => stream(web, { path, key, n }))),
        peer: async () => n / (await secondsOf(async () => echo(lines))),
      });
      return { measured, peak_mb: await peakMegabytes(web.pid) };
    });
    await database.drop();
    const [ours, peer] = [median(measured.ours), median(measured.peer)];
    const speed: Line = {
      id: 'D2',
      ours: `${Math.round(ours).toLocaleString('en')}/s`,
      peer: `${Math.round(peer).toLocaleString('en')}/s`,
      ratio: ours / peer,
      budget: { at_least: 0.25 },
      notes: [`${n.toLocaleString('en')} reports of ${Math.round((lines[0] ?? '').length / 100) / 10} kB.`],
    };
    if (peak_mb === null) return [speed];
    return [
      speed,
      {
        id: 'D2 memory',
        ours: `${Math.round(peak_mb)} MB`,
        peer: `${MEMORY_MAX_MB} MB`,
        ratio: peak_mb / MEMORY_MAX_MB,
        budget: { at_most: 1 },
      },
    ];
  },
};

/** The rules as reported, the laboratories of the shipments, and a key that may ask. */
async function prepare(database: BenchDatabase): Promise<string> {
  const { app } = database;
  await prepareFirm(database);
  await loadRules(app.db, new Date());
  await asOperator(app.db, async (tx) => {
    for (const { id: _, recorded_at: __, ...lab } of LABS)
      await recordLab(tx, { ...lab, evidence: 'Made for a measurement' }, null);
  });
  const key = await createKey(app, { firm_slug: FIRM_SLUG, scopes: ['eligibility:check'] });
  if (!key.ok) throw new Error('the key was refused');
  return key.secret;
}

async function stream(
  { origin }: WebProcess,
  { path, key, n }: { path: string; key: string; n: number },
): Promise<void> {
  const { statusCode, body } = await request(`${origin}/api/v1/eligibility/decisions?log=summary`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: createReadStream(path, { highWaterMark: 256 * 1024 }),
  });
  let answered = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) throw new Error('a body comes in bytes');
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) answered += 1;
  }
  if (statusCode !== 200 || answered !== n) throw new Error(`${statusCode} with ${answered} of ${n} answers`);
}

function echo(lines: readonly string[]): void {
  let echoed = 0;
  for (const line of lines) echoed += JSON.stringify(JSON.parse(line)).length;
  if (echoed === 0) throw new Error('nothing was echoed');
}

/** Of the web process alone; null where the system does not tell. */
async function peakMegabytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmHWM:\s*(\d+)/.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}
