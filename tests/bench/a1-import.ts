import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import copy from 'pg-copy-streams';
import pg from 'pg';
import type { BenchDatabase } from './bench-server.ts';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';
import { HEADER } from './clearance-file.ts';
import { clearanceFile, importFile, prepareFirm } from './loaded-firm.ts';

const MEMORY_MAX_MB = 400;

/**
 * A1: our import of a CSV file against the least that a careful engineer would do by hand: the same file
 * copied into a temporary table and inserted under the same row policy, into the same table, `on conflict do
 * nothing`. A bare COPY, without policy and types of ours, is printed too.
 */
export const importing: Benchmark = {
  run: async (bench) => {
    const path = await clearanceFile(bench, bench.records);
    const database = await (await bench.server()).database('a1');
    const firm_id = await prepareFirm(database);
    let peak_mb = 0;
    const bare: number[] = [];
    const measured = await interleave(bench.pairs, {
      ours: async () => {
        await empty(database);
        const report = await importFile(database, path);
        if (report.rejected > 0 || report.received !== bench.records)
          throw new Error(`the import took ${JSON.stringify(report)}`);
        peak_mb = Math.max(peak_mb, report.peak_mb);
        bench.say(`  ours ${report.seconds.toFixed(2)} s, ${Math.round(report.peak_mb)} MB`);
        return report.seconds;
      },
      peer: async () => {
        await empty(database);
        const by_hand = await asApp(database, firm_id, (client) => copyAndInsert(client, path));
        await empty(database);
        const alone = await asApp(database, firm_id, (client) => copyInto(client, path));
        bench.say(`  by hand ${by_hand.toFixed(2)} s, COPY alone ${alone.toFixed(2)} s`);
        bare.push(alone);
        return by_hand;
      },
    });
    await database.drop();
    const [ours, peer] = [median(measured.ours), median(measured.peer)];
    return [
      {
        id: 'A1',
        ours: `${ours.toFixed(1)} s`,
        peer: `${peer.toFixed(1)} s`,
        ratio: ours / peer,
        budget: { at_most: 1.6 },
        notes: [
          `${(ours / median(bare)).toFixed(2)} times a bare COPY into a temporary table (${median(bare).toFixed(1)} s).`,
        ],
      },
      {
        id: 'A1 memory',
        ours: `${Math.round(peak_mb)} MB`,
        peer: `${MEMORY_MAX_MB} MB`,
        ratio: peak_mb / MEMORY_MAX_MB,
        budget: { at_most: 1 },
      },
    ];
  },
};

/** Every measurement begins with empty tables and a finished checkpoint, so that none pays for another. */
async function empty({ owner }: BenchDatabase): Promise<void> {
  await sql`truncate clearance, clearance_item, clearance_revision, clearance_import, clearance_import_error,
    clearance_month, clearance_cell, clearance_day`.execute(owner.db);
  await sql`checkpoint`.execute(owner.db);
}

async function asApp(
  { url }: BenchDatabase,
  firm_id: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<number> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c role=greenlane_app -c timezone=Asia/Shanghai -c jit=off',
  });
  await client.connect();
  try {
    await client.query(`select set_config('app.firm_id', $1, false)`, [firm_id]);
    return await secondsOf(() => work(client));
  } finally {
    await client.end();
  }
}

async function copyInto(client: pg.Client, path: string): Promise<void> {
  await client.query(
    `create temporary table by_hand (declaration_no text, direction text, customs_office text, category text,
       hs_code text, product_name text, channel text, arrived_at timestamptz, declared_at timestamptz,
       inspection_notified_at timestamptz, inspected_at timestamptz, released_at timestamptz, firm_uscc text)`,
  );
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    client.query(copy.from(`copy by_hand (${HEADER}) from stdin (format csv, header)`)),
  );
}

async function copyAndInsert(client: pg.Client, path: string): Promise<void> {
  await client.query('begin');
  await copyInto(client, path);
  await client.query(
    `insert into clearance (firm_id, accepted_year, declaration_no, direction, customs_office, channel, category,
       hs_code, product_name, arrived_at, declared_at, inspection_notified_at, inspected_at, released_at,
       import_no, line)
     select current_setting('app.firm_id')::uuid, substr(declaration_no, 5, 4)::smallint, declaration_no::bigint,
       direction, customs_office, channel, category, hs_code, product_name, arrived_at, declared_at,
       inspection_notified_at, inspected_at, released_at, 1, 1
     from by_hand on conflict do nothing`,
  );
  await client.query('commit');
}
