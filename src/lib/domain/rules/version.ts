/**
 * An instrument (a standard, notice, guideline, interpretation or law), its versions and their provisions.
 * A version has a workflow of ours (who wrote and approved the record) apart from its place in the law.
 */
export const INSTRUMENT_KINDS = ['standard', 'notice', 'guideline', 'interpretation', 'law'] as const;
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

/** How one instrument stands to another. An interpretation has the force of the standard it interprets. */
export const RELATION_KINDS = ['replaces', 'partly_replaces', 'interprets', 'implements'] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

export const WORKFLOWS = ['draft', 'approved', 'published', 'withdrawn'] as const;
export type Workflow = (typeof WORKFLOWS)[number];

/**
 * What the issuing authority has done with the text of a version, as recorded. Only `published` (发布稿) has
 * or will have the force of law; consultation (征求意见稿) and approval drafts (报批稿) are kept and shown, but
 * are never in force.
 */
export const LEGAL_STAGES = ['proposed', 'consultation', 'approval_draft', 'published'] as const;
export type LegalStage = (typeof LEGAL_STAGES)[number];

/** The state of a version on a given day: its stage, and what its dates make of a published one. */
export const LEGAL_STATES = [
  'proposed',
  'consultation',
  'approval_draft',
  'published',
  'in_force',
  'partly_replaced',
  'repealed',
] as const;
export type LegalState = (typeof LEGAL_STATES)[number];

export const PROVISION_STATUSES = ['interpretation_pending', 'interpreted'] as const;
export type ProvisionStatus = (typeof PROVISION_STATUSES)[number];

/** One provision under its canonical path (`4.12`, `A.2`, `12.2`; see text/clauses.ts). */
export type Provision = {
  path: string;
  title: string | null;
  /** The original, which alone is law. Rows of a table are lines whose cells are parted by tabs. */
  text: string;
  /** BCP 47: `zh-CN`, `en`. */
  language: string;
  translation: string | null;
  /** The original was changed after this translation was made. */
  translation_is_older: boolean;
  status: ProvisionStatus | null;
};

/** What decides which version is the law; a row of the store fits it as it is. */
export type VersionRecord = {
  id: string;
  stage: LegalStage;
  /** The first day of force, `YYYY-MM-DD`; null where a proposed text names none. */
  valid_from: string | null;
  /** The last day of force, inclusive; null while open. */
  valid_to: string | null;
  /** The version has no body: it says that the instrument ends on `valid_from`. */
  is_repeal: boolean;
  /** The moment of publication in our record; null before. */
  recorded_at: Date | null;
  /** The place in the hash chain, which orders records of one moment; null before publication. */
  sequence: number | null;
  /** The id of the record that was never the law as stated (postponed, wrong date). */
  corrects: string | null;
  /** When the record itself was taken back; null while it stands. */
  withdrawn_at: Date | null;
  /** Until this day inclusive the version before may still be applied (过渡期). */
  transition_until: string | null;
  /** From this day on parts of it are replaced by another instrument (部分代替). */
  partly_replaced_from: string | null;
};

/** What the transitions of the workflow look at. Actors are people or API keys, by one id each. */
export type WorkflowState = {
  workflow: Workflow;
  drafted_by: string;
  approved_by: string | null;
};

export type TransitionProblem =
  | 'not_a_draft'
  | 'not_approved'
  | 'not_published'
  | 'drafter_approves'
  | 'reason_missing'
  | 'already_withdrawn'
  | 'already_corrected'
  | 'corrects_unknown'
  | 'corrects_unpublished'
  | 'valid_from_missing'
  | 'valid_to_before_valid_from'
  | 'no_provisions';

export type Transition<T = { workflow: Workflow }> =
  { ok: true; value: T } | { ok: false; reason: TransitionProblem };

/**
 * A draft becomes approved by an actor other than its drafter. Where the operator lets one person do both
 * (`allows_one_person`), the record says so: `is_one_person`.
 */
