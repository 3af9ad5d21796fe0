import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { firstProblems } from '#lib/server/clearance/import-problems.ts';
import { importReceipts } from '#lib/server/clearance/import-receipts.ts';
import { answerReadings, receiptCodes, saveReceiptCode } from '#lib/server/clearance/receipt-codes.ts';
import { recomputeDue, recomputeFirm } from '#lib/server/clearance/recompute-receipts.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const F10 = join(import.meta.dirname, '../fixtures/clearance/f10.csv');
const RUNS = process.env.LONG ? 60 : 6;

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

type Given = { vendor?: string; format?: 'csv' | 'ndjson' };

function receive(firm: Firm, bytes: AsyncIterable<Uint8Array>, { vendor, format = 'csv' }: Given = {}) {
  const { app } = database.current;
  const file = { format, charset: null, file_name: 'receipts.csv', bytes };
  return importReceipts(app, { firm, actor_id: null, vendor, ...file });
}

const HEADER = 'PRE_ENTRY_ID,ENTRY_ID,NOTICE_DATE,CHANNEL,D_DATE';
function receiveRows(firm: Firm, rows: readonly string[], given: Given = {}) {
  return receive(firm, Readable.from([Buffer.from([HEADER, ...rows].join('\n'))]), given);
}

/** One receipt of the first declaration, `minute` minutes after 08:00. */
const receipt = (code: string, minute: number, number = '310420260000742108') => {
  const at = new Date(Date.UTC(2026, 4, 14, 0, minute)).toISOString();
  return `P-${number.slice(-3)},${number},${at},${code},`;
};

async function recordsOf(firm: Firm) {
  const { rows } = await inFirm(database.current.app.db, firm.id, (tx) =>
    sql<{ no: string; declared: string; notified: string | null; released: string | null }>`
      select right(declaration_no::text, 3) as no,
             to_char(declared_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI:SS') as declared,
             to_char(inspection_notified_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI') as notified,
             to_char(released_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI') as released
      from clearance order by 1`.execute(tx),
  );
  return rows;
}

