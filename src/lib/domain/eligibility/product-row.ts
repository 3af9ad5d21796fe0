import { columnNames, type ColumnNames, type Columns } from '#lib/domain/tables/columns.ts';
import { parseClause } from '#lib/domain/text/clauses.ts';
import { readGtin } from '#lib/domain/text/gtin.ts';
import { readHsCode } from '#lib/domain/text/hs-code.ts';
import { parseUscc } from '#lib/domain/text/uscc.ts';
import { readVerdict } from './engine/verdict-words.ts';
import { IntakeCells } from './intake-cells.ts';
import type { IntakeProblem } from './intake-problem.ts';
import { readCnasId } from './lab.ts';
import { COMPONENT_USES, type ComponentContent, type ComponentUse } from './product.ts';

/** The columns of a file of products with their reports, and by what else they are called. */
const SYNONYMS = {
  product_code: ['code', 'sku', 'article', 'item no', '产品编号', '货号', '商品编号', '产品代码'],
  product_name: ['product', 'product name', '产品名称', '品名', '商品名称'],
  product_name_zh: ['chinese name', '中文品名', '产品中文名称'],
  category: ['product category', '品类', '产品类别', '类别'],
  hs_codes: ['hs code', 'hs', 'hs_code', 'HS编码', '商品编码', '税号'],
  gtin: ['ean', 'upc', 'barcode', '条码', '商品条码'],
  model: ['product model', '型号', '规格型号', '产品型号'],
  origin_province: ['origin', 'province', '原产省', '产地', '境内货源地'],
  suppliers: ['supplier', '供应商'],
  components: ['component', 'parts', '部件', '组件', '零部件'],
  report_no: ['report', 'report number', 'report no.', '报告编号', '检测报告编号', '报告号'],
  cnas_id: ['lab', 'cnas', 'cnas no', 'laboratory', 'CNAS编号', 'CNAS证书号', '实验室编号'],
  lab_name: ['laboratory name', '检测机构', '实验室', '实验室名称'],
  lab_site: ['site', '检测地点', '检测场所'],
  cma_no: ['cma', 'CMA编号', 'CMA证书编号'],
  issued_on: ['issued', 'issue date', 'date of issue', '签发日期', '报告日期', '发布日期'],
  received_on: ['received', 'date received', '收样日期', '样品接收日期'],
  tested_from: ['test start', '检测开始日期'],
  tested_to: ['test end', '检测结束日期', '检测完成日期'],
  applicant_name: ['applicant', 'customer', '委托单位', '申请人'],
  applicant_uscc: ['uscc', '委托单位信用代码', '统一社会信用代码'],
  sample_name: ['sample', '样品名称'],
  sample_model: ['样品型号'],
  report_category: ['报告品类'],
  age_grade: ['age', 'age grade', '年龄段', '适用年龄'],
  batch: ['batch no', 'lot', '批号', '批次'],
  standard: ['test standard', '检测依据', '标准', '标准号'],
  scope: ['report scope', '检测范围', '报告范围'],
  replaces: ['replaces report', '替代报告', '代替报告'],
  overall_verdict: ['overall', 'conclusion', '检测结论', '总体结论', '结论'],
  inspector: ['检验员', '主检'],
  signatory: ['authorised by', '签发人', '批准人'],
  clause: ['条款', '条款号'],
  topic: ['test topic', '检测类别'],
  test_name: ['test', 'test item', '检测项目', '项目'],
  method: ['test method', '检测方法', '方法'],
  verdict: ['单项判定', '判定', '单项结论'],
  result: ['test result', '检测结果', '结果', '实测值'],
  limit: ['requirement', '限值', '要求', '标准要求'],
  unit: ['单位'],
  detection_limit: ['lod', 'mdl', '检出限', '方法检出限'],
  accredited: ['CNAS认可', '认可'],
  subcontracted: ['分包'],
  note: ['remark', 'remarks', '备注'],
} as const satisfies Record<string, readonly string[]>;
type Known = keyof typeof SYNONYMS;
/** `clause:4.8` is a column that is called by a clause and holds the verdict on it. */
export type ProductField = Known | `clause:${string}`;

const known: ColumnNames<Known> = columnNames<Known>(SYNONYMS, [['product_code']]);

export const PRODUCT_COLUMNS: ColumnNames<ProductField> = {
  fields: known.fields,
  required: [['product_code']],
  fieldOf: (name) => {
    const field = known.fieldOf(name);
    if (field !== null) return field;
    const path = /\d\s*[.．]\s*\d/.test(name) ? parseClause(name) : null;
    return path === null ? null : `clause:${path}`;
  },
};

