/** What the installation starts with. Each row names its source; `confirmed` is false where no source did. */
export type DistrictSeed = {
  code: string;
  name: string;
  name_zh: string;
  source: string;
  confirmed: boolean;
};

const PICKER_SOURCE = 'Public code lists of customs districts';

const PICKER: readonly (readonly [code: string, name: string, name_zh: string])[] = [
  ['0100', 'Beijing', '北京'],
  ['0200', 'Tianjin', '天津'],
  ['0400', 'Shijiazhuang', '石家庄'],
  ['0500', 'Taiyuan', '太原'],
  ['0600', 'Manzhouli', '满洲里'],
  ['0700', 'Hohhot', '呼和浩特'],
  ['0800', 'Shenyang', '沈阳'],
  ['0900', 'Dalian', '大连'],
  ['1500', 'Changchun', '长春'],
  ['1900', 'Harbin', '哈尔滨'],
  ['2200', 'Shanghai', '上海'],
  ['2300', 'Nanjing', '南京'],
  ['2900', 'Hangzhou', '杭州'],
  ['3100', 'Ningbo', '宁波'],
  ['3300', 'Hefei', '合肥'],
  ['3500', 'Fuzhou', '福州'],
  ['3700', 'Xiamen', '厦门'],
  ['4000', 'Nanchang', '南昌'],
  ['4200', 'Qingdao', '青岛'],
  ['4300', 'Jinan', '济南'],
  ['4600', 'Zhengzhou', '郑州'],
  ['4700', 'Wuhan', '武汉'],
  ['4900', 'Changsha', '长沙'],
  ['5100', 'Guangzhou', '广州'],
  ['5200', 'Huangpu', '黄埔'],
  ['5300', 'Shenzhen', '深圳'],
  ['5700', 'Gongbei', '拱北'],
  ['6000', 'Shantou', '汕头'],
  ['6400', 'Haikou', '海口'],
  ['6700', 'Zhanjiang', '湛江'],
  ['6800', 'Jiangmen', '江门'],
  ['7200', 'Nanning', '南宁'],
  ['7900', 'Chengdu', '成都'],
  ['8000', 'Chongqing', '重庆'],
  ['8300', 'Guiyang', '贵阳'],
  ['8600', 'Kunming', '昆明'],
  ['8800', 'Lhasa', '拉萨'],
  ['9000', "Xi'an", '西安'],
  ['9400', 'Urumqi', '乌鲁木齐'],
  ['9500', 'Lanzhou', '兰州'],
];

/** Hefei's code stood in one list only. */
const DISTRICTS_UNCONFIRMED = new Set(['3300']);

export const DISTRICTS: readonly DistrictSeed[] = PICKER.map(([code, name, name_zh]) => ({
  code,
  name: `${name} Customs`,
  name_zh: `${name_zh}海关`,
  source: PICKER_SOURCE,
  confirmed: !DISTRICTS_UNCONFIRMED.has(code),
}));

export type OfficeSeed = {
  code: string;
  district_code: string;
  name: string | null;
  name_zh: string;
  source: string;
  confirmed: boolean;
};

const NINGBO = '3101 宁波海关 Ningbo|3104 北仑海关 Beilun|3105 甬保税区 Ningbo bonded zone';
const SHENZHEN =
  '5301 皇岗 Huanggang|5302 罗湖 Luohu|5303 沙头角 Shatoujiao|5304 蛇口 Shekou|5305 福强|5306 笋岗 Sungang|5307 南头 Nantou|5308 龙岗 Longgang|5309 布吉 Buji|5314 邮局|5315 惠东 Huidong|5316 大鹏 Dapeng (Yantian)|5317 宝安机场 Bao’an airport|5318 梅林 Meilin|5319 同乐 Tongle|5320 文锦渡 Wenjindu|5321 福田 Futian|5331 三门岛|5338 惠州港 Huizhou port|5339 坪山 Pingshan|5340 沙湾 Shawan|5341 惠州 Huizhou|5345 深圳湾 Shenzhen Bay|5348 大铲湾 Dachan Bay|5352 梅沙 Meisha|5353 西九龙 West Kowloon|5355 福中|5356 前海 Qianhai|5357 观澜 Guanlan|5358 西沥';
const QINGDAO =
  '4201 青岛大港 Qingdao Dagang|4238 威海快件|4239 潍诸城|4240 青关快件|4243 济曲阜|4244 滨州 Binzhou|4245 烟台邮办|4246 青加工区|4250 青西加区|4254 青岛物流|4258 青保税港';

export const OFFICES: readonly OfficeSeed[] = [
  ...offices(NINGBO, '3100', 'Public code lists of customs offices', true),
  ...offices(SHENZHEN, '5300', 'Public code lists of customs offices', true),
  ...offices(QINGDAO, '4200', 'Public code lists of customs offices', false),
];

