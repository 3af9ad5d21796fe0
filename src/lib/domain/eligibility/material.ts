import { z } from 'zod';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { factorBetween } from '#lib/domain/text/unit.ts';
import { readResult, type Measured } from './engine/measured.ts';

export const PHTHALATE_BASES = ['claim', 'evidence'] as const;
export const METAL_OPERATORS = ['lt', 'le', 'eq', 'gt', 'ge'] as const;
export const FLAME_RETARDANT_WORDS = ['declared', 'none', 'not_declared'] as const;
/** Heavy metals as a whole, which a declaration may state in one number. */
export const ALL_METALS = 'heavy-metals';

const METALS_MAX = 50;
const PPM_MAX = 1_000_000;
const ppm = z.number().nonnegative().max(PPM_MAX);
const text = (max: number) => z.string().trim().min(1).max(max);
const optional = (max: number) => text(max).nullable().default(null);

/** What is declared of one metal in parts per million by mass. */
export type HeavyMetal = {
  substance: string;
  operator: (typeof METAL_OPERATORS)[number];
  /** Null where nothing was detected. */
  ppm: number | null;
  detection_limit_ppm: number | null;
};

const heavyMetal = z
  .object({
    substance: text(60).default(ALL_METALS),
    operator: z.enum(METAL_OPERATORS).default('eq'),
    ppm: ppm.nullable().default(null).describe('Null where nothing was detected.'),
    detection_limit_ppm: ppm.positive().nullable().default(null),
  })
  .refine((metal) => metal.ppm !== null || metal.detection_limit_ppm !== null, {
    path: ['ppm'],
    error: 'is missing: give the value, or the detection limit below which nothing was found',
  });

/** As suppliers write it, for all metals together: `< 5 ppm`, `N.D. (5 mg/kg)`, `0.008 %`, `42`. */
const metalsWritten = z.union([ppm, text(200)]).transform((written, context): HeavyMetal => {
  const read = readHeavyMetal(written);
  if (read) return read;
  context.addIssue({
    code: 'custom',
    message: 'is not a content such as < 5 ppm, 0.008 % or N.D. (5 mg/kg)',
  });
  return z.NEVER;
});

export const declares = z.object({
  phthalate_free: z.boolean().nullable().default(null),
  phthalate_basis: z
    .enum(PHTHALATE_BASES)
    .nullable()
    .default(null)
    .describe('`claim` is a sentence, `evidence` a result with its detection limit or a report.'),
  phthalate_detection_limit_ppm: ppm.positive().nullable().default(null),
  heavy_metals_ppm: metalsWritten.nullable().optional().describe('All together; `heavy_metals` names each.'),
  heavy_metals: z.array(heavyMetal).max(METALS_MAX).default([]),
  flame_retardants: z.enum(FLAME_RETARDANT_WORDS).nullable().default(null),
  flame_retardant_names: optional(1000).describe('Which ones, where they are declared.'),
});

/** What somebody declares about the material of a component. */
export const materialContent = z.object({
  material: text(200),
  declared_by: text(200).describe('The supplier, or whoever signed.'),
  declared_on: z.string().refine(isDay, 'is not a day such as 2026-05-13'),
  declares: declares.transform(settled),
  document_id: z.uuid().nullable().default(null),
  note: optional(1000),
});
export type MaterialContent = z.infer<typeof materialContent>;
export type Declares = MaterialContent['declares'];

/** A detection limit is evidence; without one, or a document, phthalate-free is a claim. */
function settled(given: z.infer<typeof declares>) {
  const { heavy_metals_ppm, heavy_metals, phthalate_free, phthalate_basis, ...rest } = given;
  const has_limit = rest.phthalate_detection_limit_ppm !== null;
  return {
    ...rest,
    phthalate_free,
    phthalate_basis:
      phthalate_free === null
        ? null
        : (phthalate_basis ?? (has_limit ? ('evidence' as const) : ('claim' as const))),
    heavy_metals: heavy_metals_ppm ? [...heavy_metals, heavy_metals_ppm] : heavy_metals,
  };
}

/** Reads a content in any unit of mass; a bare number is ppm. Null where it is none. */
export function readHeavyMetal(written: string | number, substance: string = ALL_METALS): HeavyMetal | null {
  const result = readResult(written, null);
  switch (result.kind) {
    case 'number': {
      const value = inPpm(result.measured);
      if (value === null) return null;
      return { substance, operator: result.measured.operator ?? 'eq', ppm: value, detection_limit_ppm: null };
    }
    case 'not_detected': {
      const limit = result.detection_limit && inPpm(result.detection_limit);
      return limit === null ? null : { substance, operator: 'lt', ppm: null, detection_limit_ppm: limit };
    }
    case 'text':
    case 'unreadable':
      return null;
    default:
      return result satisfies never;
  }
}

function inPpm({ value, unit }: Measured): number | null {
  const factor = unit === null ? 1 : factorBetween(unit, 'ppm');
  return factor === null ? null : Number((value * factor).toPrecision(12));
}

/** The same as a person writes it. */
export function heavyMetalText({ operator, ppm: value, detection_limit_ppm }: HeavyMetal): string {
  if (value === null) return `N.D. (${detection_limit_ppm ?? '–'} ppm)`;
  const sign = { lt: '< ', le: '≤ ', eq: '', gt: '> ', ge: '≥ ' }[operator];
  return `${sign}${value} ppm${detection_limit_ppm === null ? '' : ` (N.D. < ${detection_limit_ppm} ppm)`}`;
}

/**
 * The one content that stands for all metals of a declaration: that of the whole where it is stated, else the
 * greatest bound among the metals. A detection limit bounds what was not detected.
 */
export function worstMetal(metals: readonly HeavyMetal[]): HeavyMetal | null {
  const whole = metals.filter(({ substance }) => substance === ALL_METALS);
  const bound = (metal: HeavyMetal) => metal.ppm ?? metal.detection_limit_ppm ?? 0;
  const [worst] = [...(whole.length > 0 ? whole : metals)].sort((a, b) => bound(b) - bound(a));
  return worst ?? null;
}
