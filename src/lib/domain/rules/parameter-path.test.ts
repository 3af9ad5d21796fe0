import { describe, expect, it } from 'vitest';
import { PARAMETER_FIELDS } from './parameter-fields.ts';
import { namesOfPath, valueAtPath } from './parameter-path.ts';

const PARAMETERS = {
  report_age_days: { value: 90, clause: null },
  programme: { offices: ['3100'] },
  blocks: { 'report.age': false },
};

describe('the value at a path of the parameters', () => {
  it.each([
    ['report_age_days.value', 90],
    ['blocks.report.age', false],
    ['report_age_days.clause', null],
    ['programme.closed_on', null],
    ['nothing.there', null],
  ])('%s', (path, value) => {
    expect(valueAtPath(PARAMETERS, path)).toEqual(value);
  });

  it('is two names deep at most for every field', () => {
    for (const { path } of PARAMETER_FIELDS) expect(namesOfPath(path).length).toBeLessThanOrEqual(2);
  });
});