function offices(list: string, district_code: string, source: string, confirmed: boolean): OfficeSeed[] {
  return list.split('|').map((entry) => {
    const [code = '', name_zh = '', ...name] = entry.split(' ');
    return { code, district_code, name: name.join(' ') || null, name_zh, source, confirmed };
  });
}

/** 37 categories are in scope as reported; three are named, the others are slots for an analyst to fill. */
export const CATEGORY_SLOTS = 37;
const CATEGORY_SOURCE = 'As reported on 2026-05-13: 37 product categories, three of them named';

export type CategorySeed = {
  slot: number;
  slug: string | null;
  name: string | null;
  name_zh: string | null;
  aliases: string[];
  hs_candidates: string[];
  source: string;
  confirmed: boolean;
};

const NAMED: readonly CategorySeed[] = [
  {
    slot: 1,
    slug: 'crib',
    name: 'Infant cribs',
    name_zh: '婴儿床',
    aliases: ['crib', 'cribs', 'infant crib', 'baby crib', 'baby cribs', '婴儿床', '婴幼儿床', '嬰兒床'],
    hs_candidates: ['9403'],
    source: CATEGORY_SOURCE,
    confirmed: false,
  },
  {
    slot: 2,
    slug: 'walker',
    name: 'Baby walkers',
    name_zh: '婴儿学步车',
    aliases: ['baby walker', 'infant walker', 'walkers', '学步车', '婴幼儿学步车', '嬰兒學步車', '學步車'],
    hs_candidates: ['8715', '9401'],
    source: CATEGORY_SOURCE,
    confirmed: false,
  },
  {
    slot: 3,
    slug: 'pacifier',
    name: 'Pacifiers',
    name_zh: '安抚奶嘴',
    aliases: ['pacifier', 'baby pacifier', 'infant pacifier', '安慰奶嘴', '安撫奶嘴'],
    hs_candidates: ['392490', '401490'],
    source: CATEGORY_SOURCE,
    confirmed: false,
  },
];

export const CATEGORIES: readonly CategorySeed[] = Array.from(
  { length: CATEGORY_SLOTS },
  (_, index): CategorySeed =>
    NAMED[index] ?? {
      slot: index + 1,
      slug: null,
      name: null,
      name_zh: null,
      aliases: [],
      hs_candidates: [],
      source: CATEGORY_SOURCE,
      confirmed: false,
    },
);

export type ProgrammeSeed = {
  slug: string;
  district_code: string;
  name: string;
  name_zh: string;
  state: 'under_study' | 'launched' | 'ended';
  started_on: string | null;
  source: string;
  confirmed: boolean;
};

const PROGRAMME_SOURCE = 'As reported on 2026-05-13 with Ningbo Customs Notice No. 2026-017';

/** The channel that opened, and the two that are under study: neither of those has launched. */
export const PROGRAMMES: readonly ProgrammeSeed[] = [
  {
    slug: 'ningbo-infant-products',
    district_code: '3100',
    name: 'Export channel for infant and toddler products',
    name_zh: '婴幼儿用品专属出口通道',
    state: 'launched',
    started_on: '2026-05-13',
    source: PROGRAMME_SOURCE,
    confirmed: false,
  },
  {
    slug: 'shenzhen-electronics',
    district_code: '5300',
    name: 'Similar mechanism for electronics',
    name_zh: '电子产品类似机制',
    state: 'under_study',
    started_on: null,
    source: PROGRAMME_SOURCE,
    confirmed: false,
  },
  {
    slug: 'qingdao-food-contact',
    district_code: '4200',
    name: 'Similar mechanism for food-contact materials',
    name_zh: '食品接触材料类似机制',
    state: 'under_study',
    started_on: null,
    source: PROGRAMME_SOURCE,
    confirmed: false,
  },
];

export type BaselineSeed = {
  reference_key: string;
  measure: 'declared_to_released' | 'gacc_overall';
  direction: 'export' | 'import';
  population: string;
  population_zh: string;
  period_from: string | null;
  period_to: string | null;
  hours: number;
  hours_low: number | null;
  hours_high: number | null;
  is_derived: boolean;
  derivation: string | null;
  derivation_zh: string | null;
  is_default: boolean;
  source_title: string;
  source_title_zh: string;
  source_url: string | null;
  note: string;
  note_zh: string;
};

const NEWS = 'News report of 2026-05-13 on the Ningbo channel for infant and toddler products';
const NEWS_ZH = '2026年5月13日关于宁波婴幼儿用品通道的新闻报道';
const GACC_NOTE =
  'Published by Customs as overall clearance time. No official definition of its start was found; it is another population and another measure.';
const GACC_NOTE_ZH = '海关公布的整体通关时间。未见起点的官方定义，总体与口径均不同。';

