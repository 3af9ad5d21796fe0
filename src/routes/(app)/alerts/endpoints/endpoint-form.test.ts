import { expect, test } from 'vitest';
import { readEndpointForm, readOverlapHours } from './endpoint-form.ts';

function formOf(said: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(said)) form.set(name, value);
  return form;
}

test('reads an address with what it is', () => {
  expect(
    readEndpointForm(
      formOf({
        url: ' https://example.org/hook ',
        format: 'dingtalk',
        secret: 'SEC1',
        description: '合规群',
      }),
    ),
  ).toEqual({
    ok: true,
    input: {
      url: 'https://example.org/hook',
      format: 'dingtalk',
      secret: 'SEC1',
      description: '合规群',
      is_asymmetric: false,
    },
  });
});

test('refuses a secret that could sign nothing, and a description that is a letter', () => {
  expect(readEndpointForm(formOf({ url: 'https://example.org', secret: 'SEC1' }))).toMatchObject({
    ok: false,
    code: 'secret_unusable',
  });
  expect(
    readEndpointForm(formOf({ url: 'https://example.org', description: '长'.repeat(201) })),
  ).toMatchObject({
    ok: false,
    code: 'description_long',
  });
});

test('takes hours in either width, a day when none are said, and a week at most', () => {
  expect(['４８', '', 'soon', '-1', '1000'].map(readOverlapHours)).toEqual([48, 24, 24, 0, 168]);
});