describe('a receipt stream', () => {
  it('becomes records: declared, inspection notified, released; reopened by a deletion after release', async () => {
    const firm = await createFirm(database.current.owner);
    const report = await receive(firm, createReadStream(F10));
    expect(report).toMatchObject({ received: 9, accepted: 9, rejected: 0, records: 3, problem: null });
    expect(await recordsOf(firm)).toEqual([
      { no: '108', declared: '05-14 08:40:00', notified: null, released: '05-14 11:52' },
      { no: '109', declared: '05-13 16:21:30', notified: '05-14 10:30', released: '05-14 18:40' },
      { no: '110', declared: '05-14 09:00:00', notified: null, released: null },
    ]);
  });

  it('changes nothing when it comes again', async () => {
    const firm = await createFirm(database.current.owner);
    await receive(firm, createReadStream(F10));
    const again = await receive(firm, createReadStream(F10));
    expect(again).toMatchObject({ accepted: 0, duplicates: 9, corrected: 0, records: 0 });
  });

  it('follows each further receipt, also back to a state that was before', async () => {
    const firm = await createFirm(database.current.owner);
    const released = async () => (await recordsOf(firm))[0]?.released;
    await receiveRows(firm, [receipt('L', 0)]);
    expect(await released()).toBe(null);
    expect(await receiveRows(firm, [receipt('P', 60)])).toMatchObject({ corrected: 1 });
    expect(await released()).toBe('05-14 09:00');
    await receiveRows(firm, [receipt('D', 120)]);
    expect(await released()).toBe(null);
    await receiveRows(firm, [receipt('P', 180)]);
    expect(await released()).toBe('05-14 11:00');
  });

  it('keeps what files told beside the times, and gives way to a later file', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const csv = (released: string) =>
      importClearance(app, {
        firm,
        actor_id: null,
        format: 'csv',
        charset: null,
        file_name: 'records.csv',
        bytes: Readable.from([
          Buffer.from(
            `declaration_no,item_no,channel,product_name,declared_at,released_at\n310420260000742108,2,green,Crib,2026-05-14 08:00,${released}`,
          ),
        ]),
      });
    await csv('2026-05-14 08:30');
    await receiveRows(firm, [receipt('L', 0), receipt('P', 60)]);
    const told = async () => {
      const { rows } = await sql<
        Record<string, unknown>
      >`select channel, product_name, item_no, released_at from clearance where firm_id = ${firm.id}`.execute(
        owner.db,
      );
      return rows;
    };
    const nine = new Date('2026-05-14T01:00:00Z');
    expect(await told()).toEqual([{ channel: 'green', product_name: 'Crib', item_no: 2, released_at: nine }]);
    await csv('2026-05-14 10:00');
    // The same receipts say nothing new: the file's word stands.
    await receiveRows(firm, [receipt('L', 0), receipt('P', 60)]);
    expect((await told())[0]?.released_at).toEqual(new Date('2026-05-14T02:00:00Z'));
  });

  it('finds the submission that came before there was a number, in whichever order they come', async () => {
    for (const order of [0, 1]) {
      const firm = await createFirm(database.current.owner);
      const early = `P-1,,2026-05-14 08:00,7,`;
      const late = `P-1,310420260000742108,2026-05-14 09:00,P,`;
      for (const row of order === 0 ? [early, late] : [late, early]) await receiveRows(firm, [row]);
      expect(await recordsOf(firm)).toMatchObject([{ declared: '05-14 08:00:00', released: '05-14 09:00' }]);
    }
  });

  it('has no record while nothing tells when it was declared, and says so', async () => {
    const firm = await createFirm(database.current.owner);
    const report = await receiveRows(firm, [receipt('P', 60)]);
    expect(report).toMatchObject({ accepted: 1, records: 0, warnings: 1 });
    expect(await recordsOf(firm)).toEqual([]);
  });

  it('lists what cannot be read by line, and keeps the rest', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const report = await receiveRows(firm, [
      receipt('L', 0),
      ',,2026-05-14 09:00,P,',
      'P-1,3.10420260000742E+17,2026-05-14 09:00,P,',
      'P-1,310420260000742108,2026-02-30 09:00,P,',
      'P-1,310420260000742108,2026-05-14 09:00,,',
      '3.1E+17,,2026-05-14 09:00,P,',
    ]);
    expect(report).toMatchObject({ received: 6, accepted: 1, rejected: 5 });
    const problems = await inFirm(app.db, firm.id, (tx) => firstProblems(tx, report.import_id, 'en', 20));
    expect(problems.map(({ line, field, code }) => `${line} ${field} ${code}`)).toEqual([
      '3 declaration_no receipt.no_number',
      '4 declaration_no declaration_no.excel_damaged',
      '5 notice_at time.impossible',
      '6 code receipt.code_missing',
      '7 pre_entry_no receipt.pre_entry_damaged',
    ]);
  });

  it('keeps a code that the table does not know, with a warning that names it and its line', async () => {
    const { owner } = database.current;
    const firm = await createFirm(owner);
    const report = await receiveRows(firm, [receipt('L', 0), receipt('T7', 30), receipt('P', 60)]);
    expect(report).toMatchObject({ accepted: 3, warnings: 1 });
    const { rows } = await sql`
      select line, problems -> 0 as problem from clearance_import_error where import_id = ${report.import_id}`.execute(
      owner.db,
    );
    expect(rows).toMatchObject([
      { line: 3, problem: { field: 'code', code: 'receipt.code_unknown', params: { value: 'T7' } } },
    ]);
    const kept =
      await sql`select code from clearance_receipt where firm_id = ${firm.id} and code = 'T7'`.execute(
        owner.db,
      );
    expect(kept.rows).toHaveLength(1);
  });

  it('warns where vendors disagree on a code, and reads it as the firm answered', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const rows = [receipt('L', 0), receipt('C', 30), receipt('B', 40)];
    expect(await receiveRows(firm, rows)).toMatchObject({ warnings: 2 });
    expect(await recordsOf(firm)).toMatchObject([{ notified: '05-14 08:30', released: null }]);
    await inFirm(app.db, firm.id, (tx) =>
      sql`insert into clearance_receipt_reading (firm_id, vendor, code, event, reopens)
          values (${firm.id}, 'default', 'B', 'released', false)`.execute(tx),
    );
    await receiveRows(firm, [receipt('R', 5000)]);
    expect(await recordsOf(firm)).toMatchObject([{ released: '05-14 08:40' }]);
  });

  it.each([
    ['ceb', ['2', '120', '500', '800', '899']],
    ['cusres-7365', ['11', '1', '5', '4', '18']],
  ])('is read by the table of its vendor: %s', async (vendor, [submitted = '', ...codes]) => {
    const firm = await createFirm(database.current.owner);
    const rows = [submitted, ...codes].map((code, index) => receipt(code, index * 10));
    await receiveRows(firm, rows, { vendor });
    expect(await recordsOf(firm)).toMatchObject([
      { declared: '05-14 08:10:00', notified: '05-14 08:20', released: '05-14 08:30' },
    ]);
  });

  it('is read by another table when it is sent again for another vendor', async () => {
    const firm = await createFirm(database.current.owner);
    const rows = [receipt('120', 0), receipt('800', 60)];
    expect(await receiveRows(firm, rows)).toMatchObject({ records: 0 });
    expect(await receiveRows(firm, rows, { vendor: 'ceb' })).toMatchObject({ accepted: 2, records: 1 });
    expect(await recordsOf(firm)).toMatchObject([{ declared: '05-14 08:00:00', released: '05-14 09:00' }]);
  });

  it('comes as NDJSON too', async () => {
    const firm = await createFirm(database.current.owner);
    const lines = [
      { ENTRY_ID: '310420260000742108', NOTICE_DATE: '2026-05-14 08:00:00', CHANNEL: 'L' },
      { ENTRY_ID: '310420260000742108', NOTICE_DATE: '2026-05-14 09:00:00', CHANNEL: '放行通知书' },
    ];
    const bytes = Readable.from([Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'))]);
    expect(await receive(firm, bytes, { format: 'ndjson' })).toMatchObject({ accepted: 2, records: 1 });
    expect(await recordsOf(firm)).toMatchObject([{ released: '05-14 09:00' }]);
  });

  it('and a file of records are not taken for each other', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const file = { format: 'csv', charset: null, file_name: null } as const;
    const as_records = await importClearance(app, {
      firm,
      actor_id: null,
      ...file,
      bytes: createReadStream(F10),
    });
    expect(as_records.problem).toMatchObject({ code: 'header.is_receipts' });
    const records = Readable.from([Buffer.from('declaration_no,declared_at,released_at\n1,2,3')]);
    expect((await receive(firm, records)).problem).toMatchObject({ code: 'header.is_records' });
  });

  it('shows another firm nothing', async () => {
    const { app, owner } = database.current;
    const [one, other] = [await createFirm(owner), await createFirm(owner)];
    await receive(one, createReadStream(F10));
    const seen = await inFirm(app.db, other.id, (tx) =>
      sql<{ n: string }>`select count(*) as n from clearance_receipt`.execute(tx),
    );
    expect(seen.rows[0]?.n).toBe('0');
    const erase = sql`delete from clearance_receipt`;
    expect((await asOperator(app.db, (tx) => erase.execute(tx))).numAffectedRows).toBe(0n);
    expect((await inFirm(app.db, other.id, (tx) => erase.execute(tx))).numAffectedRows).toBe(0n);
    expect((await inFirm(app.db, one.id, (tx) => erase.execute(tx))).numAffectedRows).toBeGreaterThan(0n);
  });
});

