import { expect, test } from 'vitest';
import { decisionInput, items } from '../../../../tests/support/eligibility.ts';
import { decisionInputSchema } from './engine/input.ts';
import { fieldsOf, questionBody, readCheckFields, readPastedItems, rowsFor } from './check-form.ts';

const SLOTS = [
  { clause: '4.8', topic: 'torque' },
  { clause: '4.11', topic: 'burn-rate' },
  { clause: null, topic: 'small-parts' },
];

test('reads back what was decided on as the same question', () => {
  const input = decisionInput({
    report: { items: items({ '4.8': { result: '0.5 N·m', accredited: false } }) },
  });
  const body = questionBody(fieldsOf(input, 'S-1'));
  expect(body.reference).toBe('S-1');
  const again = decisionInputSchema.parse({ ...body, customs_office: input.customs_office });
  expect(again.report.items[7]).toMatchObject({ clause: '4.8', accredited: false, result: '0.5 N·m' });
  expect(again.materials).toHaveLength(1);
});

test('leaves out rows without a verdict and components without a name', () => {
  const sent = new Map([
    ['item_clause', ['4.8', '4.11']],
    ['item_verdict', ['pass', '']],
    ['item_outside', ['0']],
    ['material_component', ['', 'Paint']],
    ['material_phthalate_free', ['yes', 'no']],
  ]);
  const body = questionBody(readCheckFields((name) => sent.get(name) ?? []));
  expect(body).toMatchObject({
    report: { items: [{ clause: '4.8', verdict: 'pass', accredited: false }] },
    materials: [{ component: 'Paint', declares: { phthalate_free: false } }],
  });
});

test.each([
  [
    '4.8\t合格\t0.52 N·m\t≥ 0.34 N·m',
    { clause: '4.8', verdict: 'pass', result: '0.52 N·m', limit: '≥ 0.34 N·m' },
  ],
  [
    '第4.11条 | 燃烧速率 | ≤ 30 mm/s | 23 mm/s | P',
    { clause: '4.11', verdict: 'pass', result: '23 mm/s', limit: '≤ 30 mm/s' },
  ],
  ['4.12 不合格', { clause: '4.12', verdict: 'fail', result: '', limit: '' }],
  ['burn rate; N/A', { clause: 'burn rate', verdict: 'not_applicable' }],
])('reads the pasted row %j', (line, item) => {
  expect(readPastedItems(line)).toMatchObject([item]);
});

test('takes no head and no prose for a test', () => {
  expect(readPastedItems('Clause\tResult\n\nThis page ends here')).toEqual([]);
});

test('has a row for each requirement, and what answers none behind them', () => {
  const known = readPastedItems('4.11 pass\n9.9 fail');
  expect(rowsFor(SLOTS, known).map(({ clause, verdict }) => [clause, verdict])).toEqual([
    ['4.8', ''],
    ['4.11', 'pass'],
    ['small-parts', ''],
    ['9.9', 'fail'],
  ]);
});
