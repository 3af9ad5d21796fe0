import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MediaType } from '#lib/domain/documents/media-type.ts';
import { extractNow } from '#lib/server/documents/extract.ts';
import { extractorOf } from '#lib/server/documents/extractors.ts';
import { useDataDir } from '../support/accounts.ts';
import {
  encodeBig5,
  encodeGb18030,
  makeDoc,
  makeDocx,
  makeEncryptedPdf,
  makeLockedPdf,
  makePdf,
  makePdfBomb,
  makeScannedPdf,
  makeWorkbook,
  makeZip,
  makeZipBomb,
  NOTICE_EN,
  NOTICE_ZH,
} from '../fixtures/documents/make.ts';

const PDF = 'application/pdf';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const READER = join(import.meta.dirname, '../../src/lib/server/documents/extract-worker.ts');
const folder = useDataDir();

const bytesOf = (value: string) => new TextEncoder().encode(value);

/** A reader with this body, in place of the one that reads documents. */
function readerThat(body: string): { worker_file: string } {
  const worker_file = join(folder, `reader-${readers++}.mjs`);
  writeFileSync(worker_file, body);
  return { worker_file };
}
let readers = 0;

async function read(bytes: Uint8Array, media_type: MediaType) {
  const extraction = await extractNow(bytes, media_type);
  expect(extraction).toMatchObject(extractorOf(media_type));
  return extraction;
}

describe('the text of a document', () => {
  test.each<[string, () => Uint8Array, MediaType, string, number | null]>([
    [
      'a PDF in Chinese and English',
      () => makePdf([{ zh: NOTICE_ZH }, { en: NOTICE_EN }]),
      PDF,
      `${NOTICE_ZH}\f${NOTICE_EN}`,
      2,
    ],
    ['a PDF that only forbids printing', () => makeLockedPdf(NOTICE_EN), PDF, NOTICE_EN, 1],
    ['a PDF that writes radicals', () => makePdf([{ zh: '婴幼⼉⽤品' }]), PDF, '婴幼儿用品', 1],
    [
      'a Word document with a table',
      () =>
        makeDocx(
          [NOTICE_ZH, NOTICE_EN],
          [
            ['条款', '要求'],
            ['4.12', ''],
          ],
        ),
      DOCX,
      `${NOTICE_ZH}\n${NOTICE_EN}\n条款\t要求\n4.12`,
      null,
    ],
    ['a Word 97 document', () => makeDoc(NOTICE_ZH), 'application/msword', NOTICE_ZH, null],
    [
      'a workbook of two sheets',
      () =>
        makeWorkbook(
          {
            目录: [
              ['编号', '名称'],
              [1, NOTICE_ZH],
            ],
            附表: [['', '4.12']],
          },
          'xlsx',
        ),
      XLSX,
      `目录\n编号\t名称\n1\t${NOTICE_ZH}\f附表\n\t4.12`,
      2,
    ],
    [
      'an Excel 97 workbook',
      () => makeWorkbook({ 目录: [['编号', NOTICE_ZH]] }, 'biff8'),
      'application/vnd.ms-excel',
      `目录\n编号\t${NOTICE_ZH}`,
      1,
    ],
    [
      'a page',
      () =>
        bytesOf(
          `<html><head><title>通知</title><style>p{}</style></head><body><script>alert(1)</script><p>${NOTICE_ZH}</p>` +
            `<table><tr><th>条款</th><th>要求</th></tr> <tr><td>4.12</td> <td> </td></tr></table><p>婴幼儿\n      用品</p></body></html>`,
        ),
      'text/html',
      `通知\n${NOTICE_ZH}\n条款\t要求\n4.12\n婴幼儿用品`,
      null,
    ],
    [
      'a page that declares GB2312',
      () => encodeGb18030(`<html><head><meta charset="gb2312"></head><p>${NOTICE_ZH}</p></html>`),
      'text/html',
      NOTICE_ZH,
      null,
    ],
    [
      'a page in GB 18030 that declares UTF-8',
      () => encodeGb18030(`<html><head><meta charset="utf-8"></head><p>${NOTICE_ZH}</p></html>`),
      'text/html',
      NOTICE_ZH,
      null,
    ],
    ['text in GB 18030', () => encodeGb18030(NOTICE_ZH), 'text/plain', NOTICE_ZH, null],
    ['text in Big5', () => encodeBig5('寧波海關公告第十七號'), 'text/plain', '寧波海關公告第十七號', null],
    ['text in UTF-16', () => Buffer.from(`\uFEFF${NOTICE_ZH}\r\n`, 'utf16le'), 'text/plain', NOTICE_ZH, null],
    ['JSON', () => bytesOf('{"条款": "4.12"}'), 'application/json', '{"条款": "4.12"}', null],
  ])('is read from %s', async (_name, make, media_type, text, page_count) => {
    expect(await read(make(), media_type)).toMatchObject({
      state: 'extracted',
      text,
      text_truncated: false,
      page_count,
    });
  });

  test.each<[string, () => Uint8Array, MediaType, number | null]>([
    ['a scanned PDF', makeScannedPdf, PDF, 1],
    ['an empty Word document', () => makeDocx([]), DOCX, null],
    ['a workbook without cells', () => makeWorkbook({ Sheet1: [] }, 'xlsx'), XLSX, 1],
    ['a page of blanks', () => bytesOf('<html><body> &nbsp; </body></html>'), 'text/html', null],
  ])('is told to be missing from %s', async (_name, make, media_type, page_count) => {
    expect(await read(make(), media_type)).toMatchObject({ state: 'no_text', page_count });
  });

  test('ends at two million characters, and says so', async () => {
    const extraction = await read(bytesOf('4.12 '.repeat(500_000)), 'text/plain');
    expect(extraction).toMatchObject({ state: 'extracted', text_truncated: true });
    expect(extraction.state === 'extracted' && extraction.text.length).toBeGreaterThan(1_999_990);
  });
});

