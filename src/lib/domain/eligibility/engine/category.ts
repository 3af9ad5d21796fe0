import { foldName } from '#lib/domain/text/fold.ts';
import { readHsCode } from '#lib/domain/text/hs-code.ts';
import { checkOf, listed, quoted, type Finding } from './check.ts';
import type { ActiveRule, CategoryRecord, Register } from './rule.ts';
import type { Check } from './verdict.ts';

/** Finds a category by its slug, its name in either language, or a name by which records call it. */
export function categoryFinder(register: Register): (written: string) => CategoryRecord | null {
  const by_name = new Map<string, CategoryRecord>();
  for (const category of register.categories)
    for (const name of [category.slug, category.name, category.name_zh, ...category.aliases])
      if (name !== null && !by_name.has(foldName(name))) by_name.set(foldName(name), category);
  return (written) => by_name.get(foldName(written)) ?? null;
}

type Find = ReturnType<typeof categoryFinder>;

/**
 * `category.listed`: a category that the rule names passes. One that it does not name fails when the rule's
 * catalogue is complete, and is unknown while it is not (37 were announced and three are public).
 */
export function categoryListed(rule: ActiveRule, find: Find, written: string): Check {
  const { categories } = rule.parameters;
  const slug = find(written)?.slug ?? written;
  const is_listed = categories.listed.includes(slug);
  return checkOf(rule, 'category.listed', {
    clause: categories.clause,
    observed: quoted(slug) || null,
    required: categories.listed.join(', '),
    ...(is_listed ? LISTED : notListed(rule, written)),
  });
}

const LISTED: Pick<Finding, 'result' | 'reason'> = {
  result: 'pass',
  reason: { en: 'The category is one of those that the rule names.', zh: '该品类在规则已列明的品类之中。' },
};

function notListed(rule: ActiveRule, written: string): Pick<Finding, 'result' | 'reason' | 'to_do'> {
  const { categories } = rule.parameters;
  const name = quoted(written) || '–';
  if (categories.catalogue_complete)
    return {
      result: 'fail',
      reason: {
        en: `“${name}” is not in the catalogue of the programme.`,
        zh: `“${name}”不在通道目录内。`,
      },
      to_do: { en: 'Plan for ordinary clearance.', zh: '请按普通通道安排。' },
    };
  const size = categories.catalogue_size;
  const named = categories.listed.length;
  return {
    result: 'unknown',
    reason: {
      en: `“${name}” is not among the ${named} named categories${size === null ? '' : `; ${size - named} of ${size} are not public`}. Whether it belongs to the programme is not known.`,
      zh: `“${name}”不在已列明的${named}个品类中${size === null ? '' : `；目录共${size}类，其余${size - named}类未公开`}，是否适用尚不可知。`,
    },
    to_do: {
      en: 'Ask the customs office whether the catalogue has this category, and have the operator record it.',
      zh: '请向海关确认目录是否包含该品类，并请运营方登记。',
    },
  };
}

/** How category and HS code stand to each other; walkers are 8715 to some and 9401 to others. */
export type Alignment = 'match' | 'plausible' | 'mismatch' | 'unknown';

/**
 * `match`: the code lies within the one heading that the category has. `plausible`: within one of several that
 * sources disagree about, or in the same heading though not in the line. Else `mismatch`; `unknown` where the
 * code cannot be read or no candidate is recorded.
 */
export function alignmentOf(category: CategoryRecord | null, hs_code: string): Alignment {
  const digits = readHsCode(hs_code)?.digits;
  if (digits === undefined || !category || category.hs_candidates.length === 0) return 'unknown';
  const candidates = category.hs_candidates.map((candidate) => candidate.replace(/\D/g, ''));
  const headings = new Set(candidates.map(headingOf));
  if (candidates.some((candidate) => digits.startsWith(candidate)))
    return headings.size === 1 ? 'match' : 'plausible';
  return headings.has(headingOf(digits)) ? 'plausible' : 'mismatch';
}

function headingOf(digits: string): string {
  return digits.slice(0, 4);
}

export type Described = { category: string; hs_code: string | null; report_category: string | null };

/**
 * `category.alignment`: category of the product, HS code and, where the report names one, its category describe
 * one thing. Without an HS code the category alone is judged.
 */
