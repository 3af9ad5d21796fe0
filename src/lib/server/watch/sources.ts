import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Health, SourceKind, SourceSettings } from '#lib/domain/watch/source.ts';
import { missingSetting } from '#lib/domain/watch/source.ts';
import {
  settingsIn,
  SETTING_NAMES,
  type SourceInput,
  type SourcePatch,
} from '#lib/domain/watch/source-input.ts';
import type { Wall } from '#lib/domain/watch/wall.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { knownEncoding } from '#lib/server/documents/encoding-names.ts';
import type { StoredProblem } from './problem-text.ts';
import { noteCoverage } from './record-check.ts';

/** A source with its settings, how it fares and when it is due. */
export type Source = {
  id: string;
  slug: string;
  name: string;
  name_zh: string | null;
  kind: SourceKind;
  url: string;
  language: string;
  authority: string | null;
  interval_minutes: number;
  expected_update_days: number | null;
  settings: SourceSettings;
  charset: string | null;
  is_enabled: boolean;
  wall: Wall | null;
  needs: string | null;
  needs_zh: string | null;
  confirmed: boolean;
  reference_source: string | null;
  health: Health;
  health_since: Date;
  problem: StoredProblem | null;
  failures: number;
  next_check_at: Date | null;
  not_before: Date | null;
  last_attempt_at: Date | null;
  last_ok_at: Date | null;
  last_new_item_at: Date | null;
  last_item_count: number | null;
  created_at: Date;
  edited_at: Date | null;
  /** When it was taken away; its ledger and what it announced stay. */
  ended_at: Date | null;
};

const COLUMNS =
  sql.raw(`s.id, s.slug, s.name, s.name_zh, s.kind, s.url, s.language, s.authority, s.interval_minutes,
  s.expected_update_days, s.settings, s.charset, s.is_enabled, s.wall, s.needs, s.needs_zh, s.confirmed,
  s.reference_source, s.health, s.health_since, s.problem, s.failures, s.next_check_at, s.not_before,
  s.last_attempt_at, s.last_ok_at, s.last_new_item_at, s.last_item_count, s.created_at, s.edited_at,
  s.deleted_at as ended_at`);

/** Sources of one installation: far more than the official sites of a field. */
export const SOURCES_MAX = 20_000;

export type SourceCursor = readonly [created_at: string, id: string];

/** One page of the sources, newest first, and one more row where there is more. */
export async function listSources(
  app: Pick<App, 'db'>,
  { limit, cursor }: { limit: number; cursor?: SourceCursor },
): Promise<(Source & { key: string })[]> {
  const { rows } = await asOperator(app.db, (tx) =>
    sql<Source & { key: string }>`
      select ${COLUMNS}, s.created_at::text as key from source s
      where s.deleted_at is null
        ${cursor ? sql`and (s.created_at, s.id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)` : sql``}
      order by s.created_at desc, s.id desc limit ${limit + 1}`.execute(tx),
  );
  return rows;
}

export async function findSource(app: Pick<App, 'db'>, id: string): Promise<Source | null> {
  return asOperator(app.db, (tx) => sourceIn(tx, id));
}

/** A source that is watched, or was: what it was watched for stays provable after its end. */
export async function findSourceEver(app: Pick<App, 'db'>, id: string): Promise<Source | null> {
  return asOperator(app.db, async (tx) => {
    const { rows } = await sql<Source>`select ${COLUMNS} from source s where s.id = ${id}`.execute(tx);
    return rows[0] ?? null;
  });
}

/** The sources that are watched no more, the newest end first. */
export async function endedSources(app: Pick<App, 'db'>, limit: number): Promise<Source[]> {
  const { rows } = await asOperator(app.db, (tx) =>
    sql<Source>`
      select ${COLUMNS} from source s where s.deleted_at is not null
      order by s.deleted_at desc, s.id desc limit ${limit}`.execute(tx),
  );
  return rows;
}

async function sourceIn(tx: Tx, id: string): Promise<Source | null> {
  const { rows } = await sql<Source>`
    select ${COLUMNS} from source s where s.id = ${id} and s.deleted_at is null`.execute(tx);
  return rows[0] ?? null;
}

export type SourceRefusal = {
  ok: false;
  problem: 'missing_selectors' | 'missing_json' | 'unknown_charset' | 'too_many';
};

/** Why a source cannot be read as it is given; null when it can. */
function refusalOf(
  { kind, charset }: { kind: SourceKind; charset?: string | null },
  settings: SourceSettings,
): SourceRefusal | null {
  const missing = missingSetting(kind, settings);
  if (missing) return { ok: false, problem: `missing_${missing}` };
  if (charset && knownEncoding(charset) === null) return { ok: false, problem: 'unknown_charset' };
  return null;
}