describe('a document that cannot be read', () => {
  test.each<[string, () => Uint8Array, MediaType, string]>([
    ['a PDF with a password', makeEncryptedPdf, PDF, 'encrypted'],
    [
      'a Word 97 document with a password',
      () => makeDoc(NOTICE_ZH, { is_encrypted: true }),
      'application/msword',
      'encrypted',
    ],
    ['a PDF that breaks off', () => makePdf([{ en: NOTICE_EN }]).subarray(0, 300), PDF, 'damaged'],
    ['a Word document that breaks off', () => makeDocx([NOTICE_ZH]).subarray(0, 400), DOCX, 'damaged'],
    [
      'a Word document without its main part',
      () => makeZip([{ name: '[Content_Types].xml', data: Buffer.from('<Types/>') }]),
      DOCX,
      'damaged',
    ],
    [
      'a Word 97 document that breaks off',
      () => makeDoc(NOTICE_ZH).subarray(0, 900),
      'application/msword',
      'damaged',
    ],
  ])('%s is called %s', async (_name, make, media_type, problem) => {
    expect(await read(make(), media_type)).toMatchObject({ state: 'failed', problem, is_retryable: false });
  });

  test.each<[string, () => Uint8Array, MediaType]>([
    ['a Word document of 2 MB that unpacks to 2 GB', () => makeZipBomb(128), DOCX],
    ['a workbook of 2 MB that unpacks to 2 GB', () => makeZipBomb(128), XLSX],
    ['a PDF of 3 kB that unpacks to 500 MB', () => makePdfBomb(500), PDF],
    [
      'an archive of too many parts',
      () =>
        makeZip(
          Array.from({ length: 10_001 }, (_, index) => ({ name: `a/${index}.xml`, data: Buffer.alloc(0) })),
        ),
      DOCX,
    ],
  ])('%s is stopped as too large, and this process hardly grows', async (_name, make, media_type) => {
    const bytes = make();
    expect(bytes.byteLength).toBeLessThan(3 * 1024 * 1024);
    const before = process.memoryUsage.rss();
    expect(await read(bytes, media_type)).toMatchObject({ problem: 'too_large', is_retryable: false });
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  });
});