export type RowItem = {
  clause: string | null;
  topic: string | null;
  name: string | null;
  method: string | null;
  verdict: string;
  result: string | null;
  limit: string | null;
  unit: string | null;
  detection_limit: string | null;
  accredited: boolean | null;
  subcontracted: boolean | null;
};

/** What a row says of a product; an empty cell (null, an empty list) says nothing. */
export type ProductRow = {
  product: {
    code: string;
    name: string | null;
    name_zh: string | null;
    category: string | null;
    hs_codes: string[];
    gtin: string | null;
    model: string | null;
    origin_province: string | null;
    suppliers: string[];
    components: ComponentContent[];
  };
  report: {
    report_no: string;
    lab: { cnas_id: string | null; name: string | null; site: string | null; cma_no: string | null };
    issued_on: string | null;
    received_on: string | null;
    tested_from: string | null;
    tested_to: string | null;
    applicant: { name: string | null; uscc: string | null };
    product: Record<'name' | 'model' | 'category' | 'age_grade' | 'batch', string | null>;
    standard: string | null;
    scope: 'full' | 'partial' | null;
    replaces: string | null;
    overall_verdict: string | null;
    people: { inspector: string | null; reviewer: null; signatory: string | null };
    items: RowItem[];
    note: string | null;
  } | null;
};
export type ReadProductRow = { ok: true; row: ProductRow } | { ok: false; problems: IntakeProblem[] };

/** Reads the rows of a file whose header has these columns. A row is a product, with its report or one test of it. */
export function createProductReader(
  columns: Columns<ProductField>,
  serial_days: number,
): (cells: readonly string[]) => ReadProductRow {
  const clauses = columns.flatMap((field) =>
    field?.startsWith('clause:') ? [{ field, path: field.slice('clause:'.length) }] : [],
  );
  return (cells) => {
    const row = new IntakeCells<ProductField>(cells, columns, serial_days);
    const product = productOf(row);
    const report = reportOf(row, clauses);
    return row.problems.length > 0
      ? { ok: false, problems: row.problems }
      : { ok: true, row: { product, report } };
  };
}

type Cells = IntakeCells<ProductField>;

function productOf(row: Cells): ProductRow['product'] {
  return {
    code: row.needed('product_code', 100),
    name: row.cell('product_name', 300),
    name_zh: row.cell('product_name_zh', 300),
    category: row.cell('category', 63),
    hs_codes: row.list('hs_codes', 40).flatMap((written) => {
      const read = readHsCode(written);
      if (!read) row.wrong('hs_codes', 'hs_code', { value: written });
      return read ? [read.digits] : [];
    }),
    gtin: gtinOf(row),
    model: row.cell('model', 100),
    origin_province: row.cell('origin_province', 100),
    suppliers: row.list('suppliers', 200),
    components: row.list('components', 600).flatMap((written) => {
      const component = readComponent(written);
      if (!component) row.wrong('components', 'use_unknown', { value: written });
      return component ? [component] : [];
    }),
  };
}

function gtinOf(row: Cells): string | null {
  const written = row.cell('gtin', 40);
  if (written === null) return null;
  const read = readGtin(written);
  if (read.ok) return read.gtin;
  return row.wrong('gtin', read.problem === 'length' ? 'gtin_length' : 'gtin_check_digit', {
    value: written,
  });
}

const USE_WORDS: Readonly<Record<string, ComponentUse>> = {
  啃咬: 'teething',
  出牙: 'teething',
  睡眠: 'sleep',
  其他: 'other',
};

/** `Rail cover (teething): Silicone @ Sample Works`; use, material and supplier may be absent. Null for another use. */
export function readComponent(written: string): ComponentContent | null {
  const parts =
    /^(?<name>[^(（:：@]+)(?:[(（](?<use>[^)）]*)[)）])?\s*(?:[:：](?<material>[^@]*))?(?:@(?<supplier>.*))?$/.exec(
      written,
    )?.groups;
  const name = parts?.name?.trim();
  if (!name) return null;
  const word = parts?.use?.trim().toLowerCase() ?? 'other';
  const use = COMPONENT_USES.find((one) => one === word) ?? USE_WORDS[word];
  if (!use) return null;
  return { name, use, material: parts?.material?.trim() || null, supplier: parts?.supplier?.trim() || null };
}

