import { describe, expect, test } from 'vitest';
import { labOnDay, readCnasId, type LabRecord } from './lab.ts';

describe('the number of a laboratory', () => {
  test.each([
    ['CNAS L1234', 'CNAS L1234'],
    ['CNASL0290', 'CNAS L0290'],
    ['L290', 'CNAS L0290'],
    ['CNAS\u00a0L0142', 'CNAS L0142'],
    ['ＣＮＡＳ　Ｌ０１４２', 'CNAS L0142'],
    ['中国认可 国际互认 检测 TESTING CNAS L0142', 'CNAS L0142'],
    ['cnas no. l12345', 'CNAS L12345'],
    ['证书号：CNAS L0142，CNAS L0142', 'CNAS L0142'],
  ])('is read from %j', (written, cnas_id) => {
    expect(readCnasId(written)).toEqual({ ok: true, cnas_id, kind: 'testing' });
  });

  test.each([
    ['CNAS IB0123', 'inspection'],
    ['CNAS C0012', 'certification'],
    ['CNAS PT0012', 'other'],
  ])('of another kind of body is told apart: %j', (written, kind) => {
    expect(readCnasId(written)).toMatchObject({ ok: true, kind });
  });

  test.each([
    ['', 'unreadable'],
    ['CNAS', 'unreadable'],
    ['XL1234', 'unreadable'],
    ['L12', 'unreadable'],
    ['L1234567', 'unreadable'],
    ['CNAS L1234 / L1235', 'ambiguous'],
  ])('is not guessed from %j', (written, problem) => {
    expect(readCnasId(written)).toEqual({ ok: false, problem });
  });
});

describe('the register on a day', () => {
  const record = (given: Partial<LabRecord>): LabRecord => ({
    id: 'r',
    cnas_id: 'CNAS L1234',
    name: 'Sample laboratory',
    name_zh: null,
    status: 'verified',
    valid_from: '2024-01-01',
    valid_to: '2029-12-31',
    sites: [],
    scope: [],
    evidence: 'registry',
    evidence_document_id: null,
    verified_at: new Date('2026-05-01T00:00:00Z'),
    verified_by: null,
    note: null,
    recorded_at: new Date('2026-05-01T00:00:00Z'),
    ...given,
  });
  const later = (day: string) => new Date(`${day}T00:00:00Z`);
  const suspension = record({
    status: 'suspended',
    valid_from: '2026-06-01',
    valid_to: '2026-06-30',
    recorded_at: later('2026-06-03'),
  });

  test('says nothing before the first record, and what the newest record of the day says after', () => {
    const history = [suspension, record({})];
    expect(labOnDay(history, '2023-12-31')).toBeNull();
    expect(labOnDay(history, '2026-05-31')?.status).toBe('verified');
    expect(labOnDay(history, '2026-06-01')?.status).toBe('suspended');
    expect(labOnDay(history, '2026-06-30')?.status).toBe('suspended');
    expect(labOnDay(history, '2026-07-01')?.status).toBe('verified');
  });

  test('calls a laboratory expired after its last day, and a withdrawn one withdrawn', () => {
    expect(labOnDay([record({})], '2029-12-31')?.status).toBe('verified');
    expect(labOnDay([record({})], '2030-01-01')?.status).toBe('expired');
    const withdrawn = record({
      status: 'withdrawn',
      valid_from: '2026-08-01',
      recorded_at: later('2026-08-02'),
    });
    expect(labOnDay([record({}), withdrawn], '2030-01-01')?.status).toBe('withdrawn');
  });
});
