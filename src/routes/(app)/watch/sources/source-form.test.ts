import { describe, expect, it } from 'vitest';
import { emptyForm, firstWrong, isFurtherOpen, readForm, type SourceForm } from './source-form.ts';

const typed = (more: Partial<SourceForm>): SourceForm => ({
  ...emptyForm(),
  name: '公告',
  url: 'https://example.org/notices',
  ...more,
});

describe('the form of a source', () => {
  it('takes what belongs to the chosen kind, and leaves out what was typed for another', () => {
    const read = readForm(
      typed({ kind: 'json', item: '][', pages: 'x', json: '{"rows":"data","title":"name"}' }),
      null,
    );
    expect(read).toMatchObject({ ok: true, input: { kind: 'json', json: { rows: 'data', title: 'name' } } });
    expect(read.ok && read.input.selectors).toBeUndefined();
  });

  it('lets a page or a feed say where its text stands without a selector of items', () => {
    const read = readForm(typed({ kind: 'page', item: 'li', detail_body: '#text' }), null);
    expect(read).toMatchObject({ ok: true, input: { selectors: { detail_body: '#text' } } });
  });

  it('names what is missing for the kind, before anything is asked', () => {
    expect(readForm(typed({ item: '' }), null)).toEqual({ ok: false, fields: { item: 'missing' } });
    expect(readForm(typed({ kind: 'json' }), null)).toEqual({ ok: false, fields: { json: 'missing' } });
  });

  it('reads full-width digits, and opens the further settings where one of them is wrong', () => {
    expect(readForm(typed({ interval_minutes: '１２０' }), null)).toMatchObject({
      input: { interval_minutes: 120 },
    });
    const read = readForm(typed({ interval_minutes: '1', url: 'example.org' }), null);
    if (read.ok) expect.unreachable();
    expect(firstWrong(read.fields)).toBe('url');
    expect(isFurtherOpen(typed({}), read.fields)).toBe(true);
    expect(isFurtherOpen(typed({}), {})).toBe(false);
  });
});
