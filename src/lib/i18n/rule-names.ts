import type { InstrumentKind, LegalState, RelationKind } from '#lib/domain/rules/version.ts';
import type { TextKey } from './text.ts';

export const KIND_NAME: Readonly<Record<InstrumentKind, TextKey>> = {
  standard: 'rules.kind.standard',
  notice: 'rules.kind.notice',
  guideline: 'rules.kind.guideline',
  interpretation: 'rules.kind.interpretation',
  law: 'rules.kind.law',
};

export const STATE_NAME: Readonly<Record<LegalState, TextKey>> = {
  proposed: 'rules.state.proposed',
  consultation: 'rules.state.consultation',
  approval_draft: 'rules.state.approval_draft',
  published: 'rules.state.published',
  in_force: 'rules.state.in_force',
  partly_replaced: 'rules.state.partly_replaced',
  repealed: 'rules.state.repealed',
};

/** The kinds of dates of a rule, as the calendar and the feeds say them. */
export const DATE_NAME = {
  effective: 'rules.date.effective',
  repealed: 'rules.date.repealed',
  ends: 'rules.date.ends',
  partly_replaced: 'rules.date.partly_replaced',
  transition_ends: 'rules.date.transition_ends',
  comments_end: 'rules.date.comments_end',
} as const satisfies Record<string, TextKey>;

/** What was done with a version. */
export const ACT_NAME = {
  captured: 'rules.act.captured',
  drafted: 'rules.act.drafted',
  edited: 'rules.act.edited',
  approved: 'rules.act.approved',
  published: 'rules.act.published',
  withdrawn: 'rules.act.withdrawn',
} as const satisfies Record<string, TextKey>;

export const RELATION_NAME: Readonly<Record<RelationKind, TextKey>> = {
  replaces: 'rules.relation.replaces',
  partly_replaces: 'rules.relation.partly_replaces',
  interprets: 'rules.relation.interprets',
  implements: 'rules.relation.implements',
};
