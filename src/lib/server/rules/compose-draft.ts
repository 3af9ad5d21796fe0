import { parseClause } from '#lib/domain/text/clauses.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { DraftFields, ProvisionInput } from './draft-input.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { sha256 } from './sha256.ts';
import type { Approvable } from './content.ts';
import {
  readInstrument,
  versionRows,
  type StoredInstrument,
  type StoredProvision,
  type StoredVersion,
} from './version.ts';
import { sql } from 'kysely';

export type Composed = Omit<Approvable, 'instrument' | 'provisions'> & {
  instrument: StoredInstrument;
  provisions: readonly StoredProvision[];
};

/** The content of a draft: what was said now, over what stood there before. Refuses what cannot be. */
export async function composeDraft(
  tx: Tx,
  given: {
    id: string;
    instrument: StoredInstrument;
    before: StoredVersion | null;
    based_on: string | null;
    fields: DraftFields;
  },
): Promise<{ ok: true; draft: Composed } | RuleRefusal> {
  const { id, instrument, before, based_on, fields } = given;
  const document = await documentOf(tx, fields.document_id, before);
  if ('ok' in document) return document;
  const is_repeal = fields.is_repeal ?? before?.is_repeal ?? false;
  const said = fields.provisions && canonicalPaths(fields.provisions);
  if (said && 'ok' in said) return said;
  const provisions = provisionsOf(said, {
    before: before?.provisions ?? [],
    instrument,
    is_repeal,
  });
  const draft: Composed = {
    id,
    instrument,
    based_on,
    label: fields.label ?? before?.label ?? '',
    title: fields.title ?? before?.title ?? instrument.title,
    title_translation: either(
      fields.title_translation,
      before ? before.title_translation : instrument.title_translation,
    ),
    stage: fields.stage ?? before?.stage ?? 'published',
    valid_from: either(fields.valid_from, before?.valid_from),
    valid_to: either(fields.valid_to, before?.valid_to),
    is_repeal,
    transition_until: either(fields.transition_until, before?.transition_until),
    partly_replaced_from: either(fields.partly_replaced_from, before?.partly_replaced_from),
    comment_until: either(fields.comment_until, before?.comment_until),
    signed_on: either(fields.signed_on, before?.signed_on),
    issued_on: either(fields.issued_on, before?.issued_on),
    corrects: either(fields.corrects, before?.corrects),
    source_url: either(fields.source_url, before?.source_url),
    source_title: either(fields.source_title, before?.source_title),
    ...document,
    snapshot_id: either(fields.snapshot_id, before?.snapshot_id),
    confirmed: fields.confirmed ?? before?.confirmed ?? true,
    without_text: fields.without_text ?? before?.without_text ?? false,
    note: either(fields.note, before?.note),
    note_zh: either(fields.note_zh, before?.note_zh),
    topics: fields.topics ?? before?.topics ?? [],
    parameters: is_repeal ? null : either(fields.parameters, before?.parameters),
    relations:
      fields.relations?.map(({ kind, to, paths, note }) => ({
        kind,
        to_slug: to,
        paths: paths.map(canonical),
        note: note ?? null,
      })) ??
      before?.relations ??
      [],
    annex:
      fields.annex?.map(({ title, clause, slot, confirmed }, index) => ({
        line: index + 1,
        title,
        clause: clause ? canonical(clause) : null,
        slot: slot ?? null,
        confirmed,
      })) ??
      before?.annex ??
      [],
    provisions,
  };
  return (await problemOf(tx, draft, fields)) ?? { ok: true, draft };
}

/** Undefined was not said and keeps what stood there; null was said and empties it. */
function either<T>(said: T | null | undefined, stood: T | null | undefined): T | null {
  return said === undefined ? (stood ?? null) : said;
}

type DocumentRef = { document_id: string | null; document_sha256: string | null };

