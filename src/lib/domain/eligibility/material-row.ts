import { columnNames, type Columns } from '#lib/domain/tables/columns.ts';
import { IntakeCells } from './intake-cells.ts';
import type { IntakeProblem } from './intake-problem.ts';
import { ALL_METALS, readHeavyMetal, type HeavyMetal, type MaterialContent } from './material.ts';

const SYNONYMS = {
  product_code: ['code', 'sku', 'article', '产品编号', '货号'],
  component: ['part', '部件', '组件', '零部件'],
  material: ['材料', '材质'],
  declared_by: ['supplier', 'signed by', '供应商', '声明人', '声明方'],
  declared_on: ['date', 'declared', '声明日期', '日期'],
  phthalate_free: ['phthalate-free', '不含邻苯', '不含邻苯二甲酸酯'],
  phthalate_detection_limit_ppm: ['phthalate lod', '邻苯检出限'],
  heavy_metals: ['heavy metals', 'heavy metals ppm', '重金属', '重金属总量'],
  lead: ['pb', '铅'],
  cadmium: ['cd', '镉'],
  mercury: ['hg', '汞'],
  chromium: ['cr', '铬'],
  arsenic: ['as', '砷'],
  antimony: ['sb', '锑'],
  barium: ['ba', '钡'],
  selenium: ['se', '硒'],
  flame_retardants: ['flame retardants', '阻燃剂'],
  flame_retardant_names: ['which flame retardants', '阻燃剂名称'],
  note: ['remark', '备注'],
} as const satisfies Record<string, readonly string[]>;
export type MaterialField = keyof typeof SYNONYMS;
export const MATERIAL_COLUMNS = columnNames<MaterialField>(SYNONYMS, [['product_code'], ['component']]);

const METALS = [
  'lead',
  'cadmium',
  'mercury',
  'chromium',
  'arsenic',
  'antimony',
  'barium',
  'selenium',
] as const;
const FLAME_WORDS: Readonly<Record<string, 'declared' | 'none' | 'not_declared'>> = {
  declared: 'declared',
  none: 'none',
  not_declared: 'not_declared',
  'not declared': 'not_declared',
  有: 'declared',
  已声明: 'declared',
  无: 'none',
  不含: 'none',
  未声明: 'not_declared',
};

export type MaterialRow = { product_code: string; component: string; content: MaterialContent };
export type ReadMaterialRow = { ok: true; row: MaterialRow } | { ok: false; problems: IntakeProblem[] };

/** Reads the rows of a file of declarations; a row is one declaration about one component. */
export function createMaterialReader(
  columns: Columns<MaterialField>,
  serial_days: number,
): (cells: readonly string[]) => ReadMaterialRow {
  return (cells) => {
    const row = new IntakeCells<MaterialField>(cells, columns, serial_days);
    const component = row.needed('component', 200);
    const phthalate_free = row.yesNo('phthalate_free');
    const limit = row.cell('phthalate_detection_limit_ppm', 100);
    const limit_read = limit === null ? null : readHeavyMetal(limit);
    if (limit !== null && !limit_read?.ppm)
      row.wrong('phthalate_detection_limit_ppm', 'content_unreadable', { value: limit });
    const flame = row.cell('flame_retardants', 60);
    const flame_retardants = flame === null ? null : (FLAME_WORDS[flame.toLowerCase()] ?? null);
    if (flame !== null && flame_retardants === null)
      row.wrong('flame_retardants', 'use_unknown', { value: flame });
    const content: MaterialContent = {
      material: row.cell('material', 200) ?? (component || '–'),
      declared_by: row.needed('declared_by', 200),
      declared_on: row.day('declared_on') ?? '',
      declares: {
        phthalate_free,
        phthalate_basis: phthalate_free === null ? null : limit_read ? 'evidence' : 'claim',
        phthalate_detection_limit_ppm: limit_read?.ppm ?? null,
        heavy_metals: [
          metal(row, 'heavy_metals', ALL_METALS),
          ...METALS.map((name) => metal(row, name, name)),
        ].flatMap((one) => one ?? []),
        flame_retardants,
        flame_retardant_names: row.cell('flame_retardant_names', 1000),
      },
      document_id: null,
      note: row.cell('note', 1000),
    };
    const product_code = row.needed('product_code', 100);
    if (content.declared_on === '' && !row.problems.some(({ field }) => field === 'declared_on'))
      row.wrong('declared_on', 'missing');
    if (row.problems.length > 0) return { ok: false, problems: row.problems };
    return { ok: true, row: { product_code, component, content } };
  };
}

function metal(row: IntakeCells<MaterialField>, field: MaterialField, substance: string): HeavyMetal | null {
  const written = row.cell(field, 200);
  if (written === null) return null;
  return readHeavyMetal(written, substance) ?? row.wrong(field, 'content_unreadable', { value: written });
}