function reportOf(row: Cells, clauses: { field: ProductField; path: string }[]): ProductRow['report'] {
  const report_no = row.cell('report_no', 100);
  const items = [...clauses.flatMap(({ field, path }) => wideItem(row, field, path)), ...narrowItem(row)];
  if (report_no === null) {
    if (items.length > 0) row.wrong('report_no', 'missing');
    return null;
  }
  const tested_from = row.day('tested_from');
  const tested_to = row.day('tested_to');
  if (tested_from !== null && tested_to !== null && tested_to < tested_from)
    row.wrong('tested_to', 'backwards');
  const overall_verdict = row.cell('overall_verdict', 200);
  if (overall_verdict !== null && readVerdict(overall_verdict) === 'unreadable')
    row.wrong('overall_verdict', 'verdict_unreadable', { value: overall_verdict });
  return {
    report_no,
    lab: {
      cnas_id: cnasOf(row),
      name: row.cell('lab_name', 300),
      site: row.cell('lab_site', 300),
      cma_no: row.cell('cma_no', 60),
    },
    issued_on:
      row.day('issued_on') ?? (row.cell('issued_on', 60) === null ? row.wrong('issued_on', 'missing') : null),
    received_on: row.day('received_on'),
    tested_from,
    tested_to,
    applicant: { name: row.cell('applicant_name', 300), uscc: usccOf(row) },
    product: {
      name: row.cell('sample_name', 300),
      model: row.cell('sample_model', 100),
      category: row.cell('report_category', 63),
      age_grade: row.cell('age_grade', 100),
      batch: row.cell('batch', 100),
    },
    standard: row.cell('standard', 100) ?? row.wrong('standard', 'missing'),
    scope: scopeOf(row),
    replaces: row.cell('replaces', 100),
    overall_verdict,
    people: { inspector: row.cell('inspector', 200), reviewer: null, signatory: row.cell('signatory', 200) },
    items,
    note: row.cell('note', 2000),
  };
}

function cnasOf(row: Cells): string | null {
  const written = row.cell('cnas_id', 200);
  if (written === null) return row.wrong('cnas_id', 'missing');
  const read = readCnasId(written);
  if (!read.ok) return row.wrong('cnas_id', 'cnas_unreadable', { value: written });
  return read.kind === 'testing'
    ? read.cnas_id
    : row.wrong('cnas_id', 'cnas_not_testing', { value: read.cnas_id });
}

function usccOf(row: Cells): string | null {
  const written = row.cell('applicant_uscc', 40);
  if (written === null) return null;
  const read = parseUscc(written);
  return read.ok ? read.uscc : row.wrong('applicant_uscc', 'uscc', { value: written });
}

function scopeOf(row: Cells): 'full' | 'partial' | null {
  const word = row.cell('scope', 60)?.toLowerCase() ?? null;
  if (word === null) return null;
  if (/^(?:full|全项|全部|全项目)/.test(word)) return 'full';
  return 'partial';
}

/** A cell under a clause: a verdict, or a verdict and a result behind a semicolon. */
function wideItem(row: Cells, field: ProductField, clause: string): RowItem[] {
  const cell = row.cell(field, 500);
  if (cell === null) return [];
  const [first = '', ...rest] = cell.split(/[;；|]/).map((part) => part.trim());
  const is_whole = readVerdict(cell) !== 'unreadable';
  const verdict = is_whole ? cell : first;
  if (readVerdict(verdict) === 'unreadable') {
    row.wrong(field, 'verdict_unreadable', { value: cell });
    return [];
  }
  return [{ ...NO_ITEM, clause, verdict, result: is_whole ? null : rest.join('; ') || null }];
}

/** A test of its own row, by clause, topic or name. */
function narrowItem(row: Cells): RowItem[] {
  const written = row.cell('clause', 200);
  const topic = row.cell('topic', 200);
  const name = row.cell('test_name', 300);
  if (written === null && topic === null && name === null) return [];
  const verdict = row.needed('verdict', 200);
  if (verdict !== '' && readVerdict(verdict) === 'unreadable')
    row.wrong('verdict', 'verdict_unreadable', { value: verdict });
  const clause = written === null ? null : parseClause(written);
  if (written !== null && clause === null) row.wrong('clause', 'clause_unreadable', { value: written });
  return [
    {
      clause,
      topic,
      name,
      verdict,
      method: row.cell('method', 300),
      result: row.cell('result', 500),
      limit: row.cell('limit', 500),
      unit: row.cell('unit', 40),
      detection_limit: row.cell('detection_limit', 500),
      accredited: row.yesNo('accredited'),
      subcontracted: row.yesNo('subcontracted'),
    },
  ];
}

const NO_ITEM: Omit<RowItem, 'clause' | 'verdict'> = {
  topic: null,
  name: null,
  method: null,
  result: null,
  limit: null,
  unit: null,
  detection_limit: null,
  accredited: null,
  subcontracted: null,
};
