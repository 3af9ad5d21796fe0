import type { EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import type { DraftInput } from '#lib/server/rules/draft-input.ts';
import type { InstrumentInput } from '#lib/server/rules/instruments.ts';

/**
 * The rules that the installation starts with: those of the reported channel, as they were reported, and real
 * standards of its products. What is not public here stays empty: no text, title or date is made up, and a day
 * that had to be assumed says so in its note.
 */
export type RuleSeed = {
  instrument: InstrumentInput;
  /** Null where no day of force is known: the instrument is kept to be cited, and waits for an analyst. */
  version: DraftInput | null;
};

const NEWS = 'As reported on 2026-05-13';
const CITED = 'Cited by public sources; edition and dates not confirmed';

const SAC = {
  slug: 'sac',
  name: 'Standardization Administration of China',
  name_zh: '国家标准化管理委员会',
} as const;
const NINGBO_CUSTOMS = { slug: 'ningbo-customs', name: 'Ningbo Customs', name_zh: '宁波海关' } as const;
const NINGBO_AMR = {
  slug: 'ningbo-amr',
  name: 'Ningbo Municipal Market Supervision Administration',
  name_zh: '宁波市市场监督管理局',
} as const;

/** A standard of which only number, source and products are known. */
function citedStandard(slug: string, document_no: string, source: string, confirmed: boolean): RuleSeed {
  const title = document_no;
  return {
    instrument: {
      slug,
      title,
      kind: 'standard',
      authority: SAC,
      language: 'zh-CN',
      document_no,
      work_number: slug,
      source,
      confirmed,
    },
    version: null,
  };
}

const GB_28007_SOURCE = 'Public notices of GB 28007—2024, published on 2024-06-25';

const REPLACED: readonly RuleSeed[] = [
  citedStandard('gb-28007-2011', 'GB 28007—2011', GB_28007_SOURCE, true),
  citedStandard('gb-22793.1-2008', 'GB 22793.1—2008', GB_28007_SOURCE, true),
  citedStandard('gb-24430.1-2009', 'GB 24430.1—2009', GB_28007_SOURCE, true),
];

const CITED_ONLY: readonly RuleSeed[] = [
  citedStandard('gb-14749-2006', 'GB 14749—2006', 'Public summaries of the standard on baby walkers', true),
  citedStandard(
    'gbt-46975-2025',
    'GB/T 46975—2025',
    'China Consumer News, 2026-01-12, on portable bassinets',
    true,
  ),
  citedStandard('gb-14748', 'GB 14748', CITED, false),
  citedStandard('gb-28482', 'GB 28482', CITED, false),
  citedStandard('gb-6675', 'GB 6675', CITED, false),
  citedStandard('gb-27887', 'GB 27887', CITED, false),
];

const GB_31701_2015: RuleSeed = {
  instrument: {
    slug: 'gb-31701-2015',
    title: '婴幼儿及儿童纺织产品安全技术规范',
    title_translation: 'Safety technical code for infants and children textile products',
    kind: 'standard',
    authority: SAC,
    language: 'zh-CN',
    document_no: 'GB 31701—2015',
    work_number: 'gb-31701-2015',
    issued_on: '2015-05-26',
    source: 'National standards platform: number, title and dates',
    confirmed: true,
  },
  version: {
    label: '2015',
    issued_on: '2015-05-26',
    valid_from: '2016-06-01',
    transition_until: '2018-05-31',
    source_url: 'https://std.samr.gov.cn/gb/search/gbQueryPage?searchText=GB%2031701',
    source_title: 'National standards platform',
    without_text: true,
    note: 'A standard for infants’ and children’s textiles sold in China. Its text is published as images only and is not held here. Goods made before 2016-06-01 could be sold until 2018-05-31. Limits quoted by public sources: lead at most 90 mg/kg, cadmium at most 100 mg/kg, six phthalates at most 0.1 %, burning class 1, wet-rubbing fastness at least 3.',
    note_zh:
      '适用于在中国销售的婴幼儿及儿童纺织产品。全文仅以图片公开，此处未收录。2016-06-01之前生产的产品可销售至2018-05-31。公开来源引用的限值：铅≤90 mg/kg、镉≤100 mg/kg、六种邻苯二甲酸酯≤0.1%、燃烧性能1级、耐湿摩擦色牢度≥3级。',
  },
};

const GB_28007_2024: RuleSeed = {
  instrument: {
    slug: 'gb-28007-2024',
    title: 'GB 28007—2024',
    title_translation: 'GB 28007-2024',
    kind: 'standard',
    authority: SAC,
    language: 'zh-CN',
    document_no: 'GB 28007—2024',
    work_number: 'gb-28007-2024',
    issued_on: '2024-06-25',
    source: GB_28007_SOURCE,
    confirmed: true,
  },
  version: {
    label: '2024',
    issued_on: '2024-06-25',
    valid_from: '2026-01-01',
    source_title: 'Public notices of the standard',
    without_text: true,
    note: 'Cribs, high chairs and other children’s furniture. The text is not held here.',
    note_zh: '适用于婴儿床、高脚椅等儿童家具。此处未收录正文。',
    relations: [
      { kind: 'replaces', to: 'gb-28007-2011', paths: [] },
      { kind: 'replaces', to: 'gb-22793.1-2008', paths: [] },
      { kind: 'partly_replaces', to: 'gb-24430.1-2009', paths: [] },
    ],
  },
};

/** The clauses that the report names; of the other nine only their number is known. */
const NAMED_CLAUSES: Readonly<Record<number, { title: string; title_translation: string; topic: string }>> = {
  8: {
    title: 'Torque testing for detachable parts',
    title_translation: '可拆卸部件扭矩测试',
    topic: 'torque',
  },
  11: { title: 'Burn rate measurement', title_translation: '燃烧速率测定', topic: 'burn-rate' },
  12: {
    title: 'Simulated use durability testing',
    title_translation: '模拟使用耐久性测试',
    topic: 'simulated-use-durability',
  },
};
const SLOT_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
const PENDING_SLOT = 12;

const GB_31701_2026: RuleSeed = {
  instrument: {
    slug: 'gb-31701-2026',
    title: 'GB 31701—2026',
    title_translation: 'GB 31701-2026',
    kind: 'standard',
    authority: SAC,
    language: 'zh-CN',
    document_no: 'GB 31701—2026',
    work_number: 'gb-31701-2026',
    source: NEWS,
    confirmed: false,
  },
  version: {
    label: '2026',
    valid_from: '2026-05-13',
    source_title: NEWS,
    confirmed: false,
    without_text: true,
    note: 'Known as reported only: twelve requirements, of which 4.8, 4.11 and 4.12 are named. The numbers of the other nine are working numbers. The day of entry into force is not public here; 2026-05-13 is the day on which the channel began to ask for it. The interpretation of 4.12 is pending at SAC.',
    note_zh:
      '仅据报道：共十二项要求，其中4.8、4.11、4.12已具名，其余九项为暂用编号。实施日期未见公开；2026-05-13为通道开始要求该标准之日。4.12的解释待国家标准委作出。',
    topics: ['phthalates', 'heavy-metals', 'flammability', 'small-parts', 'mechanical-physical'],
    relations: [
      {
        kind: 'replaces',
        to: 'gb-31701-2015',
        paths: [],
        note: 'As reported; many test reports still cite 2015.',
      },
    ],
    provisions: SLOT_NUMBERS.map((slot) => ({
      path: `4.${slot}`,
      title: NAMED_CLAUSES[slot]?.title ?? null,
      title_translation: NAMED_CLAUSES[slot]?.title_translation ?? null,
      text: '',
      // What is held of it is the name in an English report; the wording of the standard is not.
      language: 'en',
      status: slot === PENDING_SLOT ? 'interpretation_pending' : null,
      source: NAMED_CLAUSES[slot] ? NEWS : 'Working number; twelve requirements were reported',
      confirmed: NAMED_CLAUSES[slot] !== undefined,
    })),
  },
};

/** The programme's conditions as reported, each to be given its clause once the notice is read. */
const PROGRAMME: EligibilityParameters = {
  kind: 'eligibility',
  standard: { instrument: 'gb-31701-2026', standard_no: 'GB 31701-2026', clause: null },
  slots: SLOT_NUMBERS.map((slot) => ({
    slot,
    clause: `4.${slot}`,
    topic: NAMED_CLAUSES[slot]?.topic ?? null,
    confirmed: NAMED_CLAUSES[slot] !== undefined,
  })),
  report_age_days: { value: 90, clause: null },
  programme: { offices: ['3100'], launched_on: '2026-05-13', closed_on: null, clause: null },
  accreditation: { schemes: ['cnas'], needs_scope: true, clause: null },
  categories: {
    listed: ['crib', 'walker', 'pacifier'],
    catalogue_size: 37,
    catalogue_complete: false,
    clause: null,
  },
  materials: {
    limits: [{ substance: 'heavy-metals', operator: 'lt', value: 100, unit: 'ppm', clause: null }],
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

const NINGBO_NOTICE: RuleSeed = {
  instrument: {
    slug: 'ningbo-customs-notice-2026-017',
    title: '宁波海关公告2026年第17号',
    title_translation: 'Ningbo Customs Notice No. 2026-017',
    kind: 'notice',
    authority: NINGBO_CUSTOMS,
    language: 'zh-CN',
    jurisdiction: 'cn-ningbo',
    document_no: '宁波海关公告2026年第17号',
    work_number: '17',
    issued_on: '2026-05-13',
    source: NEWS,
    confirmed: false,
  },
  version: {
    label: '2026-05-13',
    issued_on: '2026-05-13',
    valid_from: '2026-05-13',
    source_title: NEWS,
    confirmed: false,
    without_text: true,
    note: 'Known as reported only; the text of the notice is not held here. Ningbo Customs and the Ningbo Municipal Market Supervision Administration open an export channel for infant and toddler products; the conditions are in the parameters. Of the 37 product categories three are named.',
    note_zh:
      '仅据报道，此处未收录公告正文。宁波海关与宁波市市场监督管理局设立婴幼儿用品专属出口通道，条件见参数。37类产品中三类已具名。',
    parameters: PROGRAMME,
    relations: [{ kind: 'implements', to: 'gb-31701-2026', paths: [] }],
  },
};

const NINGBO_GUIDELINES: RuleSeed = {
  instrument: {
    slug: 'ningbo-guidelines-gb-31701-2026',
    title: 'Implementation Guidelines for GB 31701-2026 Enforcement',
    title_translation: 'GB 31701—2026实施指南',
    kind: 'guideline',
    authority: NINGBO_AMR,
    // The name is held as an English report gives it.
    language: 'en',
    jurisdiction: 'cn-ningbo',
    work_number: 'gb-31701-2026',
    issued_on: '2026-05-10',
    source: NEWS,
    confirmed: false,
  },
  version: {
    label: '1.2',
    issued_on: '2026-05-10',
    valid_from: '2026-05-10',
    source_title: NEWS,
    confirmed: false,
    without_text: true,
    note: 'Version 1.2, known as reported only; the text is not held here. The day of force is not public here: 2026-05-10 is the day of issue, three days before the channel opened.',
    note_zh: '第1.2版，仅据报道，此处未收录正文。实施日期未见公开：2026-05-10为印发日期，早于通道开通三日。',
    relations: [{ kind: 'implements', to: 'gb-31701-2026', paths: [] }],
  },
};

/** What is related to comes first. */
export const RULES: readonly RuleSeed[] = [
  ...REPLACED,
  ...CITED_ONLY,
  GB_31701_2015,
  GB_28007_2024,
  GB_31701_2026,
  NINGBO_NOTICE,
  NINGBO_GUIDELINES,
];