describe('a changed table of receipt codes', () => {
  const line = { meaning: 'test', meaning_zh: null, source: 'test', confirmed: true };

  it('computes the records again, in the background, and keeps the state before', async () => {
    const { app, owner, worker } = database.current;
    const firm = await createFirm(owner);
    await receiveRows(firm, [receipt('L', 0), receipt('C', 30), receipt('P', 60)]);
    await recomputeDue(worker);
    expect(await recomputeDue(worker)).toEqual({ firms: 0, records: 0 });
    await saveReceiptCode(
      app,
      { vendor: 'default', code: 'C' },
      { event: 'released', reopens: false, ...line },
    );
    try {
      expect((await recomputeDue(worker)).firms).toBeGreaterThan(0);
      expect(await recordsOf(firm)).toMatchObject([{ notified: null, released: '05-14 08:30' }]);
      const { rows } = await sql`
        select i.origin, i.corrected, i.state from clearance_revision r join clearance_import i on i.number = r.superseded_import_no
        where r.firm_id = ${firm.id}`.execute(owner.db);
      expect(rows).toEqual([{ origin: 'tables', corrected: 1, state: 'finished' }]);
      expect(await recomputeDue(worker)).toEqual({ firms: 0, records: 0 });
    } finally {
      await saveReceiptCode(
        app,
        { vendor: 'default', code: 'C' },
        { event: 'inspect', reopens: false, ...line },
      );
      await recomputeDue(worker);
    }
    // Back to a state that was before: computed, and therefore not taken for a duplicate.
    expect(await recordsOf(firm)).toMatchObject([{ notified: '05-14 08:30', released: '05-14 09:00' }]);
  });

  it('leaves a line that the operator edited alone when reference data are loaded again', async () => {
    const { app } = database.current;
    const at = { vendor: 'default', code: 'Q' };
    await saveReceiptCode(app, at, { event: 'reviewed', reopens: false, ...line });
    await loadReference(app.db);
    const codes = await receiptCodes(app, { firm_id: null, vendor: 'default' });
    expect(codes.find(({ code }) => code === 'Q')).toMatchObject({ event: 'reviewed', meaning: 'test' });
  });

  it("follows a firm's own answer for that firm alone, and its withdrawal", async () => {
    const { app, owner } = database.current;
    const [one, other] = [await createFirm(owner), await createFirm(owner)];
    for (const firm of [one, other]) await receiveRows(firm, [receipt('L', 0), receipt('B', 60)]);
    const about = { firm_id: one.id, actor_id: null, vendor: 'default' };
    await answerReadings(app, about, new Map([['B', { event: 'released', reopens: false }]]));
    expect(await recomputeFirm(app.pool.pg, one.id)).toEqual({ records: 1, is_done: true });
    expect(await recordsOf(one)).toMatchObject([{ released: '05-14 09:00' }]);
    expect(await recordsOf(other)).toMatchObject([{ released: null }]);
    await answerReadings(app, about, new Map([['B', null]]));
    await recomputeFirm(app.pool.pg, one.id);
    expect(await recordsOf(one)).toMatchObject([{ released: null }]);
  });
});

