import { columnNames } from '#lib/domain/tables/columns.ts';

/** The fields of a customs receipt, as far as they matter here. */
export const RECEIPT_FIELDS = [
  'declaration_no',
  'pre_entry_no',
  'code',
  'notice_at',
  'note',
  'direction',
  'customs_office',
  'declared_at',
  'firm_uscc',
] as const;
export type ReceiptField = (typeof RECEIPT_FIELDS)[number];

const SYNONYMS: Record<ReceiptField, readonly string[]> = {
  declaration_no: [
    'entry id',
    'entry no',
    'entry number',
    '报关单号',
    '报关单编号',
    '海关编号',
    '报关单海关编号',
  ],
  pre_entry_no: [
    'pre entry id',
    'pre entry no',
    'pre entry number',
    '预录入编号',
    '预录入号',
    '数据中心统一编号',
    '统一编号',
    'seq no',
  ],
  code: [
    'channel',
    'status',
    'status code',
    'receipt code',
    'op code',
    '回执代码',
    '回执状态',
    '回执类型',
    '状态',
    '状态代码',
    '处理结果',
    '通道代码',
  ],
  notice_at: [
    'notice date',
    'notice time',
    'notice at',
    'receipt time',
    'status time',
    '回执时间',
    '通知时间',
    '通知日期',
    '状态时间',
    '处理时间',
  ],
  note: ['note', 'notes', 'remark', 'message', '备注', '回执说明', '回执内容', '处理意见'],
  direction: ['i e flag', 'ie flag', '进出口', '进出口标志', '进出口标识'],
  customs_office: [
    'decl port',
    'declaration port',
    'customs code',
    '申报地海关',
    '申报地海关代码',
    '申报关别代码',
    '关区代码',
  ],
  declared_at: ['d date', 'declaration date', 'declaration time', '申报日期', '申报时间'],
  firm_uscc: ['uscc', 'credit code', '统一社会信用代码', '社会信用代码', '境内收发货人统一社会信用代码'],
};

/** The columns of a receipt stream: a number of one kind, what happened, and when. */
export const RECEIPT_COLUMNS = columnNames(SYNONYMS, [
  ['declaration_no', 'pre_entry_no'],
  ['code'],
  ['notice_at'],
]);