export function categoryAlignment(rule: ActiveRule, find: Find, described: Described): Check {
  const category = find(described.category);
  const hs_code = described.hs_code !== null && described.hs_code.trim() !== '' ? described.hs_code : null;
  return checkOf(rule, 'category.alignment', {
    clause: rule.parameters.categories.clause,
    observed:
      [quoted(described.category), hs_code && `HS ${quoted(hs_code)}`].filter(Boolean).join(', ') || null,
    required:
      category && category.hs_candidates.length > 0 ? `HS ${category.hs_candidates.join(', ')}` : null,
    ...(reportMismatch(find, category, described) ??
      (hs_code === null ? withoutCode(rule, category, described.category) : withCode(category, hs_code))),
  });
}

type Aligned = Pick<Finding, 'result' | 'reason' | 'to_do'>;

function reportMismatch(find: Find, category: CategoryRecord | null, described: Described): Aligned | null {
  if (described.report_category === null || described.report_category.trim() === '') return null;
  const reported = find(described.report_category);
  if (!reported || !category || reported.slug === category.slug) return null;
  return {
    result: 'fail',
    reason: {
      en: `Mismatch: the report is about “${quoted(described.report_category)}”, the product is “${quoted(described.category)}”.`,
      zh: `不一致：报告针对“${quoted(described.report_category)}”，产品为“${quoted(described.category)}”。`,
    },
    to_do: { en: 'Use the report of this product.', zh: '请使用该产品自己的检测报告。' },
  };
}

function withoutCode(rule: ActiveRule, category: CategoryRecord | null, written: string): Aligned {
  if (category || rule.parameters.categories.listed.includes(written))
    return {
      result: 'pass',
      reason: {
        en: 'No HS code is given: judged on the category alone.',
        zh: '未提供HS编码，仅按品类判断。',
      },
    };
  return {
    result: 'unknown',
    reason: {
      en: `“${quoted(written) || '–'}” is no recorded category, and no HS code is given.`,
      zh: `“${quoted(written) || '–'}”不是已登记的品类，且未提供HS编码。`,
    },
    to_do: {
      en: 'Choose a recorded category, or give the HS code.',
      zh: '请选择已登记的品类，或提供HS编码。',
    },
  };
}

function withCode(category: CategoryRecord | null, hs_code: string): Aligned {
  const code = quoted(hs_code);
  const candidates = listed(category?.hs_candidates ?? []);
  const alignment = alignmentOf(category, hs_code);
  switch (alignment) {
    case 'match':
      return {
        result: 'pass',
        reason: {
          en: `Match: HS ${code} lies within ${candidates.en}.`,
          zh: `一致：HS ${code}属于${candidates.zh}。`,
        },
      };
    case 'plausible':
      return {
        result: 'pass',
        reason: {
          en: `Plausible: HS ${code} is one of the readings of this category (${candidates.en}).`,
          zh: `合理：HS ${code}属于该品类的可能归类（${candidates.zh}）。`,
        },
      };
    case 'mismatch':
      return {
        result: 'fail',
        reason: {
          en: `Mismatch: HS ${code} does not describe this category, whose headings are ${candidates.en}.`,
          zh: `不一致：HS ${code}与该品类不符，该品类的归类为${candidates.zh}。`,
        },
        to_do: { en: 'Correct the category or the HS code.', zh: '请更正品类或HS编码。' },
      };
    case 'unknown':
      return category && category.hs_candidates.length > 0
        ? {
            result: 'unknown',
            reason: {
              en: `“${code}” is no HS code of 4, 6, 8 or 10 digits.`,
              zh: `“${code}”不是4、6、8或10位HS编码。`,
            },
            to_do: { en: 'Correct the HS code.', zh: '请更正HS编码。' },
          }
        : {
            result: 'unknown',
            reason: {
              en: 'No HS headings are recorded for this category, so that the code cannot be compared.',
              zh: '该品类未登记HS归类，无法比对编码。',
            },
            to_do: {
              en: 'Have the operator record the headings of this category.',
              zh: '请运营方登记该品类的归类。',
            },
          };
    default:
      return alignment satisfies never;
  }
}
