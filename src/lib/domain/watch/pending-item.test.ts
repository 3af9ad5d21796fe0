import { describe, expect, it } from 'vitest';
import { PENDING_STATES, stepTo } from './pending-item.ts';

describe('stepTo', () => {
  it('lets every step forward, over several states too', () => {
    PENDING_STATES.forEach((from, index) => {
      for (const to of PENDING_STATES.slice(index + 1))
        expect(stepTo(from, to, null)).toEqual({ ok: true, is_step_back: false });
    });
  });

  it('asks a reason for every step back, from withdrawn too', () => {
    PENDING_STATES.forEach((from, index) => {
      for (const to of PENDING_STATES.slice(0, index)) {
        expect(stepTo(from, to, ' ')).toEqual({ ok: false, problem: 'reason_missing' });
        expect(stepTo(from, to, 'a wrong report')).toEqual({ ok: true, is_step_back: true });
      }
    });
  });

  it('is no step to stay', () => {
    expect(stepTo('issued', 'issued', 'reason')).toEqual({ ok: false, problem: 'same_state' });
  });
});
