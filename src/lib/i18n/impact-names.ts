import type { CheckChange } from '#lib/domain/eligibility/impact.ts';
import type { Outcome } from '#lib/domain/eligibility/engine/verdict.ts';
import type { LabStatus } from '#lib/domain/eligibility/lab.ts';
import type { Text, TextKey } from './text.ts';

/** Outcomes as they stand within a sentence. */
export const OUTCOME_IN_SENTENCE = {
  green: 'impact.outcome.green',
  manual_review: 'impact.outcome.manual_review',
  not_eligible: 'impact.outcome.not_eligible',
  unknown: 'impact.outcome.unknown',
} as const satisfies Record<Outcome, TextKey>;

export const LAB_STATUS_NAME = {
  verified: 'happened.lab.verified',
  unverified: 'happened.lab.unverified',
  suspended: 'happened.lab.suspended',
  withdrawn: 'happened.lab.withdrawn',
  expired: 'happened.lab.expired',
} as const satisfies Record<LabStatus, TextKey>;

/** What a check is about: its clause, or the part of the question that it looks at. */
export function impactCheckName({ code, clause }: CheckChange, text: Text): string {
  if (code === 'report.clause' && clause !== null) return text('impact.clause', { clause });
  const part = code.split('.')[0];
  switch (part) {
    case 'materials':
      return text('impact.check.material');
    case 'lab':
      return text('impact.check.lab');
    case 'category':
      return text('impact.check.category');
    case 'programme':
      return text('impact.check.programme');
    default:
      return text('impact.check.report');
  }
}
