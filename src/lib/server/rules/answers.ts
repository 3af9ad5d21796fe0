import { z } from 'zod';
import { canonicalJson, type Json } from '#lib/domain/rules/canonical-json.ts';
import { eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import {
  INSTRUMENT_KINDS,
  LEGAL_STAGES,
  LEGAL_STATES,
  PROVISION_STATUSES,
  RELATION_KINDS,
  WORKFLOWS,
} from '#lib/domain/rules/version.ts';
import type { Law } from './law.ts';
import { ACTS, type Act, type StoredInstrument, type StoredVersion, type VersionRow } from './version.ts';

/** The shapes in which rules are answered. What follows from two dates alone holds nothing that changes later. */
const instant = z.iso.datetime({ offset: true });
const legal_day = z.iso.date();

export const instrumentAnswer = z.object({
  slug: z.string(),
  kind: z.enum(INSTRUMENT_KINDS),
  title: z.string(),
  title_translation: z.string().nullable(),
  language: z.string(),
  jurisdiction: z.string(),
  document_no: z.string().nullable(),
  issued_on: legal_day.nullable(),
  source: z.string().nullable(),
  confirmed: z.boolean().describe('False where it is known as reported only.'),
  authorities: z.array(
    z.object({ slug: z.string(), name: z.string().nullable(), name_zh: z.string().nullable() }),
  ),
});

export function answerInstrument(instrument: StoredInstrument): z.infer<typeof instrumentAnswer> {
  const { slug, kind, title, title_translation, language, jurisdiction, document_no, issued_on } = instrument;
  const { source, confirmed, authorities } = instrument;
  return {
    slug,
    kind,
    title,
    title_translation,
    language,
    jurisdiction,
    document_no,
    issued_on,
    source,
    confirmed,
    authorities,
  };
}

export const versionSummary = z.object({
  id: z.uuid(),
  instrument: z.string().describe('Its slug.'),
  label: z.string(),
  title: z.string(),
  title_translation: z.string().nullable(),
  stage: z.enum(LEGAL_STAGES),
  valid_from: legal_day.nullable(),
  valid_to: legal_day.nullable(),
  is_repeal: z.boolean(),
  transition_until: legal_day.nullable(),
  partly_replaced_from: legal_day.nullable(),
  comment_until: legal_day.nullable(),
  signed_on: legal_day.nullable(),
  issued_on: legal_day.nullable(),
  corrects: z.uuid().nullable().describe('The record that was never the law as stated.'),
  based_on: z.uuid().nullable(),
  recorded_at: instant.nullable().describe('When it was published, and known from then on.'),
  sequence: z.int().nullable().describe('Its link in the hash chain.'),
  withdrawn_at: instant.nullable(),
  withdrawn_reason: z.string().nullable(),
  confirmed: z.boolean().describe('False where the text is known as reported only.'),
  without_text: z.boolean().describe('The text is not held here; what is known of it is.'),
});

export function summariseVersion(version: VersionRow): z.infer<typeof versionSummary> {
  return {
    id: version.id,
    instrument: version.instrument_slug,
    label: version.label,
    title: version.title,
    title_translation: version.title_translation,
    stage: version.stage,
    valid_from: version.valid_from,
    valid_to: version.valid_to,
    is_repeal: version.is_repeal,
    transition_until: version.transition_until,
    partly_replaced_from: version.partly_replaced_from,
    comment_until: version.comment_until,
    signed_on: version.signed_on,
    issued_on: version.issued_on,
    corrects: version.corrects,
    based_on: version.based_on,
    recorded_at: version.recorded_at?.toISOString() ?? null,
    sequence: version.sequence,
    withdrawn_at: version.withdrawn_at?.toISOString() ?? null,
    withdrawn_reason: version.withdrawn_reason,
    confirmed: version.confirmed,
    without_text: version.without_text,
  };
}

export const provisionAnswer = z.object({
  path: z.string(),
  title: z.string().nullable(),
  title_translation: z.string().nullable(),
  text: z.string(),
  language: z.string(),
  translation: z.string().nullable(),
  translation_is_older: z.boolean().describe('The original was changed after this translation was made.'),
  status: z.enum(PROVISION_STATUSES).nullable(),
  source: z.string().nullable(),
  confirmed: z.boolean(),
});

const actAnswer = z.object({
  act: z.enum(ACTS),
  by: z.object({ kind: z.enum(['person', 'key', 'reference']), id: z.uuid(), name: z.string() }),
  at: instant,
  is_one_person: z.boolean().describe('The approver had also written the text.'),
  reason: z.string().nullable(),
});

/** A version with its text and where it comes from. */
export const versionText = versionSummary.extend({
  note: z.string().nullable(),
  note_zh: z.string().nullable(),
  topics: z.array(z.string()).describe('What the text deals with, while nobody knows in which clause.'),
  source_url: z.string().nullable(),
  source_title: z.string().nullable(),
  document_id: z.uuid().nullable(),
  document_sha256: z.string().nullable(),
  snapshot_id: z.uuid().nullable(),
  parameters: eligibilityParametersSchema.nullable(),
  relations: z.array(
    z.object({
      kind: z.enum(RELATION_KINDS),
      to: z.string(),
      paths: z.array(z.string()),
      note: z.string().nullable(),
    }),
  ),
  annex: z.array(
    z.object({
      line: z.int(),
      title: z.string(),
      clause: z.string().nullable(),
      slot: z.int().nullable(),
      confirmed: z.boolean(),
    }),
  ),
  provisions: z.array(provisionAnswer),
  provenance: z.array(actAnswer).describe('Who captured, drafted, approved, published and withdrew it.'),
  content_sha256: z.string().describe('Of what was approved.'),
});

/** Parameters are answered as they were stored: an older version of their schema still holds for them. */
type VersionTextAnswer = Omit<z.infer<typeof versionText>, 'parameters'> & { parameters: Json };

export function answerVersionText(version: StoredVersion): VersionTextAnswer {
  const { note, note_zh, topics, source_url, source_title, document_id, document_sha256 } = version;
  const { snapshot_id, content_sha256 } = version;
  return {
    ...summariseVersion(version),
    note,
    note_zh,
    topics,
    source_url,
    source_title,
    document_id,
    document_sha256,
    snapshot_id,
    parameters: version.parameters,
    relations: version.relations.map(({ to_slug, ...relation }) => ({ ...relation, to: to_slug })),
    annex: version.annex,
    provisions: version.provisions.map(({ translates_sha256: _, ...provision }) => provision),
    provenance: version.acts.map(answerAct),
    content_sha256,
  };
}

export function answerAct({ act, actor, at, is_one_person, reason }: Act): z.infer<typeof actAnswer> {
  return { act, by: actor, at: at.toISOString(), is_one_person, reason };
}

export const versionAnswer = versionText.extend({
  workflow: z.enum(WORKFLOWS),
  revision: z.int().describe('Counts the saves of the draft; sent back with a change.'),
});

type VersionAnswer = VersionTextAnswer & Pick<z.infer<typeof versionAnswer>, 'workflow' | 'revision'>;

export function answerVersion(version: StoredVersion): VersionAnswer {
  const { workflow, revision } = version;
  return { ...answerVersionText(version), workflow, revision };
}

export const lawAnswer = instrumentAnswer.extend({
  as_of: legal_day,
  known_at: instant,
  state: z.enum(['in_force', 'repealed', 'expired', 'none']),
  reason: z.enum(['nothing_known', 'before_first']).nullable(),
  legal_state: z.enum(LEGAL_STATES).nullable(),
  version: versionText
    .omit({ provisions: true, parameters: true })
    .nullable()
    .describe('The version in force; of a repeal or an expiry the one that says so; null before the first.'),
  provisions: z.array(provisionAnswer).describe('Of the version in force; empty where there is none.'),
  parameters: versionText.shape.parameters,
  still_applicable: versionSummary.nullable().describe('The version before, where it may still be applied.'),
  upcoming: z.array(versionSummary).describe('What takes force later, the next one first.'),
});

/** In canonical order of members, so that the same two dates give the same bytes. */
export function answerLaw(law: Law): unknown {
  const { version: stored, state, reason, legal_state, as_of } = law;
  const text = stored && answerVersionText(stored);
  const { provisions = [], parameters = null, ...version } = text ?? {};
  return inCanonicalOrder({
    ...answerInstrument(law.instrument),
    as_of,
    known_at: law.known_at.toISOString(),
    state,
    reason,
    legal_state,
    version: text ? version : null,
    provisions: state === 'in_force' ? provisions : [],
    parameters: state === 'in_force' ? parameters : null,
    still_applicable: law.still_applicable && summariseVersion(law.still_applicable),
    upcoming: law.upcoming.map(summariseVersion),
  });
}

function inCanonicalOrder(value: Json): unknown {
  return JSON.parse(canonicalJson(value));
}
