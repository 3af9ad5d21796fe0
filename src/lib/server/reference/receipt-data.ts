import type { ReceiptEvent } from '#lib/domain/clearance/receipt.ts';

export type ReceiptVendorSeed = {
  vendor: string;
  name: string;
  name_zh: string;
  extends_default: boolean;
  source: string;
  confirmed: boolean;
};

export type ReceiptStatusSeed = {
  vendor: string;
  code: string;
  event: ReceiptEvent;
  reopens: boolean;
  /** What vendors who disagree mean by it; a firm is asked which its own system means. */
  alternatives: readonly ReceiptEvent[];
  meaning: string;
  meaning_zh: string;
  source: string;
  confirmed: boolean;
};

const TWO_VENDORS = 'Interface documents of two vendors';
const NOTICES = 'Wording of printed customs notices';
const CEB_SOURCE = 'Public source code of a cross-border e-commerce system';
const CUSRES_SOURCE = 'UN/EDIFACT code list 7365 (message CUSRES)';

export const RECEIPT_VENDORS: readonly ReceiptVendorSeed[] = [
  {
    vendor: 'default',
    name: 'Declaration receipts (CHANNEL codes)',
    name_zh: '报关单回执（CHANNEL代码）',
    extends_default: true,
    source: TWO_VENDORS,
    confirmed: true,
  },
  {
    vendor: 'ceb',
    name: 'Cross-border e-commerce (CEB numbers)',
    name_zh: '跨境电商（CEB数字代码）',
    extends_default: false,
    source: CEB_SOURCE,
    confirmed: true,
  },
  {
    vendor: 'cusres-7365',
    name: 'UN/EDIFACT CUSRES, element 7365',
    name_zh: 'UN/EDIFACT CUSRES报文，数据元7365',
    extends_default: false,
    source: CUSRES_SOURCE,
    confirmed: true,
  },
];

type Line = readonly [code: string, event: ReceiptEvent, meaning: string, meaning_zh: string];
type Disputed = readonly [...Line, alternatives: readonly ReceiptEvent[]];

/** A deletion reopens, and so does a new review; nothing else does. */
const REOPENING_CODES = ['M'];

function lines(vendor: string, source: string, told: readonly Line[]): ReceiptStatusSeed[] {
  return told.map(([code, event, meaning, meaning_zh]) => ({
    vendor,
    code,
    event,
    reopens: event === 'void' || (vendor === 'default' && REOPENING_CODES.includes(code)),
    alternatives: [],
    meaning,
    meaning_zh,
    source,
    confirmed: true,
  }));
}

function disputed(vendor: string, source: string, told: readonly Disputed[]): ReceiptStatusSeed[] {
  return told.map(([code, event, meaning, meaning_zh, alternatives]) => ({
    vendor,
    code,
    event,
    reopens: event === 'void',
    alternatives,
    meaning,
    meaning_zh,
    source,
    confirmed: false,
  }));
}