describe('receipts in any order', () => {
  const numbers = ['310420260000742108', '310420260000742109'];
  const row = fc
    .record({
      code: fc.constantFrom('7', 'L', 'E', 'C', 'M', 'P', 'D', 'R', 'X', 'T7'),
      minute: fc.integer({ min: 0, max: 8 }),
      number: fc.constantFrom(...numbers),
      is_early: fc.boolean(),
      declared: fc.option(fc.integer({ min: -5, max: 5 })),
    })
    .map(({ code, minute, number, is_early, declared }) => {
      const clock = (minutes: number) => new Date(Date.UTC(2026, 4, 14, 0, minutes)).toISOString();
      const pre_entry = `P-${number.slice(-1)}`;
      return `${pre_entry},${is_early && code === '7' ? '' : number},${clock(minute)},${code},${declared === null ? '' : clock(declared)}`;
    });

  it('come to the same records, in however many files, twice or at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 24, maxLength: 24 }),
        fc.boolean(),
        async (rows, places, is_at_once) => {
          const { owner } = database.current;
          const whole = await createFirm(owner);
          await receiveRows(whole, rows);
          const apart = await createFirm(owner);
          const files = [0, 1, 2, 3].map((place) =>
            [...rows, ...rows].filter((_, index) => places[index] === place).reverse(),
          );
          files.push(rows.filter((_, index) => !files.flat().includes(rows[index] ?? '')));
          if (is_at_once) await Promise.all(files.map((file) => receiveRows(apart, file)));
          else for (const file of files) await receiveRows(apart, file);
          expect(await recordsOf(apart)).toEqual(await recordsOf(whole));
        },
      ),
      { numRuns: RUNS, seed: 10 },
    );
  });
});
