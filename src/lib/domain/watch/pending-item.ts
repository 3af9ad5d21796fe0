/**
 * What is awaited, from its announcement to its force. Any step forward is legal, one over several states too;
 * a step back needs a reason. What is withdrawn is over, and taking it up again is a step back.
 */
export const PENDING_STATES = [
  'announced',
  'under_study',
  'drafted',
  'consultation',
  'issued',
  'in_force',
  'withdrawn',
] as const;
export type PendingState = (typeof PENDING_STATES)[number];

/** Those in which something is still awaited; `in_force` and `withdrawn` end it. */
export const AWAITED_STATES: readonly PendingState[] = PENDING_STATES.slice(0, -2);

export type Step =
  { ok: true; is_step_back: boolean } | { ok: false; problem: 'same_state' | 'reason_missing' };

/** Whether a pending item may go from one state to another, and whether that is a step back. */
export function stepTo(from: PendingState, to: PendingState, reason: string | null): Step {
  if (from === to) return { ok: false, problem: 'same_state' };
  const is_step_back = PENDING_STATES.indexOf(to) < PENDING_STATES.indexOf(from);
  if (is_step_back && !reason?.trim()) return { ok: false, problem: 'reason_missing' };
  return { ok: true, is_step_back };
}

export const SIGNAL_STATES = ['open', 'confirmed', 'dismissed', 'duplicate'] as const;
export type SignalState = (typeof SIGNAL_STATES)[number];
export const SIGNAL_DECISIONS = ['confirmed', 'dismissed', 'duplicate'] as const;
export type SignalDecision = (typeof SIGNAL_DECISIONS)[number];
