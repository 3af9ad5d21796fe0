import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LAB_STATUSES } from '#lib/domain/eligibility/lab.ts';
import {
  CLAUSES,
  compiled,
  decisionInput,
  labRecord,
  parameters,
} from '../../../../../tests/support/eligibility.ts';
import type { CompiledRule } from './compile.ts';
import { decide } from './decide.ts';
import { FLAME_RETARDANTS, type DecisionInput, type ReportItemInput } from './input.ts';
import { OUTCOMES } from './verdict.ts';

/** A million cases take minutes; the sample takes a second. */
const numRuns = process.env.LONG === '1' ? 1_000_000 : 500;
/** A million random cases take minutes to make. */
const TIMEOUT_MS = process.env.LONG === '1' ? 1_800_000 : 120_000;

const dirty = fc.string({ unit: 'grapheme', maxLength: 30 });
const written = fc.oneof(
  fc.double(),
  fc.constantFrom('N.D.', '< 5 mg/kg', '0.08 %', '12 mm', '合格', '/', '1e9', '≥ 3 级'),
  dirty,
);
const item: fc.Arbitrary<ReportItemInput> = fc.record(
  {
    clause: fc.oneof(fc.constantFrom(...CLAUSES, '第4.8条', 'burn rate', '9.9'), dirty),
    verdict: fc.oneof(fc.constantFrom('pass', 'fail', '合格', '不合格', 'N/A', ''), dirty),
    result: written,
    limit: written,
    unit: fc.oneof(fc.constantFrom('mg/kg', '%', 'mm', 'N·m'), dirty),
    accredited: fc.boolean(),
  },
  { requiredKeys: ['clause', 'verdict'] },
);
const day = fc.constantFrom(
  '2026-05-12',
  '2026-05-13',
  '2026-08-01',
  '2026-10-30',
  '2026-10-31',
  '2027-01-01',
);
const input: fc.Arbitrary<DecisionInput> = fc.record({
  declaration_date: fc.oneof(day, dirty),
  customs_office: fc.oneof(fc.constantFrom('3104', '3100', '5316'), dirty),
  product: fc.record({
    category: fc.oneof(fc.constantFrom('crib', 'walker', '学步车', 'stroller'), dirty),
    hs_code: fc.option(fc.oneof(fc.constantFrom('9403', '8715000000', '950300'), dirty)),
  }),
  report: fc.record({
    report_no: dirty,
    issued_on: fc.oneof(day, dirty),
    tested_from: fc.option(fc.oneof(day, dirty)),
    tested_to: fc.option(fc.oneof(day, dirty)),
    lab: fc.record({ cnas_id: fc.oneof(fc.constantFrom('L0290', 'IB0012', 'L1'), dirty) }),
    standard: fc.oneof(fc.constantFrom('GB 31701-2026', 'GB 31701-2015', 'GB 31701'), dirty),
    items: fc.array(item, { maxLength: 20 }),
  }),
  materials: fc.option(
    fc.array(
      fc.record({
        component: dirty,
        declares: fc.record({
          phthalate_free: fc.option(fc.boolean()),
          heavy_metals_ppm: fc.option(written),
          flame_retardants: fc.option(fc.constantFrom(...FLAME_RETARDANTS)),
        }),
      }),
      { maxLength: 3 },
    ),
  ),
});

const setting = fc.record({
  status: fc.constantFrom(...LAB_STATUSES),
  pending_interpretation: fc.constantFrom('caveat' as const, 'block' as const),
  catalogue_complete: fc.boolean(),
});

type Setting = typeof setting extends fc.Arbitrary<infer S> ? S : never;

/** A rule is compiled once, as in the program; what it remembers must change no answer. */
const COMPILED = new Map<string, CompiledRule>();

function compiledFor({ status, pending_interpretation, catalogue_complete }: Setting): CompiledRule {
  const key = `${status} ${pending_interpretation} ${catalogue_complete}`;
  const known = COMPILED.get(key);
  if (known) return known;
  const made = compiled({
    labs: [labRecord({ status })],
    parameters: {
      pending_interpretation,
      categories: { ...parameters().categories, catalogue_complete },
    },
  });
  COMPILED.set(key, made);
  return made;
}

test(
  'no input throws, and nothing that failed, is missing or unknown is green',
  () => {
    fc.assert(
      fc.property(input, setting, (asked, of) => {
        const { outcome, checks, valid_until } = decide(compiledFor(of), asked);
        const open = checks.filter(
          ({ result, blocks }) => blocks && result !== 'pass' && result !== 'provisional',
        );
        if (open.length > 0) expect(outcome).not.toBe('green');
        expect(valid_until === null).toBe(outcome !== 'green');
      }),
      { numRuns },
    );
  },
  TIMEOUT_MS,
);

const KEYS = fc.array(fc.nat(), { minLength: 20, maxLength: 20 });

test(
  'the order of items and a second run change nothing',
  () => {
    fc.assert(
      fc.property(input, setting, KEYS, (asked, of, keys) => {
        const shuffled = asked.report.items
          .map((one, index) => ({ one, key: keys[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const again = { ...asked, report: { ...asked.report, items: shuffled } };
        const first = JSON.stringify(decide(compiledFor(of), asked));
        expect(JSON.stringify(decide(compiledFor(of), again))).toBe(first);
      }),
      { numRuns },
    );
  },
  TIMEOUT_MS,
);

type Spoil = (good: DecisionInput) => DecisionInput;

const report =
  (changes: Partial<DecisionInput['report']>): Spoil =>
  (good) => ({ ...good, report: { ...good.report, ...changes } });
const product =
  (changes: Partial<DecisionInput['product']>): Spoil =>
  (good) => ({ ...good, product: { ...good.product, ...changes } });
const same: Spoil = (good) => good;

/** Each part of an input as it is good, and ways to spoil it. */
const PARTS: readonly (readonly Spoil[])[] = [
  [same, (good) => ({ ...good, customs_office: '5316' })],
  [same, product({ category: 'stroller' }), product({ hs_code: '950300' })],
  [same, report({ standard: 'GB 31701-2015' }), report({ standard: 'GB 31701' })],
  [same, report({ issued_on: '2026-05-14' })],
  [same, report({ lab: { cnas_id: 'L9999' } }), report({ lab: { cnas_id: 'IB0001' } })],
  ...CLAUSES.map((clause): Spoil[] => [
    same,
    ...[null, { verdict: 'fail' }, { verdict: '?' }, { accredited: false }].map(
      (change): Spoil =>
        (good) =>
          report({
            items: good.report.items.flatMap((one) =>
              one.clause === clause ? (change === null ? [] : [{ ...one, ...change }]) : [one],
            ),
          })(good),
    ),
  ]),
];

test('mending one part never makes the outcome worse', () => {
  const rule = compiled();
  const rank = (choice: readonly number[]) =>
    OUTCOMES.indexOf(
      decide(
        rule,
        PARTS.reduce((input, part, index) => (part[choice[index] ?? 0] ?? same)(input), decisionInput()),
      ).outcome,
    );
  const choices = fc.tuple(...PARTS.map((part) => fc.oneof(fc.constant(0), fc.nat(part.length - 1))));
  fc.assert(
    fc.property(choices, fc.nat(PARTS.length - 1), (choice, which) => {
      expect(rank(choice.with(which, 0))).toBeLessThanOrEqual(rank(choice));
    }),
    { numRuns: Math.min(numRuns, 50_000) },
  );
});
