/** A product line of a sample firm; `category` is a slug of the reference data, null for goods that are in none. */
export type SampleGoods = {
  weight: number;
  category: string | null;
  hs_code: string;
  product_name: string;
};

/** An office as the reference data lists it, and how slow the ordinary channel is there: 1 is the average. */
export type SampleOffice = { weight: number; code: string; slowness: number };

export type SampleFirm = {
  slug: string;
  /** Says in both languages that it is a sample. */
  name: string;
  declarations_a_month: number;
  /** The share of its declarations that are imports. */
  import_share: number;
  offices: readonly [SampleOffice, ...SampleOffice[]];
  goods: readonly [SampleGoods, ...SampleGoods[]];
  /** Clients by slug, a part of whose declarations it holds too, as a broker does. */
  broker_of: readonly string[];
  /** Whether two weeks are missing now and then, as when a file was never sent. */
  has_gaps: boolean;
};

const CRIB = { category: 'crib', hs_code: '9403500090', product_name: '木制婴儿床' };
const WALKER = { category: 'walker', hs_code: '8715000000', product_name: '婴儿学步车' };
const PACIFIER = { category: 'pacifier', hs_code: '3924900000', product_name: '硅胶安抚奶嘴' };
const STROLLER = { category: null, hs_code: '8715000000', product_name: '婴儿推车' };
const CHAIR = { category: null, hs_code: '9401790000', product_name: '儿童餐椅' };

const BEILUN = { code: '3104', slowness: 0.92 };
const NINGBO = { code: '3101', slowness: 0.98 };
const BONDED = { code: '3105', slowness: 0.86 };
const SHEKOU = { code: '5304', slowness: 1.12 };
const YANTIAN = { code: '5316', slowness: 1.03 };
const AIRPORT = { code: '5317', slowness: 0.74 };
const DAGANG = { code: '4201', slowness: 1.14 };
const QINGDAO_BONDED = { code: '4258', slowness: 1.06 };
const BINZHOU = { code: '4244', slowness: 1.34 };

/**
 * Six invented firms: enough for numbers over all firms, and few enough that some cells stay below the five
 * firms that such a number needs. The first one is where whoever loads the sample comes to work.
 */
export const SAMPLE_FIRMS: readonly [SampleFirm, ...SampleFirm[]] = [
  {
    slug: 'sample-harbour',
    name: 'Sample Harbour Infant Goods 示例·海港婴童用品',
    declarations_a_month: 480,
    import_share: 0.06,
    offices: [
      { ...BEILUN, weight: 46 },
      { ...NINGBO, weight: 20 },
      { ...BONDED, weight: 8 },
      { ...YANTIAN, weight: 12 },
      { ...SHEKOU, weight: 6 },
      { ...DAGANG, weight: 6 },
      { ...AIRPORT, weight: 2 },
    ],
    goods: [
      { ...CRIB, weight: 34 },
      { ...WALKER, weight: 22 },
      { ...PACIFIER, weight: 22 },
      { ...STROLLER, weight: 16 },
      { ...CHAIR, weight: 6 },
    ],
    broker_of: [],
    has_gaps: true,
  },
  {
    slug: 'sample-cribs',
    name: 'Sample Crib Works 示例·婴儿床制造',
    declarations_a_month: 190,
    import_share: 0.03,
    offices: [
      { ...BEILUN, weight: 60 },
      { ...NINGBO, weight: 22 },
      { ...YANTIAN, weight: 10 },
      { ...DAGANG, weight: 8 },
    ],
    goods: [
      { ...CRIB, weight: 78 },
      { ...WALKER, weight: 6 },
      { ...PACIFIER, weight: 4 },
      { ...CHAIR, weight: 12 },
    ],
    broker_of: [],
    has_gaps: false,
  },
  {
    slug: 'sample-walkers',
    name: 'Sample Walkers and Strollers 示例·学步车与推车',
    declarations_a_month: 150,
    import_share: 0.03,
    offices: [
      { ...BEILUN, weight: 44 },
      { ...NINGBO, weight: 16 },
      { ...SHEKOU, weight: 18 },
      { ...YANTIAN, weight: 14 },
      { ...DAGANG, weight: 8 },
    ],
    goods: [
      { ...WALKER, weight: 48 },
      { ...STROLLER, weight: 38 },
      { ...CRIB, weight: 8 },
      { ...PACIFIER, weight: 6 },
    ],
    broker_of: [],
    has_gaps: false,
  },
  {
    slug: 'sample-silicone',
    name: 'Sample Silicone 示例·硅胶制品',
    declarations_a_month: 140,
    import_share: 0.1,
    offices: [
      { ...BEILUN, weight: 34 },
      { ...BONDED, weight: 18 },
      { ...AIRPORT, weight: 18 },
      { ...YANTIAN, weight: 16 },
      { ...QINGDAO_BONDED, weight: 10 },
      { ...BINZHOU, weight: 4 },
    ],
    goods: [
      { ...PACIFIER, weight: 82 },
      { ...CHAIR, weight: 10 },
      { ...CRIB, weight: 8 },
    ],
    broker_of: [],
    has_gaps: false,
  },
  {
    slug: 'sample-trading',
    name: 'Sample Trading 示例·进出口',
    declarations_a_month: 110,
    import_share: 0.3,
    offices: [
      { ...DAGANG, weight: 30 },
      { ...BEILUN, weight: 24 },
      { ...NINGBO, weight: 16 },
      { ...SHEKOU, weight: 14 },
      { ...YANTIAN, weight: 12 },
      { ...BINZHOU, weight: 4 },
    ],
    goods: [
      { ...STROLLER, weight: 30 },
      { ...CRIB, weight: 26 },
      { ...WALKER, weight: 22 },
      { ...PACIFIER, weight: 22 },
    ],
    broker_of: [],
    has_gaps: false,
  },
  {
    slug: 'sample-broker',
    name: 'Sample Customs Broker 示例·报关行',
    declarations_a_month: 80,
    import_share: 0.12,
    offices: [
      { ...BEILUN, weight: 40 },
      { ...NINGBO, weight: 26 },
      { ...YANTIAN, weight: 14 },
      { ...SHEKOU, weight: 10 },
      { ...DAGANG, weight: 10 },
    ],
    goods: [
      { ...CRIB, weight: 30 },
      { ...WALKER, weight: 24 },
      { ...PACIFIER, weight: 24 },
      { ...STROLLER, weight: 22 },
    ],
    broker_of: ['sample-walkers', 'sample-silicone'],
    has_gaps: false,
  },
];
