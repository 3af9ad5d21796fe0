import { describe, expect, it } from 'vitest';
import { nextStep } from './next-step.ts';

const analyst = { id: 'a', drafts: true, decides: false, allows_one_person: false };
const approver = { id: 'b', drafts: true, decides: true, allows_one_person: false };
const draft = { workflow: 'draft', writer_ids: ['a'] } as const;

describe('the next step with a version', () => {
  it('is the approval for an approver who wrote none of it', () => {
    expect(nextStep(draft, approver)).toBe('approve');
  });

  it('is another approver’s where the reader wrote it, unless one person may do both', () => {
    const own = { workflow: 'draft', writer_ids: ['a', 'b'] } as const;
    expect(nextStep(own, approver)).toBe('other_approves');
    expect(nextStep(own, { ...approver, allows_one_person: true })).toBe('approve');
  });

  it('is to go on writing for an analyst, and nothing but waiting for a reader', () => {
    expect(nextStep(draft, analyst)).toBe('edit');
    expect(nextStep(draft, { ...analyst, drafts: false })).toBe('approver');
  });

  it('is the publication once it is approved', () => {
    const approved = { workflow: 'approved', writer_ids: ['a'] } as const;
    expect([nextStep(approved, approver), nextStep(approved, analyst)]).toEqual(['publish', 'publisher']);
  });
});
