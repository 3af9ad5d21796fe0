import { createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { createAccounts } from '#lib/server/accounts/accounts.ts';
import { authenticate } from '#lib/server/accounts/authenticate.ts';
import { signIn } from '#lib/server/accounts/sign-in.ts';
import type { App } from '#lib/server/app.ts';

export const PASSWORD = 'ningbo harbour crane';

/** A data folder of its own for this test file. */
export function useDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenlane-data-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The same installation in a process that was just started: nothing in memory, the same clock or another. */
export function restarted(app: App, now: () => Date = app.now): App {
  return { ...app, now, accounts: createAccounts(app) };
}

/** The `Cookie` header of a person who just signed in. */
export async function cookieOf(app: App, email: string, password = PASSWORD): Promise<string> {
  const answer = await signIn(app, { email, password, address: '203.0.113.1' });
  if (!answer.ok) throw new Error(answer.problem);
  return cookieHeader(answer.set_cookies);
}

/** What a browser sends back after these `Set-Cookie` headers. */
export function cookieHeader(set_cookies: string[]): string {
  return set_cookies.map((cookie) => cookie.split(';')[0] ?? '').join('; ');
}

/** Authenticates a request with these headers and gives the actor; a refusal is a failure of the test. */
export async function actorOf(app: App, headers: Record<string, string>): Promise<Actor | null> {
  const found = await authenticate(app, new Request('http://127.0.0.1:3000/', { headers }));
  if (!found.ok) throw new Error(`${found.problem.status} ${found.problem.detail}`);
  return found.actor;
}

/** The status and sentence with which a request with these headers is refused. */
export async function refusalOf(
  app: App,
  headers: Record<string, string>,
): Promise<{ status: number; detail: string }> {
  const found = await authenticate(app, new Request('http://127.0.0.1:3000/', { headers }));
  if (found.ok) throw new Error('the request was not refused');
  const { status, detail } = found.problem;
  return { status, detail };
}

/** RFC 6238 with SHA-1, 30 s and six digits, as authenticator apps compute it. */
export function totp(secret: string, at = Date.now()): string {
  const bits = [...secret]
    .map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
