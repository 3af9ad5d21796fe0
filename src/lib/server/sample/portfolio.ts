import { dayToText } from '#lib/domain/text/calendar-day.ts';
import type { LabInput } from '#lib/domain/eligibility/lab-input.ts';
import type { SampleFirm, SampleGoods } from './firms.ts';
import { randomOf } from './random.ts';

/** What a sample firm can prove: files as a firm would load them, the laboratories they name, and what it asked. */
export type SamplePortfolio = {
  products: string[];
  /** Products whose report nobody has confirmed yet. */
  drafts: string[];
  materials: string[];
  labs: LabInput[];
  /** What was asked about, by the code of the product. */
  questions: { product_code: string; declaration_date: string; customs_office: string; reference: string }[];
};

const PRODUCTS = 26;
const QUESTIONS_MAX = 16;

const STANDARD = 'GB 31701-2026';
/** Numbers that the accreditation body has given to nobody. */
const FULL_LAB = 'CNAS L999901';
const SUSPENDED_LAB = 'CNAS L999902';
const PARTIAL_LAB = 'CNAS L999903';
const STRANGE_LAB = 'CNAS L999904';

/** A report in line with what was reported of the channel: most are whole and new, some have what is often wrong. */
type Case = {
  age_days: number;
  lab: string;
  standard?: string;
  missing?: readonly string[];
  failed?: string;
  is_draft?: boolean;
};
const CASES: readonly Case[] = [
  { age_days: 12, lab: FULL_LAB },
  { age_days: 30, lab: FULL_LAB },
  { age_days: 18, lab: FULL_LAB, missing: ['4.8', '4.11'] },
  { age_days: 84, lab: FULL_LAB },
  { age_days: 26, lab: FULL_LAB, standard: 'GB 31701-2015' },
  { age_days: 41, lab: FULL_LAB },
  { age_days: 118, lab: FULL_LAB },
  { age_days: 22, lab: FULL_LAB, failed: '4.11' },
  { age_days: 36, lab: SUSPENDED_LAB },
  { age_days: 8, lab: FULL_LAB },
  { age_days: 15, lab: PARTIAL_LAB },
  { age_days: 20, lab: STRANGE_LAB },
  { age_days: 4, lab: FULL_LAB, is_draft: true },
];
const CLAUSES = Array.from({ length: 12 }, (_, index) => `4.${index + 1}`);
/** The three that were named; the others are known by their working number alone. */
const NAMES: Readonly<Record<string, readonly [zh: string, en: string, result: string, unit: string]>> = {
  '4.8': ['可拆卸部件扭矩试验', 'Torque testing for detachable parts', '0.42', 'N·m'],
  '4.11': ['燃烧速率测定', 'Burn rate measurement', '12', 'mm/s'],
  '4.12': ['模拟使用耐久性试验', 'Simulated use durability testing', '', ''],
};

type Part = readonly [name: string, use: 'teething' | 'sleep' | 'other', material: string, supplier: string];
const GOODS: Readonly<Record<string, { name: string; name_zh: string; parts: readonly Part[] }>> = {
  crib: {
    name: 'Sample crib',
    name_zh: '示例·婴儿床',
    parts: [
      ['Rail cover', 'teething', 'Silicone', 'Sample Silicone Works 示例'],
      ['Mattress cover', 'sleep', 'Cotton', 'Sample Weaving Mill 示例'],
      ['Slats', 'other', 'Painted beech', 'Sample Paint Works 示例'],
    ],
  },
  walker: {
    name: 'Sample baby walker',
    name_zh: '示例·学步车',
    parts: [
      ['Tray edge', 'teething', 'ABS', 'Sample Plastics 示例'],
      ['Seat', 'other', 'Polyester', 'Sample Weaving Mill 示例'],
    ],
  },
  pacifier: {
    name: 'Sample pacifier',
    name_zh: '示例·安抚奶嘴',
    parts: [
      ['Nipple', 'teething', 'Silicone', 'Sample Silicone Works 示例'],
      ['Shield', 'teething', 'Polypropylene', 'Sample Plastics 示例'],
    ],
  },
};
const VARIANTS = ['oak', 'white', 'grey', 'sky', 'mint', 'sand', 'rose', 'slate'];

const PRODUCT_HEADER =
  'product_code,product_name,product_name_zh,category,hs_codes,model,origin_province,suppliers,components,report_no,' +
  'cnas_id,lab_name,lab_site,issued_on,tested_from,tested_to,standard,scope,clause,test_name,verdict,result,unit,accredited';
const MATERIAL_HEADER =
  'product_code,component,material,declared_by,declared_on,phthalate_free,phthalate_detection_limit_ppm,lead,flame_retardants';

