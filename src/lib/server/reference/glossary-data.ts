import type { TermKind } from '#lib/domain/eligibility/glossary.ts';

/** A term that comes with the program. Analysts change it, and then it is theirs. */
export type TermSeed = {
  reference_key: string;
  kind: TermKind;
  zh: string;
  en: string;
  aliases: readonly string[];
  source: string;
  confirmed: boolean;
};

type Pair = readonly [key: string, zh: string, en: string, ...aliases: string[]];

/** What the clauses and topics of the standard were called in the report of it; its own words are not public here. */
const REPORTED: readonly Pair[] = [
  [
    'torque',
    '可拆卸部件扭矩试验',
    'Torque testing for detachable parts',
    '可拆卸部件扭矩测试',
    'torque test for detachable parts',
    'torque testing of detachable parts',
  ],
  [
    'burn-rate',
    '燃烧速率测定',
    'Burn rate measurement',
    '燃烧速率',
    '燃烧速率试验',
    'burn rate',
    'burn rate test',
  ],
  [
    'simulated-use-durability',
    '模拟使用耐久性试验',
    'Simulated use durability testing',
    '模拟使用耐久性测试',
    '模拟使用耐久性',
    'simulated use durability test',
    'simulated use durability',
    'simulated-use durability testing',
  ],
  [
    'phthalates',
    '邻苯二甲酸酯',
    'Phthalates',
    '邻苯二甲酸酯含量',
    '邻苯二甲酸酯类增塑剂',
    'phthalate',
    'phthalate content',
    'phthalates content',
    'phthalate plasticizers',
  ],
  [
    'heavy-metals',
    '重金属',
    'Heavy metals',
    '重金属含量',
    'heavy metal',
    'heavy metal content',
    'heavy metals content',
  ],
  ['flammability', '易燃性', 'Flammability', '易燃性能', '燃烧性能', '阻燃性能', 'flammability test'],
  ['small-parts', '小零件', 'Small parts', '小零件试验', 'small part', 'small parts test'],
  [
    'mechanical-physical',
    '机械与物理性能',
    'Mechanical and physical performance',
    '机械和物理性能',
    '机械物理性能',
    '物理机械性能',
    'mechanical and physical properties',
    'physical and mechanical properties',
  ],
];

const SUBSTANCES: readonly Pair[] = [
  ['antimony', '锑', 'Antimony', 'Sb'],
  ['arsenic', '砷', 'Arsenic', 'As'],
  ['barium', '钡', 'Barium', 'Ba'],
  ['cadmium', '镉', 'Cadmium', 'Cd', '镉含量', 'cadmium content'],
  ['chromium', '铬', 'Chromium', 'Cr'],
  ['lead', '铅', 'Lead', 'Pb', '铅含量', 'lead content'],
  ['mercury', '汞', 'Mercury', 'Hg'],
  ['selenium', '硒', 'Selenium', 'Se'],
  ['formaldehyde', '甲醛', 'Formaldehyde', '甲醛含量', 'formaldehyde content'],
  ['ph', 'pH值', 'pH value', 'pH'],
  ['dbp', '邻苯二甲酸二丁酯', 'Dibutyl phthalate', 'DBP'],
  ['bbp', '邻苯二甲酸丁苄酯', 'Benzyl butyl phthalate', 'BBP', 'butyl benzyl phthalate'],
  [
    'dehp',
    '邻苯二甲酸二(2-乙基己基)酯',
    'Di(2-ethylhexyl) phthalate',
    'DEHP',
    '邻苯二甲酸二(2-乙基)己酯',
    'bis(2-ethylhexyl) phthalate',
  ],
  ['dnop', '邻苯二甲酸二正辛酯', 'Di-n-octyl phthalate', 'DNOP'],
  ['dinp', '邻苯二甲酸二异壬酯', 'Diisononyl phthalate', 'DINP'],
  ['didp', '邻苯二甲酸二异癸酯', 'Diisodecyl phthalate', 'DIDP'],
];

const VERDICTS: readonly Pair[] = [
  ['pass', '合格', 'Pass', '通过', '单项合格', '判定合格', 'P', 'passed', 'passes'],
  ['fail', '不合格', 'Fail', '不通过', '未通过', '单项不合格', 'F', 'failed', 'fails'],
  ['conforms', '符合', 'Conforms', '符合要求', '符合标准要求', 'conform', 'complies', 'comply', 'compliant'],
  [
    'does-not-conform',
    '不符合',
    'Does not conform',
    '不符合要求',
    '不符合标准要求',
    'does not comply',
    'non-conforming',
    'non-compliant',
    'nonconforming',
  ],
  ['not-detected', '未检出', 'Not detected', 'N.D.', 'ND'],
  ['not-applicable', '不适用', 'Not applicable', 'N/A', 'NA'],
  ['not-tested', '未检测', 'Not tested', '未检', '未测', 'NT', 'N.T.'],
];

