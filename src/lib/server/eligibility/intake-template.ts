import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Sheet } from '#lib/server/exports/sheet.ts';

export const TEMPLATE_KINDS = ['products', 'materials', 'labs', 'glossary'] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

type Column = readonly [field: string, head_zh: string, example: string];

/** Twelve columns of verdicts under the working numbers of the clauses; a file may name others. */
const CLAUSES: readonly Column[] = Array.from({ length: 12 }, (_, index): Column => {
  const clause = `4.${index + 1}`;
  return [clause, clause, index === 7 ? 'pass; 0.34 N·m' : 'pass'];
});

const COLUMNS: Record<TemplateKind, readonly Column[]> = {
  products: [
    ['product_code', '产品编号', 'CRIB-01'],
    ['product_name', '产品名称', 'Crib, beech'],
    ['category', '品类', 'crib'],
    ['hs_codes', 'HS编码', '9403509990'],
    ['gtin', '条码', '4006381333931'],
    ['model', '型号', 'B-120'],
    ['origin_province', '原产省', 'Zhejiang'],
    ['suppliers', '供应商', 'Sample Silicone Works'],
    ['components', '部件', 'Rail cover (teething): Silicone @ Sample Silicone Works; Slats'],
    ['report_no', '报告编号', 'SAMPLE-2026-001'],
    ['cnas_id', 'CNAS编号', 'CNAS L0000'],
    ['lab_site', '检测地点', ''],
    ['issued_on', '签发日期', '2026-08-01'],
    ['tested_from', '检测开始日期', '2026-07-20'],
    ['tested_to', '检测结束日期', '2026-07-28'],
    ['standard', '检测依据', 'GB 31701-2026'],
    ['scope', '检测范围', 'full'],
    ['replaces', '替代报告', ''],
    ['overall_verdict', '检测结论', 'pass'],
    ...CLAUSES,
    ['note', '备注', ''],
  ],
  materials: [
    ['product_code', '产品编号', 'CRIB-01'],
    ['component', '部件', 'Rail cover'],
    ['material', '材料', 'Silicone'],
    ['declared_by', '声明方', 'Sample Silicone Works'],
    ['declared_on', '声明日期', '2026-08-01'],
    ['phthalate_free', '不含邻苯', 'yes'],
    ['phthalate_detection_limit_ppm', '邻苯检出限', '50 ppm'],
    ['heavy_metals', '重金属', '< 10 ppm'],
    ['lead', '铅', 'N.D. (5 ppm)'],
    ['cadmium', '镉', ''],
    ['flame_retardants', '阻燃剂', 'none'],
    ['flame_retardant_names', '阻燃剂名称', ''],
    ['note', '备注', ''],
  ],
  labs: [
    ['cnas_id', 'CNAS编号', 'CNAS L0000'],
    ['name', '机构名称', 'Sample Laboratory'],
    ['name_zh', '中文名称', '示例实验室'],
    ['status', '状态', 'verified'],
    ['valid_from', '有效期起', '2024-01-01'],
    ['valid_to', '有效期至', '2029-12-31'],
    ['sites', '地点', 'Ningbo: 1 Sample Road; Yuyao (not accredited)'],
    ['scope', '认可范围', 'GB 31701-2026: 4.8, 4.11; GB 6675.2-2014'],
    ['evidence', '核实依据', 'Entry of the registry'],
    ['verified_on', '核实日期', '2026-08-01'],
    ['note', '备注', ''],
  ],
  glossary: [
    ['kind', '类别', 'verdict'],
    ['zh', '中文', '合格'],
    ['en', '英文', 'Pass'],
    ['aliases', '其他写法', 'P; passed; 通过'],
    ['source', '来源', 'Usage of laboratories'],
    ['confirmed', '已确认', 'no'],
  ],
};

/** The columns of a file with one row of an example, which is marked as one and to be deleted. */
export function intakeTemplate(kind: TemplateKind, language: Language): Sheet {
  const columns = COLUMNS[kind];
  const text = textsOf(language);
  return {
    columns: columns.map(([field, head_zh]) => ({
      head: language === 'zh-CN' ? head_zh : field,
      kind: 'text',
    })),
    rows: [[columns.map(([, , example]) => example)]],
    about: () => [
      [text('portfolio.template.example'), text('portfolio.template.delete_it')],
      [text('portfolio.template.rows'), text(TEMPLATE_ROWS[kind])],
    ],
  };
}

const TEMPLATE_ROWS = {
  products: 'portfolio.template.products',
  materials: 'portfolio.template.materials',
  labs: 'portfolio.template.labs',
  glossary: 'glossary.template',
} as const;

const NAMES_ZH = new Map(
  Object.values(COLUMNS).flatMap((columns) => columns.map(([field, head_zh]) => [field, head_zh] as const)),
);

/** What a column is called to a reader of this language. */
export function columnName(field: string, language: Language): string {
  return language === 'zh-CN' ? (NAMES_ZH.get(field) ?? field) : field.replaceAll('_', ' ');
}
