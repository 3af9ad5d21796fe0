import type { SourceKind, SourceSettings } from '#lib/domain/watch/source.ts';
import type { Wall } from '#lib/domain/watch/wall.ts';

/** A source that the installation starts with; `slug` is also the key under which it is loaded once. */
export type SourceSeed = {
  slug: string;
  name: string;
  name_zh: string;
  kind: SourceKind;
  url: string;
  language: string;
  authority: string;
  interval_minutes: number;
  expected_update_days: number | null;
  settings: SourceSettings;
  is_enabled: boolean;
  wall: Wall | null;
  needs: string | null;
  needs_zh: string | null;
  source: string;
  confirmed: boolean;
};

/** The lists of customs.gov.cn and its districts (EasySite). */
const EASYSITE: SourceSettings = {
  selectors: {
    item: '[class^="conList_ul"] li',
    title: 'a@title|a',
    link: 'a@href',
    date: 'span',
    detail_body: '#easysiteText',
  },
};
const BY_HAND =
  'Plain programs are refused here. Open the address in a browser, save the page and bring it in; or paste its text or address.';
const BY_HAND_ZH = '该网站拒绝程序访问。请用浏览器打开网址，保存网页后在此导入，或粘贴其内容或链接。';
const COLUMN = 'Set the address of the column to watch; its id is not known here.';
const COLUMN_ZH = '请填写要关注的栏目地址；栏目编号尚未核实。';
const PUBLIC_CODE = 'Public code that reads this site';

const customs = (slug: string, name: string, name_zh: string, url: string): SourceSeed => ({
  slug,
  name,
  name_zh,
  kind: 'html_list',
  url,
  language: 'zh-CN',
  authority: name_zh.split(' ')[0] ?? name_zh,
  interval_minutes: 120,
  expected_update_days: 30,
  settings: EASYSITE,
  is_enabled: false,
  wall: 'ruishu',
  needs: BY_HAND,
  needs_zh: BY_HAND_ZH,
  source: PUBLIC_CODE,
  confirmed: slug === 'gacc-announcements',
});

