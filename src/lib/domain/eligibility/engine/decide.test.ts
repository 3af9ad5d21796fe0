import { describe, expect, test } from 'vitest';
import type { LabRecord } from '#lib/domain/eligibility/lab.ts';
import type { CheckCode, EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import {
  CLAUSES,
  compiled,
  decisionInput,
  items,
  labRecord,
  parameters,
  register,
  ruleSet,
} from '../../../../../tests/support/eligibility.ts';
import { compile } from './compile.ts';
import { decide } from './decide.ts';
import type { DecisionInput, ReportItemInput } from './input.ts';
import type { Check, Verdict } from './verdict.ts';

type Setting = { parameters?: Partial<EligibilityParameters>; labs?: readonly LabRecord[] };

function verdictOf(changes: Parameters<typeof decisionInput>[0] = {}, setting: Setting = {}): Verdict {
  return decide(compiled(setting), decisionInput(changes));
}

function check(verdict: Verdict, code: CheckCode, clause?: string): Check {
  const found = verdict.checks.find(
    (one) => one.code === code && (clause === undefined || one.clause === clause),
  );
  if (!found) throw new Error(`no check ${code} ${clause ?? ''}`);
  return found;
}

test('a full report of a verified laboratory is green, with the caveat of the pending clause', () => {
  const verdict = verdictOf();
  expect(verdict.outcome).toBe('green');
  expect(verdict.caveats.map(({ code, clause }) => [code, clause])).toEqual([['report.clause', '4.12']]);
  expect(verdict.checks).toHaveLength(21);
  expect(check(verdict, 'report.clause', '4.12')).toMatchObject({ result: 'provisional', confirmed: true });
  expect(check(verdict, 'report.clause', '4.1')).toMatchObject({ result: 'pass', slot: 1, confirmed: false });
  expect(verdict.valid_until).toBe('2026-10-30');
  expect(verdict.rule_versions.map(({ instrument }) => instrument)).toEqual([
    'ningbo-customs-notice-2026-017',
    'gb-31701-2026',
  ]);
});

test('every check says what was observed, what is required and why, in both languages', () => {
  const verdict = verdictOf({ report: { standard: 'GB 31701—2015', items: items({ '4.8': null }) } });
  for (const { reason, to_do, result, rule_version_id } of verdict.checks) {
    expect(reason.en).toMatch(/[.]$/);
    expect(reason.zh).toMatch(/[。]$/);
    expect(rule_version_id).not.toBeNull();
    if (result !== 'pass' && result !== 'provisional') expect(to_do).not.toBeNull();
  }
});

describe('the day of declaration', () => {
  test.each<[string, string, string]>([
    ['2026-08-01', 'pass', 'green'],
    ['2026-10-30', 'pass', 'green'],
    ['2026-10-31', 'fail', 'manual_review'],
    ['2026-07-31', 'fail', 'manual_review'],
  ])('counts the age of a report of 2026-08-01 on %s: %s', (declaration_date, result, outcome) => {
    const verdict = verdictOf({ declaration_date });
    expect(check(verdict, 'report.age').result).toBe(result);
    expect(verdict.outcome).toBe(outcome);
  });

  test('before the launch the programme is not open', () => {
    const verdict = verdictOf({ declaration_date: '2026-05-12', report: { issued_on: '2026-05-01' } });
    expect(check(verdict, 'programme.open').result).toBe('fail');
    expect(verdict.outcome).toBe('not_eligible');
    expect(verdict.valid_until).toBeNull();
  });

  test('a closed programme ends the validity of a green verdict', () => {
    const closed = { ...parameters().programme, closed_on: '2026-09-15' };
    const setting = { parameters: { programme: closed } };
    expect(verdictOf({ declaration_date: '2026-09-15' }, setting)).toMatchObject({
      outcome: 'green',
      valid_until: '2026-09-15',
    });
    expect(verdictOf({ declaration_date: '2026-09-16' }, setting).outcome).toBe('not_eligible');
  });
});

test.each([
  ['3104', 'pass'],
  ['3199', 'pass'],
  ['3100', 'pass'],
  ['2941', 'fail'],
  ['5316', 'fail'],
])('office %s: programme.open %s', (customs_office, result) => {
  const verdict = verdictOf({ customs_office });
  expect(check(verdict, 'programme.open').result).toBe(result);
  expect(verdict.outcome).toBe(result === 'pass' ? 'green' : 'not_eligible');
});

describe('the category', () => {
  test('one that is not named is unknown while the catalogue is incomplete, and fails when it is complete', () => {
    const stroller = { product: { category: 'stroller', hs_code: null } };
    expect(check(verdictOf(stroller), 'category.listed').result).toBe('unknown');
    expect(verdictOf(stroller).outcome).toBe('unknown');
    const categories = { ...parameters().categories, catalogue_complete: true };
    expect(verdictOf(stroller, { parameters: { categories } }).outcome).toBe('not_eligible');
  });

  test('is found by its Chinese name', () => {
    expect(verdictOf({ product: { category: '婴儿床' } }).outcome).toBe('green');
  });

  test.each<[string, string | null, string, string]>([
    ['walker', '8715000000', 'pass', 'Plausible'],
    ['walker', '9401.80', 'pass', 'Plausible'],
    ['walker', '9503001000', 'fail', 'Mismatch'],
    ['crib', '9403', 'pass', 'Match'],
    ['pacifier', '3924100000', 'pass', 'Plausible'],
    ['pacifier', '3926909090', 'fail', 'Mismatch'],
    ['crib', '94035', 'unknown', 'no HS code'],
    ['crib', null, 'pass', 'category alone'],
  ])('%s with HS %s: %s', (category, hs_code, result, said) => {
    const found = check(verdictOf({ product: { category, hs_code } }), 'category.alignment');
    expect(found.result).toBe(result);
    expect(found.reason.en).toContain(said);
  });

  test('a report about another kind of product does not fit', () => {
    const found = check(verdictOf({ report: { category: 'walker' } }), 'category.alignment');
    expect(found.result).toBe('fail');
  });
});

test.each<[string, string]>([
  ['GB 31701-2026', 'pass'],
  ['GB31701—2026', 'pass'],
  ['《婴幼儿用品安全技术规范》GB 31701－2026', 'pass'],
  ['GB 6675.1-2014, GB 31701-2026', 'pass'],
  ['GB 31701-2015', 'fail'],
  ['GB/T 31701-2026', 'fail'],
  ['GB 6675.1-2014', 'fail'],
  ['GB 31701', 'unknown'],
  ['GB 31701-2015 / GB 31701-2026', 'unknown'],
  ['', 'unknown'],
])('a report to %j: report.standard_edition %s', (standard, result) => {
  expect(check(verdictOf({ report: { standard } }), 'report.standard_edition').result).toBe(result);
});

describe('each requirement', () => {
  const STATES: readonly [string, Partial<ReportItemInput> | null, string, string][] = [
    ['left out', null, 'missing', 'manual_review'],
    ['failed', { verdict: 'fail' }, 'fail', 'manual_review'],
    ['failed in Chinese', { verdict: '不合格' }, 'fail', 'manual_review'],
    ['not applicable', { verdict: '不适用' }, 'missing', 'manual_review'],
    ['without a verdict', { verdict: '' }, 'unknown', 'unknown'],
    ['in a wrong unit', { result: '12 mm', limit: '≤ 90 mg/kg' }, 'unknown', 'unknown'],
    ['beyond its limit', { result: 120, limit: '≤ 90', unit: 'mg/kg' }, 'fail', 'manual_review'],
    ['with N.D. and no detection limit', { result: 'N.D.', limit: '≤ 90 mg/kg' }, 'unknown', 'unknown'],
  ];
  test.each(CLAUSES.flatMap((clause) => STATES.map((state) => [clause, ...state] as const)))(
    '%s %s',
    (clause, _name, change, result, outcome) => {
      const verdict = verdictOf({ report: { items: items({ [clause]: change }) } });
      expect(check(verdict, 'report.clause', clause).result).toBe(result);
      expect(verdict.outcome).toBe(outcome);
      expect(check(verdict, 'report.full_scope').result).toBe(result === 'missing' ? 'fail' : 'pass');
    },
  );

  test('is answered by the name of its test', () => {
    const by_name = items({ '4.11': { clause: 'burn rate' }, '4.8': { clause: 'test 7', topic: 'torque' } });
    expect(verdictOf({ report: { items: by_name } }).outcome).toBe('green');
  });

  test('passes once where 4.11 stands twice and fails once', () => {
    const twice = [...items(), { clause: '4.11', verdict: 'fail' }];
    expect(check(verdictOf({ report: { items: twice } }), 'report.clause', '4.11').result).toBe('fail');
  });

  test('is not judged by its pass while its interpretation is pending and the rule lets that block', () => {
    expect(verdictOf({}, { parameters: { pending_interpretation: 'block' } }).outcome).toBe('manual_review');
  });
});

describe('the laboratory', () => {
  const suspended = labRecord({
    status: 'suspended',
    valid_from: '2026-07-22',
    valid_to: '2026-07-24',
    recorded_at: new Date('2026-07-22T02:00:00Z'),
  });
  test.each<[string, Partial<DecisionInput['report']>, readonly LabRecord[], string, string]>([
    ['written as on the report', { lab: { cnas_id: 'TESTING CNASL0290' } }, [labRecord()], 'pass', 'pass'],
    ['that nobody knows', { lab: { cnas_id: 'CNAS L9999' } }, [labRecord()], 'unknown', 'unknown'],
    ['that nobody verified', {}, [labRecord({ status: 'unverified' })], 'unknown', 'unknown'],
    ['suspended within the tests', {}, [labRecord(), suspended], 'fail', 'unknown'],
    ['suspended before the tests', { tested_from: '2026-07-25' }, [labRecord(), suspended], 'pass', 'pass'],
    ['whose accreditation has ended', {}, [labRecord({ valid_to: '2026-07-27' })], 'fail', 'unknown'],
    ['accredited later', {}, [labRecord({ valid_from: '2026-07-25' })], 'unknown', 'unknown'],
    ['withdrawn', {}, [labRecord({ status: 'withdrawn' })], 'fail', 'unknown'],
    ['that is an inspection body', { lab: { cnas_id: 'CNAS IB0012' } }, [labRecord()], 'fail', 'unknown'],
    ['with an id that cannot be read', { lab: { cnas_id: 'SGS' } }, [labRecord()], 'fail', 'unknown'],
  ])('%s', (_name, report, labs, accreditation, scope) => {
    const verdict = verdictOf({ report }, { labs });
    expect(check(verdict, 'lab.accreditation').result).toBe(accreditation);
    expect(check(verdict, 'lab.scope').result).toBe(scope);
    expect(verdict.outcome === 'green').toBe(accreditation === 'pass' && scope === 'pass');
  });

  test('an inspection body has words of its own', () => {
    const { reason } = check(verdictOf({ report: { lab: { cnas_id: 'IB0012' } } }), 'lab.accreditation');
    expect(reason.en).toContain('inspection body');
  });

  test('is looked at on the day of issue where no test date is given, and says so', () => {
    const report = { tested_from: null, tested_to: null };
    const found = check(verdictOf({ report }), 'lab.accreditation');
    expect(found.observed).toContain('day of issue');
    const gone = labRecord({ valid_to: '2026-07-31' });
    expect(check(verdictOf({ report }, { labs: [gone] }), 'lab.accreditation').result).toBe('fail');
  });

  test.each(CLAUSES)('is out of scope for %s', (clause) => {
    const scope = [
      { standard: 'GB 31701—2026', clauses: CLAUSES.filter((one) => one !== clause), limitation: null },
    ];
    const found = check(verdictOf({}, { labs: [labRecord({ scope })] }), 'lab.scope');
    expect(found).toMatchObject({ result: 'fail', observed: `– ${clause}` });
  });

  test.each<[string, LabRecord['scope'], string]>([
    ['the old edition alone', [{ standard: 'GB 31701-2015', clauses: null, limitation: null }], 'fail'],
    ['no standard', [], 'fail'],
    ['the whole chapter', [{ standard: 'GB 31701-2026', clauses: ['4'], limitation: null }], 'pass'],
    [
      'only with a limitation',
      [{ standard: 'GB 31701-2026', clauses: null, limitation: '不测4.8' }],
      'unknown',
    ],
  ])('whose scope has %s', (_name, scope, result) => {
    expect(check(verdictOf({}, { labs: [labRecord({ scope })] }), 'lab.scope').result).toBe(result);
  });

  test('does not cover an item that the report marks as not accredited', () => {
    const verdict = verdictOf({ report: { items: items({ '4.3': { accredited: false } }) } });
    expect(check(verdict, 'lab.scope')).toMatchObject({ result: 'fail', observed: '– 4.3' });
    expect(verdict.outcome).toBe('manual_review');
  });

  test('with a site that is not accredited', () => {
    const sites = [
      { name: 'Ningbo', address: null, is_accredited: true },
      { name: 'Yuyao', address: null, is_accredited: false },
    ];
    const at = (site: string) =>
      check(
        verdictOf({ report: { lab: { cnas_id: 'L0290', site } } }, { labs: [labRecord({ sites })] }),
        'lab.accreditation',
      ).result;
    expect([at('ningbo'), at('Yuyao'), at('Cixi')]).toEqual(['pass', 'fail', 'unknown']);
  });
});

describe('materials', () => {
  const declares = { phthalate_free: true, heavy_metals_ppm: 12, flame_retardants: 'none' } as const;
  test.each<[string, NonNullable<DecisionInput['materials']>[number]['declares'], string]>([
    ['at 99.9 ppm', { ...declares, heavy_metals_ppm: 99.9 }, 'pass'],
    ['at 100 ppm, which is not below 100', { ...declares, heavy_metals_ppm: 100 }, 'fail'],
    ['at < 100 ppm', { ...declares, heavy_metals_ppm: '< 100 ppm' }, 'pass'],
    ['at 0.005 %', { ...declares, heavy_metals_ppm: '0.005 %' }, 'pass'],
    ['with N.D. below 5 mg/kg', { ...declares, heavy_metals_ppm: 'N.D. (LOD 5 mg/kg)' }, 'pass'],
    ['with N.D. alone', { ...declares, heavy_metals_ppm: 'N.D.' }, 'missing'],
    ['with phthalates', { ...declares, phthalate_free: false }, 'fail'],
    ['silent on flame retardants', { ...declares, flame_retardants: 'not_declared' }, 'missing'],
    ['silent on everything', {}, 'missing'],
  ])('%s', (_name, declared, result) => {
    const verdict = verdictOf({ materials: [{ component: 'Paint', declares: declared }] });
    expect(check(verdict, 'materials.declaration').result).toBe(result);
    expect(verdict.outcome).toBe('green');
    expect(verdict.caveats.some(({ code }) => code === 'materials.declaration')).toBe(result !== 'pass');
  });

  test('block where the rule says so', () => {
    const blocks = { ...parameters().blocks, 'materials.declaration': true };
    expect(verdictOf({ materials: [] }, { parameters: { blocks } }).outcome).toBe('manual_review');
  });
});

describe('precedence', () => {
  test('not_eligible before manual_review before unknown', () => {
    const unknown_lab = { lab: { cnas_id: 'L9999' } };
    const old = { ...unknown_lab, standard: 'GB 31701-2015' };
    expect(verdictOf({ report: unknown_lab }).outcome).toBe('unknown');
    expect(verdictOf({ report: old }).outcome).toBe('manual_review');
    expect(verdictOf({ report: old, customs_office: '5316' }).outcome).toBe('not_eligible');
  });
});

test('a report that another one replaced confirms nothing, and says which one does', () => {
  const verdict = verdictOf({ report: { ...decisionInput().report, replaced_by: 'SR-0421-A1' } });
  expect(verdict.outcome).toBe('manual_review');
  expect(check(verdict, 'report.full_scope')).toMatchObject({
    result: 'fail',
    observed: `${decisionInput().report.report_no} → SR-0421-A1`,
    to_do: { en: 'Check with report SR-0421-A1.' },
  });
});

test('a limit on a single substance is held against its declared content, in either language', () => {
  const lead = { substance: 'lead', operator: 'le', value: 90, unit: 'mg/kg', clause: null } as const;
  const materials = { ...parameters().materials, limits: [lead] };
  const declared = (contents: { substance: string; content: string | number }[] | null) => {
    const declares = { phthalate_free: true, flame_retardants: 'none' as const, contents };
    return check(
      verdictOf({ materials: [{ component: 'Teat', declares }] }, { parameters: { materials } }),
      'materials.declaration',
    );
  };
  expect(declared([{ substance: '铅', content: 90 }]).result).toBe('pass');
  expect(declared([{ substance: 'Lead', content: '0.0091 %' }])).toMatchObject({
    result: 'fail',
    reason: { en: 'Teat: lead 0.0091 %, ≤ 90 mg/kg is asked for.' },
  });
  expect(declared([{ substance: 'cadmium', content: 1 }]).result).toBe('missing');
  expect(declared(null).result).toBe('missing');
});

describe('without a rule to compute with', () => {
  const version = { instrument: 'x', version_id: 'v', label: '1', valid_from: '2026-01-01' };
  test.each([
    [{ state: 'repealed', version } as const, 'not_eligible'],
    [{ state: 'without_parameters', version } as const, 'unknown'],
    [{ state: 'nothing_known' } as const, 'unknown'],
  ])('%j', (programme, outcome) => {
    const verdict = decide(
      compile({ rule: { programme, standard: null }, register: register() }),
      decisionInput(),
    );
    expect(verdict.outcome).toBe(outcome);
  });

  test('nothing is green under a rule that is not in force, or whose standard nobody recorded', () => {
    const { programme, standard } = ruleSet();
    if (programme.state !== 'in_force') throw new Error('the factory gives a rule in force');
    const before = compile({
      rule: { programme: { ...programme, state: 'before_first' }, standard },
      register: register(),
    });
    expect(decide(before, decisionInput()).outcome).toBe('not_eligible');
    const bare = compile({ rule: { programme, standard: null }, register: register() });
    expect(decide(bare, decisionInput()).outcome).toBe('unknown');
  });
});
