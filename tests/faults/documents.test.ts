import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isRunning, until, type Started } from '../support/start.ts';
import { useInstallation } from '../support/installation.ts';
import { makePdf, NOTICE_ZH } from '../fixtures/documents/make.ts';

const installation = useInstallation();
const { begin, pids, command } = installation;
let one: Started;
let key: string;

beforeEach(async () => {
  one = await begin();
  await command('firm', 'create', '--slug', 'maker', '--name', 'Maker');
  const scopes = 'portfolio:read,portfolio:write';
  key = await command('key', 'create', '--firm', 'maker', '--scopes', scopes);
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, ...init.headers };
  return fetch(`http://127.0.0.1:${installation.port}/api/v1${path}`, { ...init, headers });
}

/** A notice that takes its reader some seconds. */
async function sendLongNotice(): Promise<string> {
  const body = new Uint8Array(makePdf(Array.from({ length: 2_000 }, () => ({ zh: NOTICE_ZH.repeat(10) }))));
  const sent = await ask('/documents', {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body,
  });
  expect(sent.status).toBe(201);
  return z.looseObject({ id: z.string() }).parse(await sent.json()).id;
}

async function stateOf(id: string): Promise<string> {
  const { state } = z.looseObject({ state: z.string() }).parse(await (await ask(`/documents/${id}`)).json());
  return state;
}

/** The process that reads a document for this worker; null when there is none. */
function readerOf(worker: number): number | null {
  const { stdout } = spawnSync('ps', ['--ppid', String(worker), '-o', 'pid=,args='], { encoding: 'utf8' });
  const line = stdout.split('\n').find((text) => text.includes('extract-worker.ts'));
  return line === undefined ? null : Number(line.trim().split(' ')[0]);
}

/** Waits until a document is being read, and gives both processes. */
async function reading(): Promise<{ worker: number; reader: number }> {
  let found: { worker: number; reader: number } | null = null;
  await until('a document is being read', 20_000, () => {
    const { worker } = pids(one);
    const reader = worker === null ? null : readerOf(worker);
    if (worker !== null && reader !== null) found = { worker, reader };
    return found !== null;
  });
  return found ?? { worker: 0, reader: 0 };
}

describe('a document that is being read', () => {
  it.each(['worker', 'reader'] as const)('is read within 45 s after kill -9 of its %s', async (victim) => {
    const id = await sendLongNotice();
    const running = await reading();
    expect(await stateOf(id)).toBe('pending');
    const since = Date.now();
    process.kill(running[victim], 'SIGKILL');
    await until('it is read', 45_000, async () => (await stateOf(id)) === 'extracted');
    expect(Date.now() - since).toBeLessThan(45_000);
    // The reader of a killed worker is not left behind.
    expect(isRunning(running.reader)).toBe(false);
  });

  it('does not hold up a stop, and leaves no process behind', async () => {
    await sendLongNotice();
    const { reader } = await reading();
    const since = Date.now();
    one.child.kill('SIGTERM');
    await one.exited;
    expect(Date.now() - since).toBeLessThan(5_000);
    await until('its reader is gone', 1_000, () => !isRunning(reader));
  });
});

describe('the content of a document', () => {
  it('keeps its headers through the web process', async () => {
    const body = '<!DOCTYPE html><html><script>alert(1)</script></html>';
    const sent = await ask('/documents', { method: 'POST', headers: { 'content-type': 'text/html' }, body });
    const { id } = z.looseObject({ id: z.string() }).parse(await sent.json());
    const response = await ask(`/documents/${id}/content`);
    expect(await response.text()).toBe(body);
    const headers = Object.fromEntries(response.headers);
    expect(headers['content-disposition']).toMatch(/^attachment; /);
    expect(headers).toMatchObject({
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });
});
