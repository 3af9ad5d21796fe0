import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { metStatement } from '#lib/server/clearance/write-batch.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { clearanceContents } from '../support/clearance-contents.ts';
import { clearanceFile, seeded, type Shipment } from '../support/clearance-file.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const TIMES = 8;
const ROWS = process.env.LONG ? 120_000 : 1_200;

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

/** Declarations of four months; one in fifty stands in the file twice. */
function file(rows: number): string[] {
  const random = seeded(8);
  const shipments = Array.from({ length: rows }, (_, index): Shipment => ({
    office: index % 3 === 0 ? '3104' : '5304',
    channel: index % 4 === 0 ? 'green' : 'ordinary',
    category: index % 2 === 0 ? 'crib' : '',
    declared_ms: Date.UTC(2026, 1, 1) + Math.floor(random() * 120 * 86_400) * 1000,
    hours: 20 * random(),
  }));
  const [header = '', ...lines] = clearanceFile(shipments).split('\n');
  return [header, ...lines.flatMap((line, index) => (index % 50 === 0 ? [line, line] : [line]))];
}

function importLines(firm: Firm, lines: readonly string[]) {
  return importClearance(database.current.app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from(lines.map((line) => Buffer.from(`${line}\n`))),
  });
}

describe('the same file at the same time', () => {
  it(
    `stores each record once when it comes ${TIMES} times, and counts every row`,
    async () => {
      const { owner } = database.current;
      const lines = file(ROWS);
      const received = lines.length - 1;
      const firm = await createFirm(owner);
      const reports = await Promise.all(Array.from({ length: TIMES }, () => importLines(firm, lines)));
      const sum = (name: 'accepted' | 'duplicates' | 'corrected' | 'rejected') =>
        reports.reduce((total, report) => total + report[name], 0);
      expect(sum('accepted')).toBe(ROWS);
      expect([sum('corrected'), sum('rejected')]).toEqual([0, 0]);
      for (const report of reports) expect(report.accepted + report.duplicates).toBe(received);

      const alone = await createFirm(owner);
      await importLines(alone, lines);
      const contents = await clearanceContents(owner.pg, firm.id);
      expect(contents.clearance?.rows).toBe(ROWS);
      expect(contents).toEqual(await clearanceContents(owner.pg, alone.id));
    },
    process.env.LONG ? 600_000 : 60_000,
  );
});

describe('a file that comes again', () => {
  it('is looked up by the key of its declarations, also of a firm that the statistics do not know', async () => {
    const { owner, app } = database.current;
    await importLines(await createFirm(owner), file(ROWS));
    await owner.pg.query('analyze clearance');
    const firm = await createFirm(owner);
    await importLines(firm, file(ROWS));
    const plan = await inFirmClient(app.pool.pg, firm.id, async (client) => {
      await client.query('create temporary table if not exists clearance_intake (like clearance)');
      const { rows } = await client.query<Record<'QUERY PLAN', string>>(
        `explain ${metStatement(['direction', 'declared_at'])}`,
        [firm.id],
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('clearance_2026_pkey');
    expect(plan).not.toContain('declared_at_idx');
  });
});
