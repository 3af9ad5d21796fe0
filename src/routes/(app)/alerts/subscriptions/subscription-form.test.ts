import { expect, test } from 'vitest';
import { readSubscriptionForm } from './subscription-form.ts';

function form(fields: Record<string, string | string[]>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) data.append(name, one);
  return data;
}

test('reads lists as people type them in either script, each thing once', () => {
  const read = readSubscriptionForm(
    form({
      provisions: '第4.12条，４.８、clause 4.12',
      instruments: ' gb-31701-2026 ',
      channels: ['email', 'inbox'],
    }),
  );
  expect(read.provisions).toEqual(['4.12', '4.8']);
  expect(read.instruments).toEqual(['gb-31701-2026']);
  expect(read.pending_items).toBeNull();
  expect(read.channels).toEqual(['inbox', 'email']);
});

test('takes no half of the quiet hours, and at once for a pace that there is not', () => {
  expect(readSubscriptionForm(form({ quiet_from: '22:00', mode: 'yearly' }))).toMatchObject({
    quiet_hours: null,
    mode: 'immediate',
  });
  expect(readSubscriptionForm(form({ quiet_from: '22:00', quiet_to: '07:00' })).quiet_hours).toEqual({
    from: '22:00',
    to: '07:00',
  });
});
