import { sql } from 'kysely';
import type { ProgrammeRule, RuleSet, StandardRule } from '#lib/domain/eligibility/engine/rule.ts';
import { isWithin } from '#lib/domain/eligibility/engine/programme.ts';
import type { VersionRef } from '#lib/domain/eligibility/engine/verdict.ts';
import { inForce, type InForce } from '#lib/domain/rules/in-force.ts';
import { eligibilityParametersSchema, type EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { knownVersions } from '#lib/server/rules/law.ts';
import { readVersion, versionRows, versionsOf, type VersionRow } from '#lib/server/rules/version.ts';

/** Where several programmes exist and none has the office, its rule says why the office is outside. */
const DEFAULT_PROGRAMME = 'ningbo-customs-notice-2026-017';
/** Programmes are counted on one hand; the limit only keeps a query from being without one. */
const PROGRAMMES_MAX = 100;

/**
 * A law that is thought of: as if this version were published (with `in_force_from` its first day), or as if it had
 * never been.
 */
export type Supposed = { version: VersionRow; is_there: boolean; in_force_from: string };

/**
 * The rules of all programmes as known at one moment: which versions apply to a day and an office. Everything in
 * it follows from `known_at`, because versions are only added and a moment, once settled, stays as it was; and from
 * what is `supposed` beside it.
 */
export class RuleBook {
  readonly known_at: Date;
  readonly #supposed: Supposed | null;
  #programmes: { slug: string; versions: VersionRow[] }[] | null = null;
  readonly #standards = new Map<string, VersionRow[]>();
  readonly #parts = new Map<string, StandardRule>();

  constructor(known_at: Date, supposed: Supposed | null = null) {
    this.known_at = known_at;
    this.#supposed = supposed;
  }

  /** The rule for goods that are declared at this office on this day. */
  async ruleFor(tx: Tx, declared: { declaration_date: string; customs_office: string }): Promise<RuleSet> {
    const day = declared.declaration_date;
    const rules = (await this.#known(tx)).map(({ slug, versions }) => ({
      slug,
      rule: programmeRule(inForce(versions, { as_of: day, known_at: this.known_at })),
    }));
    const chosen =
      rules.find(({ rule }) => hasOffice(rule, declared.customs_office)) ??
      rules.find(({ slug }) => slug === DEFAULT_PROGRAMME) ??
      rules[0];
    const programme: ProgrammeRule = chosen?.rule ?? { state: 'nothing_known' };
    const standard =
      'parameters' in programme
        ? await this.#standard(tx, programme.parameters.standard.instrument, day)
        : null;
    return { programme, standard };
  }

  async #known(tx: Tx): Promise<{ slug: string; versions: VersionRow[] }[]> {
    if (this.#programmes) return this.#programmes;
    const { rows } = await sql<{ slug: string }>`
      select distinct i.slug from rule_version v join instrument i on i.id = v.instrument_id
      where v.state = 'published' and v.parameters ->> 'kind' = 'eligibility' order by i.slug limit ${PROGRAMMES_MAX}`.execute(
      tx,
    );
    const slugs = new Set(rows.map(({ slug }) => slug));
    if (this.#supposed?.is_there && parametersOf(this.#supposed.version))
      slugs.add(this.#supposed.version.instrument_slug);
    const programmes = [];
    for (const slug of slugs) programmes.push({ slug, versions: await this.#versions(tx, slug) });
    return (this.#programmes = programmes);
  }

  async #versions(tx: Tx, slug: string): Promise<VersionRow[]> {
    const known = knownVersions(await versionsOf(tx, slug), this.known_at);
    if (this.#supposed?.version.instrument_slug !== slug) return known;
    const { version, is_there, in_force_from } = this.#supposed;
    const others = known.filter(({ id }) => id !== version.id);
    if (!is_there) return others;
    // The newest record: of two versions of one day it is the one that holds.
    const published = { workflow: 'published', stage: 'published', recorded_at: this.known_at } as const;
    const standing = { withdrawn_at: null, withdrawn_reason: null, sequence: Number.MAX_SAFE_INTEGER };
    return [...others, { ...version, ...published, ...standing, valid_from: in_force_from }];
  }

  async #standard(tx: Tx, slug: string, day: string): Promise<StandardRule | null> {
    const known = this.#standards.get(slug) ?? (await this.#versions(tx, slug));
    this.#standards.set(slug, known);
    const law = inForce(known, { as_of: day, known_at: this.known_at });
    const version = law.state === 'none' ? law.first : law.state === 'repealed' ? null : law.version;
    if (!version) return null;
    const read = this.#parts.get(version.id) ?? (await standardRule(tx, version.id));
    if (read) this.#parts.set(version.id, read);
    return read;
  }
}

/** Programme and standard by their versions: days between two versions share one compiled rule. */
export function versionsKey({ programme, standard }: RuleSet): string {
  const id = 'version' in programme ? programme.version.version_id : '';
  return `${programme.state} ${id} ${standard?.version.version_id ?? ''}`;
}

/** The rule of a decision that was made: of its versions by their ids, whatever is in force now. */
export async function ruleOfVersions(
  tx: Tx,
  versions: {
    rule_state: ProgrammeRule['state'];
    programme_version_id: string | null;
    standard_version_id: string | null;
  },
): Promise<RuleSet | null> {
  const { rule_state, programme_version_id, standard_version_id } = versions;
  const standard = standard_version_id === null ? null : await standardRule(tx, standard_version_id);
  if (standard_version_id !== null && !standard) return null;
  if (rule_state === 'nothing_known' || programme_version_id === null)
    return { programme: { state: 'nothing_known' }, standard };
  const [row] = await versionRows(tx, sql`v.id = ${programme_version_id}`);
  if (!row) return null;
  return { programme: ruleOfVersion(row, rule_state), standard };
}

function programmeRule(law: InForce<VersionRow>): ProgrammeRule {
  if (law.state !== 'none') return ruleOfVersion(law.version, law.state);
  return law.first ? ruleOfVersion(law.first, 'before_first') : { state: 'nothing_known' };
}

export function ruleOfVersion(
  row: VersionRow,
  state: Exclude<ProgrammeRule['state'], 'nothing_known'>,
): ProgrammeRule {
  const version = refOf(row);
  if (state === 'repealed') return { state, version };
  const parameters = parametersOf(row);
  if (!parameters || state === 'without_parameters') return { state: 'without_parameters', version };
  return { state, version, valid_to: row.valid_to, parameters };
}

function parametersOf({ parameters }: VersionRow): EligibilityParameters | null {
  const read = eligibilityParametersSchema.safeParse(parameters);
  return read.success ? read.data : null;
}

async function standardRule(tx: Tx, version_id: string): Promise<StandardRule | null> {
  const version = await readVersion(tx, version_id);
  if (!version) return null;
  return {
    version: refOf(version),
    annex: version.annex,
    pending: version.provisions
      .filter(({ status }) => status === 'interpretation_pending')
      .map(({ path }) => path),
  };
}

function refOf({ instrument_slug, id, label, valid_from }: VersionRow): VersionRef {
  return { instrument: instrument_slug, version_id: id, label, valid_from };
}

function hasOffice(rule: ProgrammeRule, office: string): boolean {
  return 'parameters' in rule && rule.parameters.programme.offices.some((open) => isWithin(office, open));
}