/** Adds a source; one that is enabled is due at once. */
export async function addSource(
  app: Pick<App, 'db'>,
  given: SourceInput,
  { now, slug }: { now: Date; slug?: string },
): Promise<{ ok: true; source: Source } | SourceRefusal> {
  const settings = settingsIn(given);
  const refused = refusalOf(given, settings);
  if (refused) return refused;
  return asOperator(app.db, async (tx) => {
    const { count } = await tx
      .selectFrom('source')
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(count) >= SOURCES_MAX) return { ok: false, problem: 'too_many' };
    const { id } = await tx
      .insertInto('source')
      .values({
        slug: slug ?? slugFor(given.url),
        ...columnsOf(given),
        settings: JSON.stringify(settings),
        health: given.is_enabled ? 'new' : 'paused',
        next_check_at: isFetched(given) ? now : null,
        edited_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const source = await sourceIn(tx, id);
    if (!source) throw new Error('a source is gone in the transaction that added it');
    return { ok: true, source };
  });
}

const isFetched = ({ is_enabled, kind }: { is_enabled: boolean; kind: SourceKind }) =>
  is_enabled && kind !== 'manual';

function columnsOf(given: SourceInput) {
  const { name, kind, url, language, interval_minutes, is_enabled } = given;
  const { name_zh = null, authority = null, expected_update_days = null, charset = null } = given;
  return {
    name,
    name_zh,
    kind,
    url,
    language,
    authority,
    interval_minutes,
    expected_update_days,
    charset,
    is_enabled,
  };
}

function slugFor(url: string): string {
  const host = new URL(url).hostname.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return `${host.slice(0, 48) || 'source'}-${randomBytes(4).toString('hex')}`;
}

/** Changes what is given. Another address or other selectors are read anew at once, whatever was known of the old. */
export async function changeSource(
  app: Pick<App, 'db'>,
  id: string,
  { patch, now }: { patch: SourcePatch; now: Date },
): Promise<{ ok: true; source: Source } | SourceRefusal | null> {
  return asOperator(app.db, async (tx) => {
    await sql`select from source where id = ${id} for update`.execute(tx);
    const before = await sourceIn(tx, id);
    if (!before) return null;
    const kept = Object.fromEntries(
      SETTING_NAMES.filter((name) => patch[name] === undefined).map((name) => [name, before.settings[name]]),
    );
    const settings = settingsIn({ ...patch, ...kept });
    const after = { ...columnsOf(before), ...definedIn(patch) };
    const refused = refusalOf(after, settings);
    if (refused) return refused;
    const is_other =
      after.url !== before.url ||
      after.kind !== before.kind ||
      after.charset !== before.charset ||
      JSON.stringify(settings) !== JSON.stringify(settingsIn(before.settings));
    const is_resumed = after.is_enabled && !before.is_enabled;
    const is_paused = !after.is_enabled && before.is_enabled;
    await tx
      .updateTable('source')
      .set({
        ...after,
        settings: JSON.stringify(settings),
        edited_at: now,
        ...(is_other ? { etag: null, last_modified: null, later_pages: null } : {}),
        // A setting that was missing is there once somebody changed the address or the way it is read.
        ...(is_other ? { needs: null, needs_zh: null } : {}),
        ...(is_other || is_resumed || is_paused
          ? { next_check_at: isFetched(after) ? now : null, failures: 0 }
          : {}),
        ...(is_resumed ? { health: 'new', health_since: now, problem: null } : {}),
        ...(is_paused ? { health: 'paused', health_since: now, problem: null } : {}),
      })
      .where('id', '=', id)
      .execute();
    if (is_paused) await noteCoverage(tx, id, 'paused', { now, is_late: false });
    if (is_paused || is_resumed)
      await tx
        .insertInto('source_health_change')
        .values({
          source_id: id,
          health: is_paused ? 'paused' : 'new',
          health_before: before.health,
          changed_at: now,
        })
        .execute();
    const source = await sourceIn(tx, id);
    return source && { ok: true, source };
  });
}

/** The columns of the row among what is given; settings stand apart. */
function definedIn(patch: SourcePatch): Partial<ReturnType<typeof columnsOf>> {
  const names: ReadonlySet<string> = new Set(SETTING_NAMES);
  return Object.fromEntries(
    Object.entries(patch).filter(([name, value]) => value !== undefined && !names.has(name)),
  );
}

/** Takes a source away; what it announced stays. */
export async function removeSource(app: Pick<App, 'db'>, id: string, now: Date): Promise<boolean> {
  return asOperator(app.db, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('source')
      .set({ deleted_at: now, next_check_at: null })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await tx.updateTable('item_fetch').set({ next_check_at: null }).where('source_id', '=', id).execute();
    return true;
  });
}
