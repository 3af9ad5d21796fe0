import { describe, expect, it } from 'vitest';
import { approve, edit, isTranslationOlder, legalStateOn, publish, withdraw } from './version.ts';

const DRAFT = { workflow: 'draft', drafted_by: 'analyst', approved_by: null } as const;
const APPROVED = { workflow: 'approved', drafted_by: 'analyst', approved_by: 'approver' } as const;
const LAW = {
  stage: 'published',
  valid_from: '2026-06-01',
  valid_to: null,
  is_repeal: false,
  corrects: null,
} as const;
const STANDING = { recorded_at: new Date(0), withdrawn_at: null };

describe('the workflow of a version', () => {
  it('is approved by another actor than its drafter', () => {
    expect(approve(DRAFT, 'approver', { allows_one_person: false })).toEqual({
      ok: true,
      value: { workflow: 'approved', approved_by: 'approver', is_one_person: false },
    });
    expect(approve(DRAFT, 'analyst', { allows_one_person: false })).toEqual({
      ok: false,
      reason: 'drafter_approves',
    });
  });

  it('says so where the operator lets one person do both', () => {
    expect(approve(DRAFT, 'analyst', { allows_one_person: true })).toMatchObject({
      value: { is_one_person: true },
    });
  });

  it('is approved once, and after an edit again, by someone other than the editor', () => {
    expect(approve(APPROVED, 'approver', { allows_one_person: false })).toMatchObject({
      reason: 'not_a_draft',
    });
    const edited = edit(APPROVED, 'approver');
    expect(edited).toEqual({
      ok: true,
      value: { workflow: 'draft', drafted_by: 'approver', approved_by: null },
    });
    expect(edited.ok && approve(edited.value, 'approver', { allows_one_person: false }).ok).toBe(false);
  });

  it.each(['published', 'withdrawn'] as const)('is not edited once %s', (workflow) => {
    expect(edit({ ...APPROVED, workflow }, 'analyst')).toEqual({ ok: false, reason: 'not_a_draft' });
  });

  it('is published when it is approved and whole', () => {
    const whole = { provision_count: 12, corrected: null };
    expect(publish({ ...APPROVED, ...LAW }, whole)).toEqual({ ok: true, value: { workflow: 'published' } });
    expect(publish({ ...DRAFT, ...LAW }, whole)).toMatchObject({ reason: 'not_approved' });
    expect(publish({ ...APPROVED, ...LAW, valid_from: null }, whole)).toMatchObject({
      reason: 'valid_from_missing',
    });
    expect(publish({ ...APPROVED, ...LAW, valid_to: '2026-05-31' }, whole)).toMatchObject({
      reason: 'valid_to_before_valid_from',
    });
    expect(publish({ ...APPROVED, ...LAW }, { ...whole, provision_count: 0 })).toMatchObject({
      reason: 'no_provisions',
    });
  });

  it('is published without a body where it repeals, and without a date where it only consults', () => {
    const bare = { provision_count: 0, corrected: null };
    expect(publish({ ...APPROVED, ...LAW, is_repeal: true }, bare).ok).toBe(true);
    const consultation = { ...APPROVED, ...LAW, stage: 'consultation', valid_from: null } as const;
    expect(publish(consultation, { provision_count: 3, corrected: null }).ok).toBe(true);
  });

  it('corrects a record that stands', () => {
    const version = { ...APPROVED, ...LAW, corrects: 'v1' };
    const publishing = (corrected: Parameters<typeof publish>[1]['corrected']) =>
      publish(version, { provision_count: 1, corrected });
    expect(publishing(STANDING).ok).toBe(true);
    expect(publishing(null)).toMatchObject({ reason: 'corrects_unknown' });
    expect(publishing({ ...STANDING, recorded_at: null })).toMatchObject({ reason: 'corrects_unpublished' });
    expect(publishing({ ...STANDING, withdrawn_at: new Date(1) })).toMatchObject({
      reason: 'already_withdrawn',
    });
  });

  it('is withdrawn with a reason, once, and not below a correction that stands', () => {
    const published = { workflow: 'published' } as const;
    const alone = { is_corrected: false };
    expect(withdraw(published, ' Wrong date. ', alone)).toEqual({
      ok: true,
      value: { workflow: 'withdrawn', reason: 'Wrong date.' },
    });
    expect(withdraw(published, '  ', alone)).toMatchObject({ reason: 'reason_missing' });
    expect(withdraw({ workflow: 'withdrawn' }, 'Again.', alone)).toMatchObject({
      reason: 'already_withdrawn',
    });
    expect(withdraw(published, 'Wrong.', { is_corrected: true })).toMatchObject({
      reason: 'already_corrected',
    });
  });
});

describe('legalStateOn', () => {
  const version = { ...LAW, partly_replaced_from: null };

  it('follows the dates of a published text', () => {
    expect(legalStateOn(version, '2026-05-31')).toBe('published');
    expect(legalStateOn(version, '2026-06-01')).toBe('in_force');
    expect(legalStateOn({ ...version, valid_to: '2026-12-31' }, '2026-12-31')).toBe('in_force');
    expect(legalStateOn({ ...version, valid_to: '2026-12-31' }, '2027-01-01')).toBe('repealed');
    expect(legalStateOn(version, '2026-09-01', '2026-09-01')).toBe('repealed');
    expect(legalStateOn({ ...version, partly_replaced_from: '2026-07-01' }, '2026-07-01')).toBe(
      'partly_replaced',
    );
    expect(legalStateOn({ ...version, is_repeal: true }, '2026-05-31')).toBe('published');
    expect(legalStateOn({ ...version, is_repeal: true }, '2026-06-01')).toBe('repealed');
  });

  it('leaves a consultation what it is, whatever day it proposes', () => {
    expect(legalStateOn({ ...version, stage: 'consultation' }, '2030-01-01')).toBe('consultation');
  });
});

describe('isTranslationOlder', () => {
  const before = {
    text: '不应大于 30 mm/s',
    translation: 'shall not exceed 30 mm/s',
    translation_is_older: false,
  };

  it('marks a translation that stayed while the original changed', () => {
    const { translation } = before;
    expect(isTranslationOlder(before, { text: '不应大于 20 mm/s', translation })).toBe(true);
    expect(isTranslationOlder(before, { text: before.text, translation })).toBe(false);
    expect(
      isTranslationOlder({ ...before, translation_is_older: true }, { text: before.text, translation }),
    ).toBe(true);
    expect(
      isTranslationOlder(before, { text: '不应大于 20 mm/s', translation: 'shall not exceed 20 mm/s' }),
    ).toBe(false);
    expect(isTranslationOlder(before, { text: '不应大于 20 mm/s', translation: null })).toBe(false);
  });
});