/** Defaults that the operator edits; what no source confirmed says so. Walls are never got around. */
export const SOURCES: readonly SourceSeed[] = [
  customs('nb-customs-notices', 'Ningbo Customs: notices', '宁波海关 公告', 'http://ningbo.customs.gov.cn/'),
  customs(
    'gacc-announcements',
    'GACC: announcements',
    '海关总署 公告',
    'http://www.customs.gov.cn/customs/302249/302266/302267/index.html',
  ),
  customs('sz-customs', 'Shenzhen Customs', '深圳海关', 'http://shenzhen.customs.gov.cn/'),
  customs('qd-customs', 'Qingdao Customs', '青岛海关', 'http://qingdao.customs.gov.cn/'),
  {
    slug: 'gov-policy',
    name: 'State Council policy library',
    name_zh: '国务院政策文件库',
    kind: 'html_list',
    url: 'https://www.gov.cn/zhengce/zhengceku/',
    language: 'zh-CN',
    authority: '国务院',
    interval_minutes: 60,
    expected_update_days: 30,
    settings: {
      selectors: { item: 'li', title: 'a', link: 'a@href', date: 'span' },
      filter: '海关总署|市场监管总局|婴|儿童',
    },
    is_enabled: true,
    wall: null,
    needs: null,
    needs_zh: null,
    source: PUBLIC_CODE,
    confirmed: false,
  },
  {
    slug: 'samr-list',
    name: 'SAMR: notices',
    name_zh: '市场监管总局',
    kind: 'html_list',
    url: 'https://www.samr.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?parseType=bulidstatic&webId=29e9522dc89d4e088a953d8cede72f4c&tplSetId=5c30fb89ae5e48b9aefe3cdf49853830&pageType=column&tagId=ajax%E5%88%86%E9%A1%B5&editType=null&pageId=',
    language: 'zh-CN',
    authority: '国家市场监督管理总局',
    interval_minutes: 60,
    expected_update_days: 30,
    settings: {
      inner: { json_path: 'data.html' },
      selectors: { item: 'li', title: 'a@title|a', link: 'a@href', date: 'div' },
    },
    is_enabled: false,
    wall: null,
    needs: 'Add the id of the column after pageId= in the address.',
    needs_zh: '请在网址末尾 pageId= 之后填写要关注的栏目编号。',
    source: PUBLIC_CODE,
    confirmed: false,
  },
  {
    slug: 'nb-scjgj',
    name: 'Ningbo Municipal Market Supervision Administration',
    name_zh: '宁波市市场监督管理局',
    kind: 'html_list',
    url: 'https://scjgj.ningbo.gov.cn/',
    language: 'zh-CN',
    authority: '宁波市市场监督管理局',
    interval_minutes: 60,
    expected_update_days: 30,
    settings: {
      inner: { datastore: true },
      selectors: { item: 'record li', title: 'a', link: 'a@href', date: 'p' },
    },
    is_enabled: false,
    wall: null,
    needs: COLUMN,
    needs_zh: COLUMN_ZH,
    source: PUBLIC_CODE,
    confirmed: false,
  },
  {
    slug: 'std-gb31701',
    name: 'National standards platform: GB 31701',
    name_zh: '国家标准平台：GB 31701',
    kind: 'json',
    url: 'https://std.samr.gov.cn/gb/search/gbQueryPage?searchText=GB%2031701&pageNumber=1&pageSize=15',
    language: 'zh-CN',
    authority: '国家标准化管理委员会',
    interval_minutes: 360,
    expected_update_days: null,
    settings: {
      json: {
        rows: 'rows',
        key: 'id',
        title: 'C_C_NAME',
        code: 'C_STD_CODE',
        date: 'ISSUE_DATE',
        effective: 'ACT_DATE',
        state: 'STATE',
      },
    },
    is_enabled: true,
    wall: null,
    needs: null,
    needs_zh: null,
    source: PUBLIC_CODE,
    confirmed: true,
  },
  {
    slug: 'std-notices',
    name: 'National standards: announcements',
    name_zh: '国家标准公告',
    kind: 'json',
    url: 'https://std.samr.gov.cn/noc/search/nocGBPage?searchText=&pageNumber=1&pageSize=50',
    language: 'zh-CN',
    authority: '国家标准化管理委员会',
    interval_minutes: 120,
    expected_update_days: 60,
    settings: {
      json: {
        rows: 'rows',
        key: 'PID',
        title: 'TITLE',
        code: 'CODE',
        date: 'NOTICE_DATE',
        link: 'http://std.sacinfo.org.cn/gnoc/queryInfo?id={PID}',
      },
      follows_details: true,
    },
    is_enabled: true,
    wall: null,
    needs: null,
    needs_zh: null,
    source: PUBLIC_CODE,
    confirmed: true,
  },
  {
    slug: 'openstd-mandatory',
    name: 'Full texts of mandatory national standards',
    name_zh: '国家标准全文公开：强制性',
    kind: 'html_list',
    url: 'https://openstd.samr.gov.cn/bzgk/gb/std_list_type?p.p1=1&p.p90=circulation_date&p.p91=desc&p.p2=',
    language: 'zh-CN',
    authority: '国家标准化管理委员会',
    interval_minutes: 360,
    expected_update_days: 60,
    settings: {
      selectors: {
        item: 'tr:has([onclick*=showInfo])',
        code: 'td:nth-child(2)',
        title: 'td:nth-child(4)',
        link: '[onclick*=showInfo]@onclick',
        link_template: '/bzgk/gb/newGbInfo?hcno={}',
        date: 'td:nth-child(7)',
      },
      follows_details: false,
    },
    is_enabled: true,
    wall: null,
    needs: null,
    needs_zh: null,
    source: PUBLIC_CODE,
    confirmed: true,
  },
  {
    slug: 'wto-eping-chn',
    name: 'WTO ePing: notifications of China',
    name_zh: '世贸组织 ePing：中国通报',
    kind: 'json',
    url: 'https://epingalert.org/api/v1/azureSearch/getAll?language=1&page=1&pageSize=100',
    language: 'en',
    authority: 'WTO',
    interval_minutes: 360,
    expected_update_days: 30,
    settings: {
      json: {
        rows: 'items',
        key: 'documentSymbol',
        title: 'title',
        code: 'documentSymbol',
        date: 'distributionDate',
        link: 'linkToNotification',
      },
      // The service ignores its own filters, so that what is kept is chosen here.
      only: { documentSymbol: 'G/TBT/N/CHN/*' },
    },
    is_enabled: true,
    wall: null,
    needs: null,
    needs_zh: null,
    source: PUBLIC_CODE,
    confirmed: false,
  },
  {
    slug: 'cnas-registry',
    name: 'CNAS: accredited bodies',
    name_zh: 'CNAS 获认可机构查询',
    kind: 'manual',
    url: 'https://las.cnas.org.cn/LAS/publish/externalQueryL1.jsp',
    language: 'zh-CN',
    authority: '中国合格评定国家认可委员会',
    interval_minutes: 1440,
    expected_update_days: null,
    settings: {},
    is_enabled: false,
    wall: 'jiasule',
    needs: BY_HAND,
    needs_zh: BY_HAND_ZH,
    source: PUBLIC_CODE,
    confirmed: true,
  },
  {
    slug: 'rsshub-fagui',
    name: 'RSSHub: customs regulations (own instance)',
    name_zh: 'RSSHub：海关法规（自建）',
    kind: 'feed',
    url: 'http://localhost:1200/gov/customs/list/fagui',
    language: 'zh-CN',
    authority: '海关总署',
    interval_minutes: 60,
    expected_update_days: 30,
    settings: {},
    is_enabled: false,
    wall: null,
    needs: 'Set the address of your own instance, and list it in ALLOW_PRIVATE_ADDRESSES when it is private.',
    needs_zh: '请填写自建实例的网址；若为内网地址，须列入 ALLOW_PRIVATE_ADDRESSES。',
    source: PUBLIC_CODE,
    confirmed: true,
  },
];
