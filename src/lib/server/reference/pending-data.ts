import type { PendingState } from '#lib/domain/watch/pending-item.ts';
import type { Language } from '#lib/i18n/text.ts';

/** A decision that the installation awaits from its first start, as reported and not confirmed. */
export type PendingSeed = {
  slug: string;
  title: string;
  title_zh: string;
  authority: string;
  authority_zh: string;
  state: PendingState;
  query: string;
  instrument: string | null;
  provision: string | null;
  reported_on: string;
  source: string;
  note: string;
};

/** Notes and origins of the reference data as Chinese readers read them; what a person wrote stays as it is. */
const CHINESE: Readonly<Record<string, string>> = {
  'News report on the Ningbo channel, 2026-05-13': '2026年5月13日关于宁波专属通道的新闻报道',
  'Reported as pending; ongoing monitoring advised.': '据报道尚待作出，建议持续关注。',
  'Feasibility study only; not launched.': '仅为可行性研究，尚未启动。',
  'Reported as possible; nothing announced.': '据报道有此可能，尚未公布。',
  'As reported on 2026-05-13': '2026年5月13日的报道',
  'Public notices of the standard': '该标准的公开公告',
  'National standards platform': '国家标准全文公开平台',
};

/** A text of the reference data in the language of the reader. */
export function referenceText(written: string | null, language: Language): string | null {
  return written === null || language === 'en' ? written : (CHINESE[written] ?? written);
}

const NEWS = 'News report on the Ningbo channel, 2026-05-13';

/**
 * The queries ask for the subject in both languages and for what would be news of it. They are broad enough that
 * a notice is not missed for a word, and are edited where they find too much.
 */
export const PENDING_ITEMS: readonly PendingSeed[] = [
  {
    slug: 'sac-clause-4.12',
    title: 'Interpretation of clause 4.12, simulated use durability',
    title_zh: '第4.12条（模拟使用耐久性）的技术解释',
    authority: 'Standardization Administration of China (SAC)',
    authority_zh: '国家标准化管理委员会',
    state: 'announced',
    query:
      '(clause:4.12 AND (GB 31701 OR 婴幼儿 OR 儿童用品 OR "infant and toddler" OR children* OR 解释 OR 释义 OR 复函 OR 答复 OR interpret*)) OR (GB 31701 AND (模拟使用耐久 OR "simulated use durability" OR ((解释 OR 释义 OR 复函 OR interpret*) NEAR/12 (耐久 OR durability))))',
    instrument: 'gb-31701-2026',
    provision: '4.12',
    reported_on: '2026-05-13',
    source: NEWS,
    note: 'Reported as pending; ongoing monitoring advised.',
  },
  {
    slug: 'shenzhen-electronics',
    title: 'Shenzhen: a channel for electronics',
    title_zh: '深圳：电子产品通道',
    authority: 'Shenzhen Customs',
    authority_zh: '深圳海关',
    state: 'under_study',
    query:
      '(深圳 OR Shenzhen) AND (电子产品 OR 电子信息产品 OR 消费电子 OR electronics OR "electronic products") AND (专属通道 OR 绿色通道 OR 绿码 OR 可行性研究 OR 零等待 OR 秒放 OR "green lane" OR "green channel" OR "clearance channel" OR "Green Clearance Code" OR "feasibility study" OR 宁波模式 OR "Ningbo model")',
    instrument: null,
    provision: null,
    reported_on: '2026-05-13',
    source: NEWS,
    note: 'Feasibility study only; not launched.',
  },
  {
    slug: 'qingdao-food-contact',
    title: 'Qingdao: a channel for food-contact materials',
    title_zh: '青岛：食品接触材料通道',
    authority: 'Qingdao Customs',
    authority_zh: '青岛海关',
    state: 'under_study',
    query:
      '(青岛 OR Qingdao) AND (食品接触 OR 食品相关产品 OR "food contact" OR food-contact) AND (专属通道 OR 绿色通道 OR 绿码 OR 可行性研究 OR 零等待 OR 秒放 OR "green lane" OR "green channel" OR "clearance channel" OR "Green Clearance Code" OR "feasibility study" OR 宁波模式 OR "Ningbo model")',
    instrument: null,
    provision: null,
    reported_on: '2026-05-13',
    source: NEWS,
    note: 'Feasibility study only; not launched.',
  },
  {
    slug: 'national-template',
    title: 'The Ningbo model as a national template',
    title_zh: '宁波模式推广至全国',
    authority: 'General Administration of Customs (GACC)',
    authority_zh: '海关总署',
    state: 'under_study',
    query:
      '宁波模式 OR "Ningbo model" OR ((宁波 OR Ningbo) AND (婴幼儿用品 OR 专属通道 OR 绿色通道 OR "infant and toddler" OR "clearance channel" OR "Green Clearance Code") AND (全国推广 OR 复制推广 OR 全国范围 OR 推广至全国 OR "national template" OR nationwide OR "other ports"))',
    instrument: 'ningbo-customs-notice-2026-017',
    provision: null,
    reported_on: '2026-05-13',
    source: NEWS,
    note: 'Reported as possible; nothing announced.',
  },
];
