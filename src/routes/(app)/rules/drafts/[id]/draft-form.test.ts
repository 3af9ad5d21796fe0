import { describe, expect, it } from 'vitest';
import { arranged, EMPTY_PROVISION, patchOfValues, readDraftForm } from './draft-form.ts';

const list = ['4.1', '4.2', '4.3'].map((path) => ({ ...EMPTY_PROVISION, path }));
const paths = (act: string) => arranged(list, act).map(({ path }) => path);

describe('the order of the provisions', () => {
  it.each([
    ['add:0', ['4.1', '', '4.2', '4.3']],
    ['add:-1', ['', '4.1', '4.2', '4.3']],
    ['remove:1', ['4.1', '4.3']],
    ['up:2', ['4.1', '4.3', '4.2']],
    ['down:0', ['4.2', '4.1', '4.3']],
    ['up:0', ['4.1', '4.2', '4.3']],
    ['down:2', ['4.1', '4.2', '4.3']],
    ['remove:9', ['4.1', '4.2', '4.3']],
  ])('after %s', (act, expected) => {
    expect(paths(act)).toEqual(expected);
  });
});

describe('the editor that was sent', () => {
  it('keeps a text as it was typed, and empties what was emptied', () => {
    const form = new FormData();
    for (const [name, value] of [
      ['revision', '3'],
      ['label', ' 1.3 '],
      ['provision_count', '1'],
      ['provisions.0.path', '4.12'],
      ['provisions.0.text', '一\r\n  二'],
      ['provisions.0.confirmed', 'on'],
    ] as const)
      form.set(name, value);
    expect(patchOfValues(readDraftForm(form))).toMatchObject({
      revision: 3,
      label: '1.3',
      valid_to: null,
      parameters: null,
      provisions: [{ path: '4.12', text: '一\n  二', title: null, confirmed: true }],
    });
  });
});