/** What receipt codes mean. Not confirmed are those on which vendors disagree, or that no source explains. */
export const RECEIPT_STATUSES: readonly ReceiptStatusSeed[] = [
  ...disputed('default', TWO_VENDORS, [
    ['3', 'submitted', 'Declared, or only stored at the e-port', '已申报，或仅暂存', ['submitted', 'other']],
    ['7', 'submitted', 'Declared, or only stored at the e-port', '已申报，或仅暂存', ['submitted', 'other']],
    [
      'J',
      'reviewed',
      'Review concluded; for one vendor: duties and licences to settle',
      '审结；另一供应商：待缴税、核证',
      ['reviewed', 'hold'],
    ],
    [
      'C',
      'inspect',
      'Inspection notice; one vendor counts it as released',
      '查验通知；一家供应商视为放行',
      ['inspect', 'released'],
    ],
    [
      'B',
      'hold',
      'Release under guarantee; one vendor files it under stored, not approved',
      '担保验放；一家供应商归入暂存未批',
      ['released', 'hold'],
    ],
  ]),
  ...lines('default', TWO_VENDORS, [
    ['L', 'accepted', 'Accepted into customs pre-entry', '海关入库成功'],
    ['E', 'rejected', 'Rejected', '退单'],
    ['Y', 'rejected', 'Returned', '退单'],
    ['G', 'docs', 'Documents taken', '接单交单'],
    ['W', 'reviewed', 'Review concluded', '审结'],
    ['P', 'released', 'Released', '放行'],
    ['I', 'released', 'Released without paper', '无纸放行'],
    ['F', 'released', 'Released, hand-over', '放行交单'],
    ['K', 'released', 'Released under guarantee', '担保放行'],
    ['H', 'hold', 'Suspended', '挂起'],
    ['M', 'hold', 'Review again: a release before it no longer counts', '重审：此前的放行不再算数'],
    ['V', 'hold', 'Moved to valuation on site', '转现场验估'],
    ['Q', 'hold', 'Result of valuation', '验估结果'],
    ['A', 'void', 'Deleted before release', '放行前删除'],
    ['Z', 'void', 'Abnormal before release', '放行前异常'],
    ['D', 'void', 'Deleted after release', '放行后删除'],
    ['X', 'gate', 'Admitted at the gate', '准予进港'],
    ['O', 'gate', 'Admitted at the gate', '准予进港'],
    ['#', 'gate', 'Admitted at the gate', '准予进港'],
    ['R', 'closed', 'Closed after departure; never the end of clearance', '结关；不是通关的终点'],
  ]),
  ...lines('default', NOTICES, [
    ['不受理', 'rejected', 'Notice: not accepted', '不受理通知书'],
    ['审结', 'reviewed', 'Notice: review concluded', '审结通知书'],
    ['查验', 'inspect', 'Notice of inspection', '查验通知书'],
    ['放行', 'released', 'Notice of release', '放行通知书'],
    ['CP', 'released', 'Released after inspection', '查验放行'],
    ['查验放行', 'released', 'Notice of release after inspection', '查验放行通知书'],
    ['结关', 'closed', 'Closed after departure; never the end of clearance', '结关；不是通关的终点'],
  ]),
  ...lines('ceb', CEB_SOURCE, [
    ['1', 'other', 'Saved', '已暂存'],
    ['2', 'submitted', 'Declaring', '申报中'],
    ['100', 'rejected', 'Returned', '海关退单'],
    ['120', 'accepted', 'Received by Customs', '海关入库'],
    ['300', 'hold', 'Manual review', '人工审核'],
    ['399', 'reviewed', 'Review concluded', '海关审结'],
    ['500', 'inspect', 'Inspection', '查验'],
    ['501', 'hold', 'Detained, to be moved', '扣留移送通关'],
    ['502', 'hold', 'Detained, to be moved', '扣留移送缉私'],
    ['599', 'hold', 'Detained', '其他扣留'],
    ['800', 'released', 'Released', '放行'],
  ]),
  ...disputed('ceb', CEB_SOURCE, [
    ['700', 'void', 'Goods returned', '退运', ['void', 'hold']],
    ['899', 'closed', 'Closed; no source confirms this number', '结关；此代码未经证实', ['closed', 'other']],
  ]),
  ...lines('cusres-7365', CUSRES_SOURCE, [
    ['1', 'accepted', 'Declaration accepted', '申报已接受'],
    ['2', 'rejected', 'Declaration rejected', '申报被拒绝'],
    ['3', 'rejected', 'Declaration rejected', '申报被拒绝'],
    ['4', 'released', 'Goods released', '货物放行'],
    ['5', 'inspect', 'Goods required for examination', '货物须查验'],
    ['6', 'docs', 'Documents required', '须提交单证'],
    ['7', 'hold', 'Goods detained', '货物扣留'],
    ['9', 'accepted', 'Declaration accepted, arrival awaited', '申报已接受，待货物运抵'],
    ['11', 'submitted', 'Pre-entry', '预录入'],
    ['17', 'submitted', 'Declaration received', '申报已收到'],
    ['18', 'submitted', 'Clearance requested', '已申请通关'],
  ]),
  ...disputed('cusres-7365', CUSRES_SOURCE, [
    ['8', 'other', 'Goods may move under transfer', '货物可转运', ['other', 'released']],
    ['10', 'other', 'Declaration requested', '要求申报', ['other', 'submitted']],
  ]),
];
