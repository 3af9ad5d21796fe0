import { describe, expect, it } from 'vitest';
import { patchOfParts, readParts, valuesOfParts, withAnnexRead } from './parts-form.ts';

const PARTS = {
  relations: [
    { kind: 'partly_replaces', to_slug: 'gb-31701-2015', paths: ['4.8', 'A.2'], note: 'from the foreword' },
  ],
  annex: [{ line: 1, title: '扭矩试验', clause: '4.8', slot: 8, confirmed: true }],
  topics: ['small-parts', 'phthalates'],
} as const;

/** The form as a browser sends it: the rows of both tables, an empty one behind each. */
function sent(values: ReturnType<typeof valuesOfParts>): (name: string) => string {
  const fields = new Map<string, string>([
    ['relations_count', String(values.relations.length + 1)],
    ['annex_count', String(values.annex.length + 1)],
    [`relations.${values.relations.length}.kind`, 'replaces'],
    ['annex_text', values.annex_text],
    ['topics', values.topics],
  ]);
  for (const [index, row] of values.relations.entries())
    for (const [part, value] of Object.entries(row)) fields.set(`relations.${index}.${part}`, value);
  for (const [index, { confirmed, ...row }] of values.annex.entries()) {
    for (const [part, value] of Object.entries(row)) fields.set(`annex.${index}.${part}`, value);
    if (confirmed) fields.set(`annex.${index}.confirmed`, 'on');
  }
  return (name) => fields.get(name) ?? '';
}

describe('the parts of a draft beside its clauses', () => {
  it('come back from the form as they went into it, without the rows left empty', () => {
    const { relations, annex, topics } = PARTS;
    expect(patchOfParts(readParts(sent(valuesOfParts({ relations, annex, topics }))))).toEqual({
      relations: [
        { kind: 'partly_replaces', to: 'gb-31701-2015', paths: ['4.8', 'A.2'], note: 'from the foreword' },
      ],
      annex: [{ title: '扭矩试验', clause: '4.8', slot: 8, confirmed: true }],
      topics: ['small-parts', 'phthalates'],
    });
  });

  it('take full-width digits and both kinds of commas', () => {
    const values = valuesOfParts({ relations: [], annex: [], topics: [] });
    const typed = {
      ...values,
      relations: [{ kind: 'interprets', to: 'gb', paths: '第４．１２条、Clause 4.8，A.2', note: '' }],
      annex: [{ title: '燃烧', clause: '', slot: '１１', confirmed: false }],
    };
    expect(patchOfParts(readParts(sent(typed)))).toMatchObject({
      relations: [{ paths: ['第４．１２条', 'Clause 4.8', 'A.2'], note: null }],
      annex: [{ clause: null, slot: 11 }],
    });
  });

  it('grow by the lines of a pasted annex, each at the requirement that it seems to answer', () => {
    const values = { ...valuesOfParts({ ...PARTS, relations: [] }), annex_text: '4.11 燃烧速率\n小零件' };
    const slots = [{ slot: 11, clause: '4.11', topic: null, confirmed: true }];
    const read = withAnnexRead(values, slots);
    expect(read.annex.map(({ title, slot, confirmed }) => [title, slot, confirmed])).toEqual([
      ['扭矩试验', '8', true],
      ['燃烧速率', '11', false],
      ['小零件', '', false],
    ]);
    expect(read.annex_text).toBe('');
  });
});