export function approve(
  version: WorkflowState,
  actor: string,
  rules: { allows_one_person: boolean },
): Transition<{ workflow: 'approved'; approved_by: string; is_one_person: boolean }> {
  if (version.workflow !== 'draft') return { ok: false, reason: 'not_a_draft' };
  const is_one_person = actor === version.drafted_by;
  if (is_one_person && !rules.allows_one_person) return { ok: false, reason: 'drafter_approves' };
  return { ok: true, value: { workflow: 'approved', approved_by: actor, is_one_person } };
}

/** Any change to an approved text makes it a draft again, whose approval is due anew. */
export function edit(
  version: WorkflowState,
  actor: string,
): Transition<{ workflow: 'draft'; drafted_by: string; approved_by: null }> {
  if (version.workflow !== 'draft' && version.workflow !== 'approved')
    return { ok: false, reason: 'not_a_draft' };
  return { ok: true, value: { workflow: 'draft', drafted_by: actor, approved_by: null } };
}

/** What publishing must find: an approval, a first day of force, something to publish, a sound correction. */
export function publish(
  version: WorkflowState &
    Pick<VersionRecord, 'stage' | 'valid_from' | 'valid_to' | 'is_repeal' | 'corrects'>,
  context: { provision_count: number; corrected: Pick<VersionRecord, 'recorded_at' | 'withdrawn_at'> | null },
): Transition<{ workflow: 'published' }> {
  if (version.workflow !== 'approved' || version.approved_by === null)
    return { ok: false, reason: 'not_approved' };
  if (version.stage === 'published' && version.valid_from === null)
    return { ok: false, reason: 'valid_from_missing' };
  if (version.valid_to !== null && version.valid_from !== null && version.valid_to < version.valid_from)
    return { ok: false, reason: 'valid_to_before_valid_from' };
  if (!version.is_repeal && context.provision_count === 0) return { ok: false, reason: 'no_provisions' };
  if (version.corrects !== null) {
    if (!context.corrected) return { ok: false, reason: 'corrects_unknown' };
    if (context.corrected.recorded_at === null) return { ok: false, reason: 'corrects_unpublished' };
    if (context.corrected.withdrawn_at !== null) return { ok: false, reason: 'already_withdrawn' };
  }
  return { ok: true, value: { workflow: 'published' } };
}

/**
 * Takes a record back, with a reason. A published record that a standing one corrects is void already, and
 * taking it back would only revive what it had corrected: the correction is withdrawn first.
 */
export function withdraw(
  version: Pick<WorkflowState, 'workflow'>,
  reason: string,
  context: { is_corrected: boolean },
): Transition<{ workflow: 'withdrawn'; reason: string }> {
  if (version.workflow === 'withdrawn') return { ok: false, reason: 'already_withdrawn' };
  if (reason.trim() === '') return { ok: false, reason: 'reason_missing' };
  if (context.is_corrected) return { ok: false, reason: 'already_corrected' };
  return { ok: true, value: { workflow: 'withdrawn', reason: reason.trim() } };
}

/**
 * The state of one version on a day (domain: lifecycle of standards, 立项 to 废止). `superseded_from` is the
 * first day of the version that follows it, where one does (see `timeline`).
 */
export function legalStateOn(
  version: Pick<VersionRecord, 'stage' | 'valid_from' | 'valid_to' | 'is_repeal' | 'partly_replaced_from'>,
  as_of: string,
  superseded_from: string | null = null,
): LegalState {
  if (version.stage !== 'published') return version.stage;
  if (version.valid_from === null || as_of < version.valid_from) return 'published';
  if (version.is_repeal) return 'repealed';
  if (version.valid_to !== null && as_of > version.valid_to) return 'repealed';
  if (superseded_from !== null && as_of >= superseded_from) return 'repealed';
  if (version.partly_replaced_from !== null && as_of >= version.partly_replaced_from)
    return 'partly_replaced';
  return 'in_force';
}

/** Whether the translation of `after` is that of an earlier text: the original changed and it did not. */
export function isTranslationOlder(
  before: Pick<Provision, 'text' | 'translation' | 'translation_is_older'>,
  after: Pick<Provision, 'text' | 'translation'>,
): boolean {
  if (after.translation === null || after.translation !== before.translation) return false;
  return before.translation_is_older || before.text !== after.text;
}
