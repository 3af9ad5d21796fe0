import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossCheck, proposeMapping, readAnnexLines } from './annex.ts';
import { diffParameters } from './diff-parameters.ts';
import { fieldOfPath, PARAMETER_FIELDS } from './parameter-fields.ts';
import { CHECK_CODES, eligibilityParametersSchema, type EligibilityParameters } from './parameters.ts';

const RUNS = process.env.LONG ? 2_000 : 100;

const PARAMETERS: EligibilityParameters = {
  kind: 'eligibility',
  standard: { instrument: 'sample-2026', standard_no: 'GB 99999-2026', clause: null },
  slots: Array.from({ length: 12 }, (_, index) => ({
    slot: index + 1,
    clause: `4.${index + 1}`,
    topic: { 8: 'torque', 11: 'burn-rate' }[index + 1] ?? null,
    confirmed: index === 7,
  })),
  report_age_days: { value: 90, clause: '3.1' },
  programme: { offices: ['3100'], launched_on: '2026-05-13', closed_on: null, clause: null },
  accreditation: { schemes: ['cnas'], needs_scope: true, clause: null },
  categories: { listed: ['crib', 'walker'], catalogue_size: 37, catalogue_complete: false, clause: null },
  materials: {
    limits: [{ substance: 'lead', operator: 'lt', value: 100, unit: 'ppm', clause: null }],
    phthalate_free: true,
    flame_retardants_declared: true,
    clause: null,
  },
  pending_interpretation: 'caveat',
  blocks: {
    'programme.open': true,
    'category.listed': true,
    'category.alignment': true,
    'report.standard_edition': true,
    'report.full_scope': true,
    'report.clause': true,
    'report.age': true,
    'lab.accreditation': true,
    'lab.scope': true,
    'materials.declaration': false,
  },
};

describe('the schema of parameters', () => {
  it('accepts the reference rule', () => {
    expect(eligibilityParametersSchema.safeParse(PARAMETERS).success).toBe(true);
  });

  const slots = PARAMETERS.slots;
  it.each([
    ['a slot that stands twice', { slots: [...slots.slice(0, 11), { ...slots[0], clause: null }] }],
    [
      'a clause in two slots',
      { slots: [...slots.slice(0, 11), { slot: 12, clause: '4.1', topic: null, confirmed: false }] },
    ],
    ['eleven slots', { slots: slots.slice(0, 11) }],
    ['a day that does not exist', { programme: { ...PARAMETERS.programme, launched_on: '2026-02-30' } }],
    ['half a day', { report_age_days: { value: 90.5, clause: null } }],
    ['an office of three digits', { programme: { ...PARAMETERS.programme, offices: ['310'] } }],
    ['a field that it does not know', { report_age: 90 }],
    ['a check that says nothing', { blocks: {} }],
  ])('refuses %s', (_, change) => {
    expect(eligibilityParametersSchema.safeParse({ ...PARAMETERS, ...change }).success).toBe(false);
  });
});

describe('diffParameters', () => {
  it('names the field, what it was and what it is', () => {
    const after = { ...PARAMETERS, report_age_days: { value: 60, clause: '3.2' } };
    const changes = diffParameters(PARAMETERS, after);
    expect(changes.map(({ path, change, before, after: value }) => [path, change, before, value])).toEqual([
      ['report_age_days.value', 'changed', 90, 60],
      ['report_age_days.clause', 'changed', '3.1', '3.2'],
    ]);
    expect(changes[0]?.change_percent).toBeCloseTo(-33.33, 1);
    expect(changes[1]?.change_percent).toBeNull();
  });

  it('compares members of lists by what they are, whatever their order', () => {
    const after: EligibilityParameters = {
      ...PARAMETERS,
      slots: [...PARAMETERS.slots]
        .reverse()
        .map((slot) => (slot.slot === 1 ? { ...slot, topic: 'phthalates' } : slot)),
      categories: { ...PARAMETERS.categories, listed: ['pacifier', 'crib'] },
      materials: {
        ...PARAMETERS.materials,
        limits: [{ substance: 'lead', operator: 'le', value: 90, unit: 'ppm', clause: null }],
      },
    };
    expect(diffParameters(PARAMETERS, after).map(({ path, change }) => `${change} ${path}`)).toEqual([
      'changed slots.1.topic',
      'removed categories.listed.walker',
      'changed materials.limits.lead.operator',
      'changed materials.limits.lead.value',
      'added categories.listed.pacifier',
    ]);
  });

  it('finds nothing in equal parameters and everything in new ones', () => {
    expect(diffParameters(PARAMETERS, structuredClone(PARAMETERS))).toEqual([]);
    expect(diffParameters(null, PARAMETERS).every(({ change }) => change === 'added')).toBe(true);
  });
});

