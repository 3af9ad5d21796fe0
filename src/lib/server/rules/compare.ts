import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { changedParts, type VersionPart } from '#lib/domain/rules/changed-parts.ts';
import { diffParameters, type ParameterChange } from '#lib/domain/rules/diff-parameters.ts';
import { diffVersions, type VersionDiff } from '#lib/domain/rules/diff.ts';
import { eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import { dayInChina, isDay } from '#lib/domain/text/calendar-day.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { lawIn } from './law.ts';
import { mappingFor } from './mapping.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { readRules } from './rule-actor.ts';
import { readVersion, versionRows, type StoredProvision, type StoredVersion } from './version.ts';

export type Comparison = {
  before: StoredVersion;
  after: StoredVersion;
  diff: VersionDiff<StoredProvision>;
  parameters: ParameterChange[];
  /** What else differs: the list of tests, relations, dates. */
  other_changes: VersionPart[];
};

/**
 * Compares what an instrument says at two points, each a day (the version in force) or the id of a version. A
 * day before its first version, or the id of a version of another instrument, leads to the instrument that it
 * replaces; `against` names it. Then the clause mapping of the two says which clause became which.
 */
export function compareVersions(
  app: App,
  actor: Actor | null,
  asked: { slug: string; from: string; to: string; against?: string | null },
): Promise<{ ok: true; comparison: Comparison } | RuleRefusal> {
  const today = dayInChina(app.now());
  return readRules(app, actor, async (tx) => {
    const after = await sideOf(tx, asked.slug, asked.to, today);
    if (!after.ok) return after;
    const before = await earlierSide(tx, after.version, { ...asked, today });
    if (!before.ok) return before;
    return { ok: true, comparison: await compare(tx, before.version, after.version) };
  });
}

async function compare(tx: Tx, before: StoredVersion, after: StoredVersion): Promise<Comparison> {
  const between = { from: before.instrument.slug, to: after.instrument.slug };
  const is_one_instrument = between.from === between.to;
  const mapping = is_one_instrument ? [] : await mappingFor(tx, between);
  return {
    before,
    after,
    diff: diffVersions(before.provisions, after.provisions, { mapping, is_one_instrument }),
    parameters: diffParameters(parametersOf(before), parametersOf(after)),
    other_changes: changedParts(before, after),
  };
}

/** What was stored had passed the schema of its time; one that no longer fits is compared as none. */
function parametersOf({ parameters }: StoredVersion) {
  return eligibilityParametersSchema.safeParse(parameters).data ?? null;
}

type Side = { ok: true; version: StoredVersion } | RuleRefusal;

async function earlierSide(
  tx: Tx,
  after: StoredVersion,
  asked: { slug: string; from: string; against?: string | null; today: string },
): Promise<Side> {
  if (asked.against) return sideOf(tx, asked.against, asked.from, asked.today);
  const own = await sideOf(tx, asked.slug, asked.from, asked.today);
  if (own.ok || !isDay(asked.from)) return own;
  for (const { kind, to_slug } of after.relations) {
    if (kind !== 'replaces' && kind !== 'partly_replaces') continue;
    const replaced = await sideOf(tx, to_slug, asked.from, asked.today);
    if (replaced.ok) return replaced;
  }
  return own;
}

async function sideOf(tx: Tx, slug: string, point: string, today: string): Promise<Side> {
  if (!isDay(point)) {
    // An id may be of any instrument: that of the older edition is compared by it.
    const version = isUuid(point) ? await readVersion(tx, point) : null;
    return version ? { ok: true, version } : ruleRefusal('version_unknown');
  }
  const law = await lawIn(tx, slug, { as_of: point, today });
  if (!law) return ruleRefusal('instrument_unknown', { slug });
  return law.version && law.state === 'in_force'
    ? { ok: true, version: law.version }
    : ruleRefusal('nothing_in_force', { slug, day: point });
}

/** The version before `version` that it is best compared with: what it is based on, else what it follows. */
export async function predecessorOf(tx: Tx, version: StoredVersion): Promise<StoredVersion | null> {
  if (version.based_on) return readVersion(tx, version.based_on);
  const published = await versionRows(
    tx,
    sql`i.slug = ${version.instrument.slug} and v.state = 'published' and v.id <> ${version.id}
        and (${version.sequence}::bigint is null or v.sequence < ${version.sequence}::bigint)`,
    sql`v.sequence desc`,
  );
  const [last] = published;
  return last ? readVersion(tx, last.id) : null;
}

/** A published version beside the one before it, for whoever tells of it; the later ones do not matter to it. */
export async function changeOfPublished(
  tx: Tx,
  id: string,
): Promise<{ version: StoredVersion; comparison: Comparison | null } | null> {
  const version = await readVersion(tx, id);
  if (!version) return null;
  return { version, comparison: await changeOf(tx, version) };
}

/** What a version changes against the one before it; null for the first one. */
export async function changeOf(tx: Tx, version: StoredVersion): Promise<Comparison | null> {
  const before = await predecessorOf(tx, version);
  return before ? compare(tx, before, version) : null;
}

/** The provisions that a version adds, removes or changes; all of them, where none was before. */
export function changedPaths(version: StoredVersion, comparison: Comparison | null): string[] {
  if (!comparison) return version.provisions.map(({ path }) => path);
  const paths = comparison.diff.provisions
    .filter(({ change }) => change !== 'unchanged')
    .flatMap(({ before: was, after: is }) => [was?.path, is?.path].filter((path) => path !== undefined));
  return [...new Set(paths)];
}
