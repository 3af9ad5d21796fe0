import { describe, expect, test } from 'vitest';
import { proposeReport } from './extract-report.ts';

const CHINESE = [
  `检测报告
报告编号：NB-2026-001
中国认可 国际互认 检测 TESTING CNAS L0142
委托单位：示例婴童用品有限公司
样品名称：婴儿床
检测依据：GB 31701—2026
检测日期：2026年7月20日至2026年7月28日
签发日期：2026年8月1日
检测结论：合格`,
  `4.8 可拆卸部件扭力 0.34 N·m 合格
4.11 燃烧速率 不合格
表4.12 项目`,
];
const ENGLISH = [
  `TEST REPORT
Report No.: NB-2026-002
Date of issue: 1 August 2026
Test standard: GB 31701-2026
Laboratory: Sample Laboratory
CNAS No.: CNAS L0101
4.8 Torque of detachable parts 0.34 pass
4.12 Simulated use durability N/A`,
];

const valuesOf = (pages: string[]) =>
  Object.fromEntries(proposeReport(pages).fields.map(({ field, value }) => [field, value]));

describe('the text of a report', () => {
  test('in Chinese gives its fields, each with its place', () => {
    expect(valuesOf(CHINESE)).toMatchObject({
      report_no: 'NB-2026-001',
      cnas_id: 'CNAS L0142',
      applicant_name: '示例婴童用品有限公司',
      standard: 'GB 31701-2026',
      tested_from: '2026-07-20',
      tested_to: '2026-07-28',
      issued_on: '2026-08-01',
      overall_verdict: '合格',
    });
    const { fields, items, language } = proposeReport(CHINESE);
    expect(language).toBe('zh');
    const number = fields.find(({ field }) => field === 'report_no');
    expect(CHINESE[0]?.slice(number?.place.start, number?.place.end)).toBe('NB-2026-001');
    expect(items).toMatchObject([
      { clause: '4.8', name: '可拆卸部件扭力', verdict: '合格', result: '0.34 N·m', place: { page: 2 } },
      { clause: '4.11', name: '燃烧速率', verdict: '不合格', result: null },
    ]);
  });

  test('in English gives the same', () => {
    expect(valuesOf(ENGLISH)).toMatchObject({
      report_no: 'NB-2026-002',
      cnas_id: 'CNAS L0101',
      issued_on: '2026-08-01',
      standard: 'GB 31701-2026',
    });
    expect(proposeReport(ENGLISH).items.map(({ clause, verdict }) => [clause, verdict])).toEqual([
      ['4.8', 'pass'],
      ['4.12', 'N/A'],
    ]);
  });

  test('that says nothing gives nothing', () => {
    expect(proposeReport(['签发日期：随后\n检测依据：企业标准\n合格'])).toMatchObject({
      fields: [],
      items: [],
    });
  });
});