/** The same for the same firm and last day, whenever it is made. */
export function samplePortfolio(firm: SampleFirm, until: number): SamplePortfolio {
  const made: SamplePortfolio = {
    products: [PRODUCT_HEADER],
    drafts: [PRODUCT_HEADER],
    materials: [MATERIAL_HEADER],
    labs: labsOf(until),
    questions: [],
  };
  const goods = firm.goods.filter(({ category }) => category !== null && Object.hasOwn(GOODS, category));
  for (let no = 1; no <= PRODUCTS; no += 1) addProduct(made, { firm, goods, no, until });
  return made;
}

type About = {
  firm: SampleFirm;
  goods: readonly SampleGoods[];
  no: number;
  until: number;
};

function addProduct(made: SamplePortfolio, { firm, goods, no, until }: About): void {
  const random = randomOf(`portfolio ${firm.slug} ${no}`);
  const one = goods[(no - 1) % goods.length];
  const category = one?.category ?? '';
  const kind = GOODS[category];
  const report = CASES[(no - 1) % CASES.length];
  if (!one || !kind || !report) return;
  const code = `SAMPLE-${category.toUpperCase()}-${String(no).padStart(2, '0')}`;
  const variant = VARIANTS[Math.floor(random.next() * VARIANTS.length)] ?? 'plain';
  const is_chinese = no % 2 === 1;
  const issued = until - report.age_days;
  const lines = CLAUSES.filter((clause) => !(report.missing ?? []).includes(clause)).map((clause) => {
    const [zh, en, result, unit] = NAMES[clause] ?? ['', '', '', ''];
    const is_failed = report.failed === clause;
    return rowOf([
      code,
      `${kind.name}, ${variant}`,
      `${kind.name_zh}（${no}号款）`,
      category,
      one.hs_code,
      `S-${100 + no}`,
      'Zhejiang',
      [...new Set(kind.parts.map(([, , , supplier]) => supplier))].join('; '),
      kind.parts
        .map(([name, use, material, supplier]) => `${name} (${use}): ${material} @ ${supplier}`)
        .join('; '),
      `SAMPLE-${dayToText(issued).slice(0, 4)}-${String(no).padStart(3, '0')}`,
      report.lab,
      'Sample Testing 示例检测',
      'Ningbo',
      dayToText(issued),
      dayToText(issued - 9),
      dayToText(issued - 2),
      report.standard ?? STANDARD,
      report.missing ? 'partial' : 'full',
      clause,
      is_chinese ? zh : en,
      is_chinese ? (is_failed ? '不合格' : '合格') : is_failed ? 'Fail' : 'Pass',
      result,
      unit,
      'yes',
    ]);
  });
  (report.is_draft ? made.drafts : made.products).push(...lines);
  addDeclarations(made, { code, parts: kind.parts, declared: until - report.age_days - 20, random });
  if (!report.is_draft && made.questions.length < QUESTIONS_MAX)
    made.questions.push({
      product_code: code,
      declaration_date: dayToText(until + 1 + (no % 5)),
      customs_office: random.pick(firm.offices).code,
      reference: `SAMPLE-SO-${10_400 + no}`,
    });
}

/** Every fourth component or so has no declaration: what is missing holds things up. */
function addDeclarations(
  made: SamplePortfolio,
  about: {
    code: string;
    parts: readonly Part[];
    declared: number;
    random: ReturnType<typeof randomOf>;
  },
): void {
  for (const [name, , material, supplier] of about.parts) {
    const [is_missing, is_claim] = [about.random.is(0.25), about.random.is(0.3)];
    if (is_missing) continue;
    made.materials.push(
      rowOf([
        about.code,
        name,
        material,
        supplier,
        dayToText(about.declared),
        'yes',
        is_claim ? '' : '50 ppm',
        is_claim ? '< 90 ppm' : 'N.D. (5 ppm)',
        'none',
      ]),
    );
  }
}

function labsOf(until: number): LabInput[] {
  const lab = (cnas_id: string, given: Partial<LabInput>): LabInput => ({
    cnas_id,
    name: `Sample Testing ${cnas_id.slice(-1)}`,
    name_zh: `示例检测${cnas_id.slice(-1)}号`,
    status: 'verified',
    valid_from: dayToText(until - 900),
    valid_to: dayToText(until + 900),
    sites: [{ name: 'Ningbo', address: null, is_accredited: true }],
    scope: [{ standard: STANDARD, clauses: null, limitation: null }],
    evidence: 'Invented for the sample 示例虚构',
    evidence_document_id: null,
    verified_at: new Date(`${dayToText(until - 90)}T09:00:00+08:00`),
    verified_by: 'Sample 示例',
    note: null,
    ...given,
  });
  return [
    lab(FULL_LAB, {}),
    lab(SUSPENDED_LAB, {}),
    lab(SUSPENDED_LAB, { status: 'suspended', valid_from: dayToText(until - 60), valid_to: null }),
    lab(PARTIAL_LAB, {
      scope: [{ standard: STANDARD, clauses: CLAUSES.slice(0, 11), limitation: null }],
    }),
  ];
}

function rowOf(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}
