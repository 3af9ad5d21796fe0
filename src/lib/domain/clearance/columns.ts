import { foldName } from '#lib/domain/text/fold.ts';
import type { Field } from './record.ts';

/**
 * What columns are called in the files of firms, brokers and customs systems, beside the contract's own
 * names. Compared folded: width, case, blanks and punctuation do not matter.
 */
const SYNONYMS: Record<Field, readonly string[]> = {
  declaration_no: [
    '报关单编号',
    '报关单号',
    '海关编号',
    '报关单海关编号',
    '海关单号',
    'declaration number',
    'declaration no',
    'customs declaration number',
    'customs declaration no',
    'customs no',
    'entry id',
    'entry number',
    'entry no',
    '報關單號',
    '報關單編號',
    '海關編號',
  ],
  direction: [
    '进出口',
    '进出口标志',
    '进出口标识',
    '进出口类型',
    '进出',
    'ie flag',
    'i e flag',
    'import export',
    'import or export',
    '進出口',
  ],
  customs_office: [
    '报关关别代码',
    '报关关别编码',
    '申报地海关代码',
    '申报关别代码',
    '关区代码',
    '申报海关代码',
    '关别代码',
    'customs office',
    'customs office code',
    'office',
    'office code',
    'customs code',
    'decl port',
    'declaration port',
    '關區代碼',
  ],
  category: ['品类', '产品类别', '产品品类', '商品类别', '类别', '品类代码', 'product category', 'category'],
  hs_code: [
    '商品编号',
    '商品编码',
    '税号',
    '海关编码',
    'hs编码',
    'hscode',
    'hs',
    'hs code',
    'commodity code',
    'tariff code',
    '商品編號',
    '稅號',
  ],
  product_name: [
    '商品名称',
    '品名',
    '货物名称',
    '商品',
    'product',
    'product name',
    'goods name',
    'goods',
    'description',
    '商品名稱',
  ],
  channel: ['通道', '通关通道', '通道类型', '放行通道', 'channel', 'lane'],
  arrived_at: [
    '运抵时间',
    '运抵日期',
    '抵运时间',
    '运抵报告时间',
    '到港时间',
    '抵港时间',
    'arrived',
    'arrival',
    'arrival time',
    'arrived at',
    '運抵時間',
  ],
  declared_at: [
    '接受申报时间',
    '申报时间',
    '申报日期',
    '报关时间',
    '接受申报日期',
    'declared',
    'declaration time',
    'declaration date',
    'declared at',
    'acceptance time',
    'd date',
    '申報時間',
  ],
  inspection_notified_at: [
    '查验通知时间',
    '布控查验时间',
    '查验通知日期',
    '查验通知',
    'inspection notified at',
    'inspection notice',
    'inspection notice time',
  ],
  inspected_at: [
    '查验完毕时间',
    '查验完成时间',
    '查验结束时间',
    '查验时间',
    '查验完毕日期',
    'inspected',
    'inspection completed',
    'inspected at',
  ],
  released_at: [
    '放行时间',
    '放行日期',
    '海关放行时间',
    'released',
    'release time',
    'release date',
    'released at',
    '放行時間',
  ],
  firm_uscc: [
    '统一社会信用代码',
    '社会信用代码',
    '信用代码',
    '境内收发货人统一社会信用代码',
    '企业统一社会信用代码',
    '发货人统一社会信用代码',
    'uscc',
    'unified social credit code',
    'credit code',
    'firm uscc',
  ],
  item_no: ['项号', '商品序号', '商品项号', '项次', 'item no', 'item number', 'line item', 'goods item'],
};

const BY_NAME: ReadonlyMap<string, Field> = new Map(
  Object.entries(SYNONYMS).flatMap(([field, names]) =>
    isField(field) ? [field, ...names].map((name) => [foldName(name), field] as const) : [],
  ),
);

function isField(name: string): name is Field {
  return Object.hasOwn(SYNONYMS, name);
}

/** The field that a column of this name holds; null for a column that is not ours. */
export function fieldOfColumn(name: string): Field | null {
  return BY_NAME.get(foldName(name)) ?? null;
}

/** For each column its field; a field keeps the first column that names it. */
export type Columns = readonly (Field | null)[];

/** What a person chose in the column preview: the file's own column name to a field, or null to leave it out. */
export type ColumnChoice = Readonly<Record<string, Field | null>>;

/** Maps a header row. `choice` goes before the known names. */
export function readHeader(cells: readonly string[], choice: ColumnChoice = {}): Columns {
  const chosen = new Map(Object.entries(choice).map(([name, field]) => [foldName(name), field]));
  const taken = new Set([...chosen.values()]);
  const seen = new Set<Field>();
  return cells.map((cell) => {
    const name = foldName(cell);
    const picked = chosen.get(name);
    const known = BY_NAME.get(name) ?? null;
    const field = picked === undefined ? (known !== null && taken.has(known) ? null : known) : picked;
    if (field === null || seen.has(field)) return null;
    seen.add(field);
    return field;
  });
}

/** Without these there is no record. */
export const FIELDS_REQUIRED = ['declaration_no', 'declared_at'] as const satisfies readonly Field[];

/** A row is taken for the header when it names the declaration number and at least one more field. */
export function isHeader(columns: Columns): boolean {
  return columns.includes('declaration_no') && columns.filter((field) => field !== null).length >= 2;
}

/** A second header line, in another language or with units: most of its cells name columns themselves. */
export function repeatsHeader(cells: readonly string[]): boolean {
  const named = cells.filter((cell) => fieldOfColumn(cell) !== null).length;
  return named >= 2 && named * 2 >= cells.filter((cell) => cell.trim() !== '').length;
}