describe('the fields of the form', () => {
  it('name a field for every change that there can be', () => {
    const paths = diffParameters(null, PARAMETERS).map(({ path }) => path);
    const nameless = paths.filter((path) => path !== 'kind' && !fieldOfPath(path));
    expect(nameless).toEqual([]);
    expect(PARAMETER_FIELDS.filter(({ path }) => path.startsWith('blocks.'))).toHaveLength(
      CHECK_CODES.length,
    );
  });

  it('have names of their own', () => {
    const labels = PARAMETER_FIELDS.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  });
});

describe('the annex of mandatory tests', () => {
  const annex = readAnnexLines(
    '序号\t条款\t检测项目\n1\t4.8\t示例扭矩测试\n2\t4.11\t示例燃烧测试\n3\t\t示例邻苯',
  );

  it('is read from its table, with clause and title', () => {
    expect(annex.map(({ clause, title }) => [clause, title])).toEqual([
      ['4.8', '示例扭矩测试'],
      ['4.11', '示例燃烧测试'],
      [null, '示例邻苯'],
    ]);
  });

  it('is read from a list as well', () => {
    expect(
      readAnnexLines('4.8 示例扭矩测试\n\n4.11　示例燃烧测试').map(({ clause, title }) => [clause, title]),
    ).toEqual([
      ['4.8', '示例扭矩测试'],
      ['4.11', '示例燃烧测试'],
    ]);
  });

  it('is mapped to slots as a proposal, which a person confirms', () => {
    const proposed = proposeMapping(annex, PARAMETERS.slots);
    expect(proposed.map(({ slot, confirmed }) => [slot, confirmed])).toEqual([
      [8, false],
      [11, false],
      [null, false],
    ]);
    const confirmed = proposed.map((line) =>
      line.line === 3 ? { ...line, slot: 1, confirmed: true } : line,
    );
    expect(proposeMapping(confirmed, PARAMETERS.slots)[2]).toMatchObject({ slot: 1, confirmed: true });
  });
});

describe('crossCheck', () => {
  const rule = {
    slots: PARAMETERS.slots,
    annex: [{ line: 1, title: '示例邻苯', clause: null, slot: 1, confirmed: true }],
  };
  const states = (items: { clause: string | null; topic?: string }[]) =>
    crossCheck(items, rule)
      .slots.filter(({ state }) => state === 'matched')
      .map(({ slot, matched_by }) => `${slot} by ${matched_by ?? ''}`);

  it('matches by clause in any spelling, below it too, and by topic or the words of the annex', () => {
    expect(states([{ clause: '第4.8条' }])).toEqual(['8 by clause']);
    expect(states([{ clause: '4.8.1' }, { clause: '4.8.2' }])).toEqual(['8 by clause']);
    expect(states([{ clause: null, topic: 'Burn rate' }])).toEqual(['11 by topic']);
    expect(states([{ clause: '示例邻苯' }])).toEqual(['1 by topic']);
  });

  it('does not take 4.1 for 4.11, nor a clause of another part for a requirement', () => {
    expect(states([{ clause: '4.1' }])).toEqual(['1 by clause']);
    expect(crossCheck([{ clause: '5.2' }, { clause: null }], rule).unmatched_items).toEqual([0, 1]);
  });

  it('is of full scope with all twelve, and names what is missing', () => {
    const all = PARAMETERS.slots.map(({ clause }) => ({ clause }));
    expect(crossCheck(all, rule).is_full_scope).toBe(true);
    const partial = crossCheck(
      all.filter(({ clause }) => clause !== '4.8' && clause !== '4.11'),
      rule,
    );
    expect(partial.is_full_scope).toBe(false);
    expect(partial.slots.filter(({ state }) => state === 'missing').map(({ slot }) => slot)).toEqual([8, 11]);
  });

  it('counts every item once, so that no test stands for two requirements', () => {
    const item = fc.record({
      clause: fc.option(fc.constantFrom('4.1', '4.8', '4.8.1', '4.12', '5.1', '示例邻苯', 'torque')),
      topic: fc.option(fc.constantFrom('torque', 'burn-rate', '示例邻苯', 'other'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 15 }), (items) => {
        const { slots, unmatched_items } = crossCheck(items, rule);
        const used = [...slots.flatMap((slot) => slot.items), ...unmatched_items].sort((a, b) => a - b);
        expect(used).toEqual([...items.keys()]);
      }),
      { numRuns: RUNS },
    );
  });
});
