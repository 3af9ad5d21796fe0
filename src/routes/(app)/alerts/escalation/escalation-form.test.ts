import { expect, test } from 'vitest';
import { readEscalationForm } from './escalation-form.ts';

const DEPUTY = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

test('reads days in full-width digits, and an empty field as not at all', () => {
  expect(
    readEscalationForm(
      form({ deputy_id: DEPUTY, deputy_days: '３０', executive_days: ' ', patience_hours: '24' }),
    ),
  ).toEqual({ deputy_id: DEPUTY, deputy_days: 30, executive_days: null, patience_hours: 24 });
});

test.each([
  { deputy_days: '366', executive_days: '7', patience_hours: '24' },
  { deputy_days: '30', executive_days: '-1', patience_hours: '24' },
  { deputy_days: '30', executive_days: '7', patience_hours: '' },
  { deputy_days: '1.5', executive_days: '7', patience_hours: '24' },
])('refuses what is no number of days or hours: %o', (fields) => {
  expect(readEscalationForm(form(fields))).toBeNull();
});