describe('a reader of documents', () => {
  const text = bytesOf('4.12');

  test.each([
    ['hangs in a loop', 'for (;;);'],
    ['waits for ever', 'setInterval(() => {}, 1000);'],
    ['reads no byte', 'process.stdin.pause(); setInterval(() => {}, 1000);'],
  ])('is ended by this process when it %s', async (_what, body) => {
    const since = performance.now();
    const reader = readerThat(body);
    // More than fits into a pipe that nobody reads.
    const bytes = new Uint8Array(1_000_000);
    expect(await extractNow(bytes, 'text/plain', { deadline_ms: 500, ...reader })).toMatchObject({
      state: 'failed',
      problem: 'too_slow',
      is_retryable: true,
    });
    // The deadline that readers have where none is given is 20 s.
    expect(performance.now() - since).toBeLessThan(15_000);
  });

  test('ends itself at its deadline, even where no timer of its own would run', () => {
    // So many tables within each other take a parser far longer than this.
    const input = `<html>${'<table><tr><td>'.repeat(60_000)}`;
    const { signal, stderr } = spawnSync(process.execPath, [READER, 'text/html', '300', '1e9'], {
      input,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ signal, said: stderr.trim() }).toEqual({ signal: 'SIGKILL', said: 'too_slow' });
  });

  test.each([
    ['its heap overflows', 'const kept = []; for (;;) kept.push(new Array(10_000).fill(kept.length));'],
    ['it asks for a buffer beyond measure', 'new ArrayBuffer(2 ** 52);'],
    ['it calls itself without end', 'const f = () => f() + 1; f();'],
  ])('is called too large when %s', async (_what, body) => {
    const limits = { heap_megabytes: 64, ...readerThat(body) };
    expect(await extractNow(text, 'text/plain', limits)).toMatchObject({ problem: 'too_large' });
  });

  test('is called too large when its buffers grow beyond the cap, also within one loop', async () => {
    const watchdog = new URL('../../src/lib/server/documents/extract-watchdog.ts', import.meta.url).href;
    const body = `
      import { Worker } from 'node:worker_threads';
      const workerData = { deadline_ms: 60_000, memory_bytes: Number(process.argv[4]) };
      await new Promise((done) => new Worker(new URL(${JSON.stringify(watchdog)}), { workerData }).once('online', done));
      const kept = [];
      for (;;) if (kept.length < 2_000) kept.push(Buffer.alloc(1024 * 1024, 1));`;
    const limits = { memory_bytes: 300 * 1024 * 1024, deadline_ms: 20_000, ...readerThat(body) };
    expect(await extractNow(text, 'text/plain', limits)).toMatchObject({ problem: 'too_large' });
  });

  test.each([
    ['it throws', 'throw new Error("a fault");'],
    ['it is killed', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);'],
    ['it ends without a word', 'process.exit(0);'],
    ['it says something else', 'process.stdout.write("{}");'],
    ['it says no JSON', 'process.stdout.write("hello");'],
    [
      'it writes without end',
      'import { writeSync } from "node:fs"; for (;;) try { writeSync(1, "x".repeat(60_000)); } catch {}',
    ],
    ['there is none', ''],
  ])('is called crashed, to be tried again, when %s', async (_what, body) => {
    const reader = body === '' ? { worker_file: join(folder, 'none.mjs') } : readerThat(body);
    expect(await extractNow(text, 'text/plain', reader)).toMatchObject({
      state: 'failed',
      problem: 'crashed',
      is_retryable: true,
    });
  });

  test.each([
    ['write a file', `import('node:fs').then((fs) => fs.writeFileSync('${folder}/written', 'x'))`],
    ['read a file outside of the program', `import('node:fs').then((fs) => fs.readFileSync('/etc/passwd'))`],
    ['start a program', `import('node:child_process').then((c) => c.execFileSync('true'))`],
  ])('may not %s', async (_what, act) => {
    const body = `await ${act}; process.stdout.write(JSON.stringify({ ok: true, text: 'did it', text_truncated: false, page_count: null }));`;
    expect(await extractNow(text, 'text/plain', readerThat(body))).toMatchObject({ problem: 'crashed' });
  });

  test('does not outlive the process that started it', async () => {
    const parent = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, [${JSON.stringify(READER)}, 'text/plain', '60000', '1e9'], { stdio: 'pipe' });
      console.log(child.pid);
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2000);`;
    const { stdout } = spawnSync(process.execPath, ['-e', parent], { encoding: 'utf8' });
    const pid = Number(stdout.trim());
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