const UNITS: readonly Pair[] = [
  ['mg-per-kg', '毫克/千克', 'mg/kg', '毫克每千克'],
  ['ppm', 'ppm', 'ppm'],
  ['percent', '%', '%', 'percent', 'per cent'],
  ['mg-per-l', '毫克/升', 'mg/L'],
  ['newton-metre', '牛·米', 'N·m', '牛顿米', '牛顿·米', 'N.m', 'Nm', 'N•m', 'N⋅m'],
  ['newton', '牛', 'N', '牛顿'],
  ['mm-per-s', '毫米/秒', 'mm/s'],
  ['millimetre', '毫米', 'mm'],
  ['centimetre', '厘米', 'cm'],
  ['gram', '克', 'g'],
  ['kilogram', '千克', 'kg', '公斤'],
  ['second', '秒', 's', 'sec'],
  ['minute', '分钟', 'min', 'minutes'],
  ['hour', '小时', 'h', 'hours'],
  ['celsius', '摄氏度', '°C', '℃'],
  ['cycles', '次', 'cycles', 'times'],
];

const HEADINGS: readonly Pair[] = [
  ['test-report', '检测报告', 'Test report', '检验报告', '测试报告'],
  ['report-no', '报告编号', 'Report no.', '报告号', 'report number', 'test report no.'],
  ['issued-on', '签发日期', 'Date of issue', 'issue date', 'date issued', 'issued on'],
  ['received-on', '收样日期', 'Date received', '样品接收日期', '到样日期', 'sample received'],
  [
    'tested-on',
    '检测日期',
    'Date of testing',
    '检验日期',
    '测试周期',
    'testing period',
    'test period',
    'date of test',
  ],
  ['laboratory', '检测机构', 'Laboratory', '检验机构', 'testing laboratory'],
  ['place', '检测地点', 'Place of testing', '检测场所', 'place of test'],
  ['applicant', '委托单位', 'Applicant', '申请单位', '申请人', 'client'],
  ['sample-name', '样品名称', 'Sample name', 'sample description'],
  ['product-name', '产品名称', 'Product name'],
  ['model', '型号', 'Model', '型号规格', '规格型号', 'model no.'],
  ['basis', '检测依据', 'Test standard', '检验依据', '判定依据', 'test basis'],
  ['item', '检测项目', 'Test item', '检验项目', '测试项目', 'test items'],
  ['method', '检测方法', 'Test method', '试验方法'],
  ['clause', '条款', 'Clause', '条款号', 'clause no.'],
  ['result', '检测结果', 'Test result', '检验结果', '实测值', 'test results', 'result', 'results'],
  ['requirement', '标准要求', 'Requirement', '技术要求', 'requirements'],
  ['limit', '限量', 'Limit', '限值', '限量值', 'limits'],
  ['unit', '单位', 'Unit', 'units'],
  ['detection-limit', '检出限', 'Detection limit', '方法检出限', 'limit of detection', 'LOD', 'MDL'],
  ['verdict', '单项判定', 'Verdict', '判定', '结论', 'conclusion'],
  ['overall', '检测结论', 'Overall conclusion', '检验结论', '总体结论', 'overall result'],
  ['tested-by', '主检', 'Tested by', '检验员'],
  ['reviewed-by', '审核', 'Reviewed by', '审核人'],
  ['approved-by', '批准', 'Approved by', '批准人', '签发人', 'authorised by', 'authorized by'],
  ['end', '报告结束', 'End of report', '以下空白'],
];

function seeds(
  kind: TermKind,
  pairs: readonly Pair[],
  about: { source: string; confirmed: boolean },
): TermSeed[] {
  return pairs.map(([key, zh, en, ...aliases]) => ({
    ...{ reference_key: `${kind}.${key}`, kind, zh, en, aliases },
    ...about,
  }));
}

/** What a glossary starts with. Words of a clause that is not public here are those of the report of it. */
export const GLOSSARY: readonly TermSeed[] = [
  ...seeds('test', REPORTED, {
    source: 'As reported on 2026-05-13; our wording in Chinese',
    confirmed: false,
  }),
  ...seeds('test', SUBSTANCES, { source: 'Names of elements and compounds', confirmed: true }),
  ...seeds('verdict', VERDICTS, { source: 'Usual wording of test reports', confirmed: false }),
  ...seeds('unit', UNITS, { source: 'Names and symbols of units in use', confirmed: true }),
  ...seeds('heading', HEADINGS, { source: 'Usual wording of test reports', confirmed: false }),
];