async function documentOf(
  tx: Tx,
  said: string | null | undefined,
  before: DocumentRef | null,
): Promise<DocumentRef | RuleRefusal> {
  if (said === undefined)
    return { document_id: before?.document_id ?? null, document_sha256: before?.document_sha256 ?? null };
  if (said === null) return { document_id: null, document_sha256: null };
  const found = await tx
    .selectFrom('document')
    .select(['id', 'sha256'])
    .where('id', '=', said)
    .where('firm_id', 'is', null)
    .executeTakeFirst();
  return found
    ? { document_id: found.id, document_sha256: found.sha256 }
    : ruleRefusal('document_unknown', undefined, 'document_id');
}

/** `第４．１２条` and `Clause 4.12` are 4.12; what is no number of a clause, such as `foreword`, stays a word. */
function canonicalPaths(said: readonly ProvisionInput[]): readonly ProvisionInput[] | RuleRefusal {
  const found: ProvisionInput[] = [];
  for (const provision of said) {
    const path = parseClause(provision.path) ?? (WORD.test(provision.path) ? provision.path : null);
    if (path === null) return ruleRefusal('path_invalid', { path: provision.path }, 'provisions');
    found.push({ ...provision, path });
  }
  return found;
}

/** A clause that is only cited is canonical where it can be, and else stays as it was written. */
function canonical(written: string): string {
  return parseClause(written) ?? written;
}

const WORD = /^[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*$/;

/** A translation stays that of the original it was made from, until it is changed itself or reviewed. */
function provisionsOf(
  said: readonly ProvisionInput[] | undefined,
  given: { before: readonly StoredProvision[]; instrument: StoredInstrument; is_repeal: boolean },
): readonly StoredProvision[] {
  if (said === undefined) return given.is_repeal ? [] : given.before;
  const before = new Map(given.before.map((provision) => [provision.path, provision] as const));
  return said.map(({ translation_reviewed, ...provision }) => {
    const old = before.get(provision.path);
    const translation = provision.translation ?? null;
    const is_kept = old !== undefined && translation === old.translation && !translation_reviewed;
    const own_sha256 = sha256(provision.text);
    const translates_sha256 =
      translation === null ? null : is_kept ? (old.translates_sha256 ?? own_sha256) : own_sha256;
    return {
      path: provision.path,
      title: provision.title ?? null,
      title_translation: provision.title_translation ?? null,
      text: provision.text,
      language: provision.language ?? old?.language ?? given.instrument.language,
      translation,
      translates_sha256,
      translation_is_older: translates_sha256 !== null && translates_sha256 !== own_sha256,
      status: provision.status ?? null,
      source: provision.source ?? null,
      confirmed: provision.confirmed ?? true,
    };
  });
}

async function problemOf(tx: Tx, draft: Composed, fields: DraftFields): Promise<RuleRefusal | null> {
  if (draft.is_repeal && ((fields.provisions?.length ?? 0) > 0 || fields.parameters))
    return ruleRefusal('repeal_has_body', undefined, 'is_repeal');
  if (draft.valid_from !== null && draft.valid_to !== null && draft.valid_to < draft.valid_from)
    return ruleRefusal(
      'valid_to_before_valid_from',
      { valid_to: draft.valid_to, valid_from: draft.valid_from },
      'valid_to',
    );
  const seen = new Set<string>();
  for (const { path } of draft.provisions) {
    if (seen.has(path)) return ruleRefusal('path_twice', { path }, 'provisions');
    seen.add(path);
  }
  if (draft.corrects !== null) {
    const [corrected] = await versionRows(
      tx,
      sql`v.id = ${draft.corrects} and i.slug = ${draft.instrument.slug}`,
    );
    if (!corrected) return ruleRefusal('corrects_unknown', { slug: draft.instrument.slug }, 'corrects');
    if (corrected.recorded_at === null)
      return ruleRefusal('corrects_unpublished', { label: corrected.label }, 'corrects');
  }
  for (const { to_slug } of draft.relations) {
    if (to_slug === draft.instrument.slug)
      return ruleRefusal('relation_itself', { slug: to_slug }, 'relations');
    if (!(await readInstrument(tx, to_slug)))
      return ruleRefusal('relation_unknown', { slug: to_slug }, 'relations');
  }
  return null;
}
