import { sql } from 'kysely';
import type { AnnexLine } from '#lib/domain/rules/annex.ts';
import type { Json } from '#lib/domain/rules/canonical-json.ts';
import {
  INSTRUMENT_KINDS,
  LEGAL_STAGES,
  PROVISION_STATUSES,
  RELATION_KINDS,
  WORKFLOWS,
  type InstrumentKind,
  type LegalStage,
  type Provision,
  type RelationKind,
  type VersionRecord,
  type Workflow,
} from '#lib/domain/rules/version.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { RuleActor } from './rule-actor.ts';
import { sha256 } from './sha256.ts';

export type Authority = { slug: string; name: string | null; name_zh: string | null };

export type StoredInstrument = {
  id: string;
  slug: string;
  kind: InstrumentKind;
  title: string;
  title_translation: string | null;
  language: string;
  jurisdiction: string;
  document_no: string | null;
  work_number: string | null;
  issued_on: string | null;
  source: string | null;
  /** False where the instrument is known as reported only. */
  confirmed: boolean;
  authorities: Authority[];
};

/** A provision as it is stored: of the translation, the hash of the original that it was made from. */
export type StoredProvision = Provision & {
  title_translation: string | null;
  translates_sha256: string | null;
  source: string | null;
  /** False where the number or the text is assumed and not read in the document itself. */
  confirmed: boolean;
};

export type StoredRelation = { kind: RelationKind; to_slug: string; paths: string[]; note: string | null };

export const ACTS = ['captured', 'drafted', 'edited', 'approved', 'published', 'withdrawn'] as const;
export type Act = {
  act: (typeof ACTS)[number];
  actor: RuleActor;
  at: Date;
  content_sha256: string | null;
  is_one_person: boolean;
  reason: string | null;
};

/** One row of `rule_version`, without its parts. */
export type VersionRow = VersionRecord & {
  instrument_slug: string;
  workflow: Workflow;
  revision: number;
  label: string;
  title: string;
  title_translation: string | null;
  based_on: string | null;
  comment_until: string | null;
  signed_on: string | null;
  issued_on: string | null;
  source_url: string | null;
  source_title: string | null;
  document_id: string | null;
  document_sha256: string | null;
  snapshot_id: string | null;
  confirmed: boolean;
  /** The text is not held here; what is known of it stands in the other fields. */
  without_text: boolean;
  note: string | null;
  note_zh: string | null;
  topics: string[];
  parameters: Json;
  content_sha256: string;
  updated_at: Date;
  withdrawn_reason: string | null;
};

export type StoredVersion = VersionRow & {
  instrument: StoredInstrument;
  provisions: StoredProvision[];
  relations: StoredRelation[];
  annex: AnnexLine[];
  acts: Act[];
};

/** Far beyond any instrument; the limits only keep a query from being without one. */
const VERSIONS_MAX = 10_000;
const PROVISIONS_MAX = 20_000;
const PARTS_MAX = 2_000;

/** A version with everything that belongs to it; null when the reader may not know of it. */
export async function readVersion(tx: Tx, id: string): Promise<StoredVersion | null> {
  const [row] = await versionRows(tx, sql`v.id = ${id}`);
  if (!row) return null;
  const instrument = await readInstrument(tx, row.instrument_slug);
  if (!instrument) return null;
  return {
    ...row,
    instrument,
    provisions: await provisionsOf(tx, id),
    relations: await relationsOf(tx, id),
    annex: await annexOf(tx, id),
    acts: await actsOf(tx, id),
  };
}

/** The versions of an instrument without their parts, in the order of their making. */
export async function versionsOf(tx: Tx, instrument_slug: string): Promise<VersionRow[]> {
  return versionRows(tx, sql`i.slug = ${instrument_slug}`);
}

