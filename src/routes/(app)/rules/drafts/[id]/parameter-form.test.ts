import { describe, expect, it } from 'vitest';
import { eligibilityParametersSchema, type EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import { parametersOfValues, readParameterValues, valuesOfParameters } from './parameter-form.ts';

const PARAMETERS: EligibilityParameters = {
  kind: 'eligibility',
  standard: { instrument: 'gb-31701-2026', standard_no: 'GB 31701-2026', clause: null },
  slots: Array.from({ length: 12 }, (_, index) => ({
    slot: index + 1,
    clause: index === 3 ? null : `4.${index + 1}`,
    topic: index === 7 ? 'torque' : null,
    confirmed: index === 7,
  })),
  report_age_days: { value: 90, clause: '3' },
  programme: { offices: ['3100', '3104'], launched_on: '2026-05-13', closed_on: null, clause: null },
  accreditation: { schemes: ['cnas', 'cma'], needs_scope: true, clause: null },
  categories: { listed: ['crib', 'walker'], catalogue_size: 37, catalogue_complete: false, clause: null },
  materials: {
    limits: [
      { substance: 'heavy-metals', operator: 'lt', value: 100, unit: 'ppm', clause: null },
      { substance: 'dehp', operator: 'le', value: 0.1, unit: '%', clause: '5.1' },
    ],
    phthalate_free: true,
    flame_retardants_declared: false,
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
    'report.age': false,
    'lab.accreditation': true,
    'lab.scope': true,
    'materials.declaration': false,
  },
};

const form = () => new Map(Object.entries(valuesOfParameters(PARAMETERS)));
const sent = (values: Map<string, string>) =>
  eligibilityParametersSchema.safeParse(
    parametersOfValues(readParameterValues((name) => values.get(name) ?? '')),
  );

describe('the form of parameters', () => {
  it('gives back what it shows', () => {
    expect(sent(form()).data).toEqual(PARAMETERS);
  });

  it('reads full-width digits and members parted as people part them', () => {
    const values = form().set('report_age_days.value', '６０').set('programme.offices', '3100、3105');
    expect(sent(values).data).toMatchObject({
      report_age_days: { value: 60 },
      programme: { offices: ['3100', '3105'] },
    });
  });

  it('leaves out a limit whose row was emptied', () => {
    const values = form();
    for (const part of ['substance', 'value', 'unit']) values.set(`materials.limits.0.${part}`, '');
    expect(sent(values).data?.materials.limits).toEqual([PARAMETERS.materials.limits[1]]);
  });

  it('names the fields that cannot be as they are', () => {
    const values = form().set('report_age_days.value', 'ninety').set('materials.limits.1.unit', '');
    values.set('slots.0.clause', '4.2').set('programme.launched_on', '2026-02-30');
    const places = sent(values).error?.issues.map(({ path }) => path.join('.'));
    expect(places?.toSorted()).toEqual([
      'materials.limits.1.unit',
      'programme.launched_on',
      'report_age_days.value',
      'slots',
    ]);
  });

  it('begins empty, with every check blocking', () => {
    const values = valuesOfParameters(null);
    expect(values['report_age_days.value']).toBe('');
    expect(values['blocks.report.age']).toBe('on');
  });
});