export const BASELINES: readonly BaselineSeed[] = [
  {
    reference_key: 'national-derived-2026',
    measure: 'declared_to_released',
    direction: 'export',
    population: 'National average, exports, as implied by the report',
    population_zh: '全国平均，出口，由报道推知',
    period_from: null,
    period_to: '2026-05-13',
    hours: 11.05,
    hours_low: 10.78,
    hours_high: 11.33,
    is_derived: true,
    derivation: '4.2 h / (1 − 62 %) = 11.05 h; rounding of the two figures alone gives 10.78 to 11.33 h',
    derivation_zh: '4.2小时÷（1−62%）=11.05小时；仅两个数字的取整即可得10.78至11.33小时',
    is_default: true,
    source_title: NEWS,
    source_title_zh: NEWS_ZH,
    source_url: null,
    note: 'Derived from “4.2 hours, 62% faster than the national average”, not a published value. What was measured is not confirmed; rounding alone gives 10.78 to 11.33 h.',
    note_zh: '由“4.2小时，比全国平均快62%”推算，并非公布值。所用口径未经证实；仅取整即可得10.78至11.33小时。',
  },
  {
    reference_key: 'ningbo-channel-2026',
    measure: 'declared_to_released',
    direction: 'export',
    population: 'Ningbo Customs, channel for infant and toddler products',
    population_zh: '宁波海关，婴幼儿用品通道',
    period_from: null,
    period_to: '2026-05-13',
    hours: 4.2,
    hours_low: null,
    hours_high: null,
    is_derived: false,
    derivation: null,
    derivation_zh: null,
    is_default: false,
    source_title: NEWS,
    source_title_zh: NEWS_ZH,
    source_url: null,
    note: 'As reported; the period and what was measured are not stated.',
    note_zh: '据报道；未说明所涉期间与口径。',
  },
  ...published(
    '2017',
    '2017-01-01',
    '2017-12-31',
    97.5,
    12.5,
    { en: 'Report that names the base year 2017', zh: '提及2017年基期的报道' },
    'https://guelphchinese.ca/portal.php?aid=55922&mod=view',
  ),
  ...published(
    '2019-12',
    '2019-12-01',
    '2019-12-31',
    36.7,
    2.6,
    { en: 'China.org.cn, 2020-01-15', zh: '中国网，2020年1月15日' },
    'http://japanese.china.org.cn/business/txt/2020-01/15/content_75616092.htm',
  ),
  ...published(
    '2020-05',
    '2020-05-01',
    '2020-05-31',
    38.93,
    2.12,
    { en: 'Report on clearance in May 2020', zh: '关于2020年5月通关时间的报道' },
    'http://www.eneltec-trading.com/blog/in-may-the-overall-customs-clearance-time-for-chinese-exports-was-compressed-to-less-than-3-hours/',
  ),
  ...published(
    '2020-12',
    '2020-12-01',
    '2020-12-31',
    34.91,
    1.78,
    { en: 'State Council Information Office, 2021-02-01', zh: '国务院新闻办公室，2021年2月1日' },
    'http://english.scio.gov.cn/pressroom/2021-02/01/content_77176202.htm',
  ),
  ...published(
    '2022',
    '2022-01-01',
    '2022-12-31',
    32.02,
    1.03,
    { en: 'People’s Daily Online, 2023-03-01', zh: '人民网，2023年3月1日' },
    'http://en.people.cn/n3/2023/0301/c90000-10214461.html',
  ),
  {
    reference_key: 'gacc-2020-12-import-ningbo',
    measure: 'gacc_overall',
    direction: 'import',
    population: 'Ningbo Customs, all goods, as published',
    population_zh: '宁波海关，全部货物，公布值',
    period_from: '2020-12-01',
    period_to: '2020-12-31',
    hours: 34.75,
    hours_low: null,
    hours_high: null,
    is_derived: false,
    derivation: null,
    derivation_zh: null,
    is_default: false,
    source_title: 'China Daily Ningbo, 2021-03-01: down 79.1% from 2017',
    source_title_zh: '中国日报网宁波频道，2021年3月1日：较2017年压缩79.1%',
    source_url: 'https://ningbo.chinadaily.com.cn/2021-03/01/c_597275.htm',
    note: `${GACC_NOTE} By its level it is of imports.`,
    note_zh: `${GACC_NOTE_ZH}按数值水平判断为进口。`,
  },
];

function published(
  period: string,
  period_from: string,
  period_to: string,
  import_hours: number,
  export_hours: number,
  title: { en: string; zh: string },
  source_url: string,
): BaselineSeed[] {
  return (['import', 'export'] as const).map((direction) => ({
    reference_key: `gacc-${period}-${direction}`,
    measure: 'gacc_overall',
    direction,
    population: 'National, all goods, as published by Customs',
    population_zh: '全国，全部货物，海关公布值',
    period_from,
    period_to,
    hours: direction === 'import' ? import_hours : export_hours,
    hours_low: null,
    hours_high: null,
    is_derived: false,
    derivation: null,
    derivation_zh: null,
    is_default: false,
    source_title: title.en,
    source_title_zh: title.zh,
    source_url,
    note: GACC_NOTE,
    note_zh: GACC_NOTE_ZH,
  }));
}
