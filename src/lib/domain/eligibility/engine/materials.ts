import { foldName } from '#lib/domain/text/fold.ts';
import { checkOf, quoted } from './check.ts';
import type { MaterialInput } from './input.ts';
import { remember } from './memo.ts';
import { compare, measuredText, readResult, type Measured } from './measured.ts';
import type { ActiveRule } from './rule.ts';
import type { Check, CheckResult, Sentence } from './verdict.ts';

type Gap = { result: Extract<CheckResult, 'fail' | 'missing'>; said: Sentence };

/** The substance that a declaration states as a whole; others stand by their names in its `contents`. */
const DECLARED_SUBSTANCE = 'heavy-metals';

/**
 * `materials.declaration`: each component declares what the rule asks for. `pass | fail | missing`, never
 * unknown: what a declaration leaves out is missing. In the reference rule it warns and does not block.
 */
export function compileMaterials(rule: ActiveRule): (materials: readonly MaterialInput[]) => Check {
  const required = requiredText(rule);
  const base = { clause: rule.parameters.materials.clause, required };
  const nothing = checkOf(rule, 'materials.declaration', {
    ...base,
    observed: null,
    ...(required === null ? NOT_ASKED : { ...NOT_DECLARED, to_do: ASK }),
  });
  const allDeclared = remember((n: number) =>
    checkOf(rule, 'materials.declaration', {
      ...base,
      result: 'pass',
      observed: `${n} / ${n}`,
      reason: {
        en:
          n === 1
            ? 'The material is declared as the rule asks.'
            : `All ${n} materials are declared as the rule asks.`,
        zh: `${n}种材料的声明均符合要求。`,
      },
    }),
  );
  return (materials) => {
    if (materials.length === 0) return nothing;
    const gaps = materials.flatMap((material) =>
      gapsOf(rule, material).map((gap) => ({ ...gap, component: quoted(material.component) || '–' })),
    );
    if (gaps.length === 0) return allDeclared(materials.length);
    const open = materials.filter((material) => gapsOf(rule, material).length > 0).length;
    return checkOf(rule, 'materials.declaration', {
      ...base,
      result: gaps.some(({ result }) => result === 'fail') ? 'fail' : 'missing',
      observed: `${materials.length - open} / ${materials.length}`,
      reason: {
        en: `${gaps.map(({ component, said }) => `${component}: ${said.en}`).join('; ')}.`,
        zh: `${gaps.map(({ component, said }) => `${component}：${said.zh}`).join('；')}。`,
      },
      to_do: ASK,
    });
  };
}

const ASK: Sentence = {
  en: 'Ask the supplier for a declaration that states what is missing.',
  zh: '请供应商补充声明中缺少的内容。',
};
const NOT_ASKED = {
  result: 'pass',
  reason: { en: 'The rule asks for no declarations of materials.', zh: '规则未要求材料声明。' },
} as const;
const NOT_DECLARED = {
  result: 'missing',
  reason: { en: 'No material is declared.', zh: '未提供任何材料声明。' },
} as const;

function gapsOf(rule: ActiveRule, { declares }: MaterialInput): Gap[] {
  const { limits, phthalate_free, flame_retardants_declared } = rule.parameters.materials;
  const gaps: (Gap | null)[] = limits.map(({ substance, operator, value, unit }) =>
    limitGap(contentOf(declares, substance), {
      substance,
      limit: { operator, value, unit },
    }),
  );
  if (phthalate_free) gaps.unshift(phthalateGap(declares.phthalate_free));
  if (flame_retardants_declared) gaps.push(flameGap(declares.flame_retardants));
  return gaps.filter((gap) => gap !== null);
}

/** The folded names of a substance in either language. */
const foldedNames = remember(
  (substance: string) =>
    new Set([substance, NAMES[substance]?.en, NAMES[substance]?.zh].map((name) => foldName(name ?? ''))),
);

/** What is declared of a substance by its name, in either language; heavy metals also in a field of their own. */
function contentOf(declares: MaterialInput['declares'], substance: string): number | string | null {
  const names = foldedNames(substance);
  const named = declares.contents?.find((one) => names.has(foldName(one.substance)))?.content ?? null;
  return substance === DECLARED_SUBSTANCE ? (declares.heavy_metals_ppm ?? named) : named;
}

function phthalateGap(declared: boolean | null | undefined): Gap | null {
  if (declared === true) return null;
  if (declared === false)
    return { result: 'fail', said: { en: 'declared as not free of phthalates', zh: '声明含邻苯二甲酸酯' } };
  return { result: 'missing', said: { en: 'phthalates are not declared', zh: '未声明邻苯二甲酸酯' } };
}

function flameGap(declared: string | null | undefined): Gap | null {
  if (declared === 'declared' || declared === 'none') return null;
  return { result: 'missing', said: { en: 'flame retardants are not declared', zh: '未声明阻燃剂' } };
}

function limitGap(
  declared: number | string | null | undefined,
  { substance, limit }: { substance: string; limit: Measured },
): Gap | null {
  const is_missing = declared === null || declared === undefined || declared === '';
  // What a verdict said before single substances could be declared, it says for ever: the slug, in the plural.
  const is_slug = is_missing && substance !== DECLARED_SUBSTANCE;
  const name = (is_slug ? null : NAMES[substance]) ?? { en: substance, zh: substance };
  const are = is_slug || substance === DECLARED_SUBSTANCE ? 'are' : 'is';
  const asked = measuredText(limit);
  if (is_missing)
    return { result: 'missing', said: { en: `${name.en} ${are} not declared`, zh: `未声明${name.zh}` } };
  const stated = quoted(typeof declared === 'number' ? `${declared} ppm` : declared);
  switch (compare(readResult(declared, 'ppm'), limit)) {
    case 'holds':
      return null;
    case 'exceeds':
      return {
        result: 'fail',
        said: { en: `${name.en} ${stated}, ${asked} is asked for`, zh: `${name.zh}${stated}，要求${asked}` },
      };
    case 'undecided':
    case 'units':
    case 'none':
      return {
        result: 'missing',
        said: {
          en: `“${stated}” does not show that ${name.en} ${are} ${asked}`,
          zh: `“${stated}”不足以表明${name.zh}${asked}`,
        },
      };
  }
}

const NAMES: Readonly<Record<string, Sentence>> = {
  [DECLARED_SUBSTANCE]: { en: 'heavy metals', zh: '重金属' },
  lead: { en: 'lead', zh: '铅' },
  cadmium: { en: 'cadmium', zh: '镉' },
  mercury: { en: 'mercury', zh: '汞' },
  chromium: { en: 'chromium', zh: '铬' },
  arsenic: { en: 'arsenic', zh: '砷' },
  antimony: { en: 'antimony', zh: '锑' },
  barium: { en: 'barium', zh: '钡' },
  selenium: { en: 'selenium', zh: '硒' },
};

/** Null where the rule asks for nothing. */
function requiredText(rule: ActiveRule): string | null {
  const { limits, phthalate_free, flame_retardants_declared } = rule.parameters.materials;
  const parts = [
    ...(phthalate_free ? ['phthalate_free'] : []),
    ...limits.map(
      ({ substance, operator, value, unit }) => `${substance} ${measuredText({ operator, value, unit })}`,
    ),
    ...(flame_retardants_declared ? ['flame_retardants'] : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}
