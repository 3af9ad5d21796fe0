import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SECRET_BYTES = 32;

/**
 * The secret that session cookies are signed with: made on first use and kept in `data_dir`, readable by
 * this user alone. Several processes may ask at once; the first one to link its file wins, and all of them
 * read the same. Web processes on several machines need the same file.
 */
export async function resolveSecret(data_dir: string): Promise<string> {
  const file = join(data_dir, 'secret');
  const found = await read(file);
  if (found) return found;
  await mkdir(data_dir, { recursive: true });
  const draft = join(data_dir, `secret.${process.pid}.${randomBytes(4).toString('hex')}`);
  await writeFile(draft, randomBytes(SECRET_BYTES).toString('base64url'), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await read(file);
  if (!made) throw new Error(`${file} is empty. Delete it, then start again; everybody signs in anew.`);
  return made;
}

/** What is made of the secret, once per folder and process: reading the file takes longer than what is done with it. */
export function madeOfSecret<T>(make: (secret: string) => T): (data_dir: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (data_dir) => {
    const known = made.get(data_dir);
    if (known) return known;
    const making = resolveSecret(data_dir).then(make);
    made.set(data_dir, making);
    making.catch(() => made.delete(data_dir));
    return making;
  };
}

async function read(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : null;
}
