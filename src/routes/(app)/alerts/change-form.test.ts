import { expect, test } from 'vitest';
import { readAlertChange, readAlertIds } from './change-form.ts';

const [ONE, TWO] = ['0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77', '1b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77'];

function formOf(said: readonly (readonly [string, string])[]): FormData {
  const form = new FormData();
  for (const [name, value] of said) form.append(name, value);
  return form;
}

test('takes each ticked alert once and nothing that is no id', () => {
  const ticked = [ONE, TWO, ONE, 'x'].map((id) => ['id', id] as const);
  expect(readAlertIds(formOf(ticked))).toEqual([ONE, TWO]);
});

test('changes only what was said', () => {
  expect(readAlertChange(formOf([]))).toEqual({ state: undefined });
  expect(readAlertChange(formOf([['owner_id', ONE]]))).toEqual({ state: undefined, owner_id: ONE });
  expect(readAlertChange(formOf([['owner_id', 'nobody']]))).toEqual({ state: undefined, owner_id: null });
  expect(readAlertChange(formOf([['due_on', '']]))).toEqual({ state: undefined, due_on: null });
});

test('reads a note as the reason of an exclusion, and as a comment else', () => {
  expect(
    readAlertChange(
      formOf([
        ['state', 'excluded'],
        ['note', '不适用'],
      ]),
    ),
  ).toEqual({
    state: 'excluded',
    reason: '不适用',
  });
  expect(
    readAlertChange(
      formOf([
        ['state', 'done'],
        ['note', '已办'],
      ]),
    ),
  ).toEqual({ state: 'done', comment: '已办' });
});