/** Rows that `condition` (over `v`, the version, and `i`, its instrument) holds for. */
export async function versionRows(
  tx: Tx,
  condition: ReturnType<typeof sql>,
  order: ReturnType<typeof sql> = sql`v.created_at, v.id`,
): Promise<VersionRow[]> {
  const { rows } = await sql<
    Omit<VersionRow, 'sequence' | 'stage' | 'workflow'> & {
      sequence: string | null;
      stage: string;
      state: string;
    }
  >`
    select v.id, i.slug as instrument_slug, v.state, v.revision, v.label, v.title, v.title_translation, v.stage,
           v.valid_from, v.valid_to, v.is_repeal, v.transition_until, v.partly_replaced_from, v.comment_until,
           v.signed_on, v.issued_on, v.corrects, v.based_on, v.source_url, v.source_title, v.document_id,
           v.document_sha256, v.snapshot_id, v.confirmed, v.without_text, v.note, v.note_zh, v.topics, v.parameters,
           v.content_sha256, v.updated_at, v.recorded_at, v.sequence, w.at as withdrawn_at, w.reason as withdrawn_reason
    from rule_version v
    join instrument i on i.id = v.instrument_id
    left join rule_act w on w.version_id = v.id and w.act = 'withdrawn'
    where ${condition} order by ${order} limit ${VERSIONS_MAX}`.execute(tx);
  return rows.map(({ state, stage, sequence, ...row }) => ({
    ...row,
    workflow: row.withdrawn_at ? 'withdrawn' : oneOf(WORKFLOWS, state),
    stage: oneOf<LegalStage>(LEGAL_STAGES, stage),
    sequence: sequence === null ? null : Number(sequence),
  }));
}

export async function readInstrument(tx: Tx, slug: string): Promise<StoredInstrument | null> {
  const { rows } = await sql<Omit<StoredInstrument, 'kind'> & { kind: string }>`
    select i.id, i.slug, i.kind, i.title, i.title_translation, i.language, i.jurisdiction, i.document_no, i.work_number, i.issued_on, i.source, i.confirmed,
           coalesce((select jsonb_agg(jsonb_build_object('slug', a.slug, 'name', a.name, 'name_zh', a.name_zh) order by ia.position)
                     from instrument_authority ia join authority a on a.slug = ia.authority_slug
                     where ia.instrument_id = i.id), '[]') as authorities
    from instrument i where i.slug = ${slug} limit 1`.execute(tx);
  const [row] = rows;
  return row ? { ...row, kind: oneOf(INSTRUMENT_KINDS, row.kind) } : null;
}

export async function provisionsOf(tx: Tx, version_id: string): Promise<StoredProvision[]> {
  const rows = await tx
    .selectFrom('provision')
    .select([
      'path',
      'title',
      'title_translation',
      'text',
      'language',
      'translation',
      'translates_sha256',
      'status',
      'source',
      'confirmed',
    ])
    .where('version_id', '=', version_id)
    .orderBy('position')
    .limit(PROVISIONS_MAX)
    .execute();
  return rows.map((row) => ({
    ...row,
    status: row.status === null ? null : oneOf(PROVISION_STATUSES, row.status),
    translation_is_older: row.translates_sha256 !== null && row.translates_sha256 !== sha256(row.text),
  }));
}

async function relationsOf(tx: Tx, version_id: string): Promise<StoredRelation[]> {
  const rows = await tx
    .selectFrom('rule_relation')
    .select(['kind', 'to_slug', 'paths', 'note'])
    .where('version_id', '=', version_id)
    .orderBy('position')
    .limit(PARTS_MAX)
    .execute();
  return rows.map((row) => ({ ...row, kind: oneOf(RELATION_KINDS, row.kind) }));
}

async function annexOf(tx: Tx, version_id: string): Promise<AnnexLine[]> {
  return tx
    .selectFrom('annex_line')
    .select(['line', 'title', 'clause', 'slot', 'confirmed'])
    .where('version_id', '=', version_id)
    .orderBy('line')
    .limit(PARTS_MAX)
    .execute();
}

export async function actsOf(tx: Tx, version_id: string): Promise<Act[]> {
  const rows = await tx
    .selectFrom('rule_act')
    .select([
      'act',
      'actor_kind',
      'actor_id',
      'actor_name',
      'at',
      'content_sha256',
      'is_one_person',
      'reason',
    ])
    .where('version_id', '=', version_id)
    .orderBy('id')
    .limit(PARTS_MAX)
    .execute();
  return rows.map(({ act, actor_kind, actor_id, actor_name, ...rest }) => ({
    ...rest,
    act: oneOf(ACTS, act),
    actor: { kind: oneOf(ACTOR_KINDS, actor_kind), id: actor_id, name: actor_name },
  }));
}

const ACTOR_KINDS = ['person', 'key', 'reference'] as const;

/** A value that a check of the database holds to this list. */
function oneOf<T extends string>(list: readonly T[], text: string): T {
  const found = list.find((one) => one === text);
  if (found === undefined) throw new Error(`"${text}" is none of ${list.join(', ')}`);
  return found;
}
