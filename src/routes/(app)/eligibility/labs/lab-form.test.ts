import { expect, test } from 'vitest';
import type { LabRecord } from '#lib/domain/eligibility/lab.ts';
import { labTyped, readLabForm } from './lab-form.ts';

const RECORD: LabRecord = {
  id: '0199aaaa-0000-7000-8000-000000000001',
  cnas_id: 'CNAS L0101',
  name: 'Sample Laboratory',
  name_zh: '示例实验室',
  status: 'verified',
  valid_from: '2024-01-01',
  valid_to: '2029-12-31',
  sites: [
    { name: 'Ningbo', address: '1 Sample Road; gate 2', is_accredited: true },
    { name: 'Yuyao', address: null, is_accredited: false },
  ],
  scope: [{ standard: 'GB 31701-2026', clauses: ['4.8'], limitation: 'textile; no foam' }],
  evidence: 'Entry of the registry',
  evidence_document_id: '0199aaaa-0000-7000-8000-000000000002',
  verified_at: new Date('2026-05-01T09:00:00+08:00'),
  verified_by: 'Ann Sample',
  note: null,
  recorded_at: new Date('2026-05-01T09:00:01+08:00'),
};

function recorded(change: Record<string, string>) {
  const read = readLabForm({ ...labTyped(RECORD, 'zh-CN'), ...change }, RECORD);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.input;
}

test('records a suspension and keeps sites, scope, evidence and the hour of the verification', () => {
  const { id: _, recorded_at: __, ...known } = RECORD;
  expect(recorded({ status: 'suspended' })).toEqual({ ...known, status: 'suspended' });
});

test('drops the document with the evidence that it stood for, and the hour with the day', () => {
  expect(recorded({ evidence: 'A letter', verified_on: '2026-06-01' })).toMatchObject({
    evidence_document_id: null,
    verified_at: new Date('2026-06-01T00:00:00+08:00'),
  });
});
