/**
 * Who issues documents, by the names that official texts and translations use, folded (one width, simplified,
 * lower case). The first name is the id inside document keys. An authority that is not listed is kept by its
 * own folded name, so that its documents are still told apart.
 */
const AUTHORITIES: readonly (readonly [id: string, ...names: string[]])[] = [
  [
    'gacc',
    '海关总署',
    '中华人民共和国海关总署',
    'general administration of customs of china',
    'general administration of customs',
    'china customs',
  ],
  [
    'samr',
    '国家市场监督管理总局',
    '市场监管总局',
    '国家市场监管总局',
    'state administration for market regulation',
  ],
  [
    'sac',
    '国家标准化管理委员会',
    '国家标准委',
    '国标委',
    // Its announcements are headed by what they announce.
    '国家标准',
    '中华人民共和国国家标准',
    'standardization administration of china',
    "standardization administration of the people's republic of china",
  ],
  ['mofcom', '商务部', '中华人民共和国商务部', 'ministry of commerce'],
  ['miit', '工业和信息化部', '工信部', 'ministry of industry and information technology'],
  ['mof', '财政部', 'ministry of finance'],
  ['sta', '国家税务总局', '税务总局', 'state taxation administration'],
  [
    'cnca',
    '国家认证认可监督管理委员会',
    '国家认监委',
    '认监委',
    'certification and accreditation administration',
  ],
  ['cnas', '中国合格评定国家认可委员会', 'china national accreditation service for conformity assessment'],
  ['nhc', '国家卫生健康委员会', '国家卫生健康委', '国家卫健委', 'national health commission'],
  ['state-council', '国务院', 'state council'],
  [
    'ningbo-amr',
    '宁波市市场监督管理局',
    '宁波市市场监管局',
    'ningbo municipal market supervision administration',
    'ningbo administration for market regulation',
  ],
];

/** The customs districts by the spelling of English notices; `ningbo customs` is 宁波海关. */
const DISTRICTS: readonly (readonly [chinese: string, english: string])[] = [
  ['北京', 'beijing'],
  ['天津', 'tianjin'],
  ['石家庄', 'shijiazhuang'],
  ['太原', 'taiyuan'],
  ['满洲里', 'manzhouli'],
  ['呼和浩特', 'hohhot'],
  ['沈阳', 'shenyang'],
  ['大连', 'dalian'],
  ['长春', 'changchun'],
  ['哈尔滨', 'harbin'],
  ['上海', 'shanghai'],
  ['南京', 'nanjing'],
  ['杭州', 'hangzhou'],
  ['宁波', 'ningbo'],
  ['合肥', 'hefei'],
  ['福州', 'fuzhou'],
  ['厦门', 'xiamen'],
  ['南昌', 'nanchang'],
  ['青岛', 'qingdao'],
  ['济南', 'jinan'],
  ['郑州', 'zhengzhou'],
  ['武汉', 'wuhan'],
  ['长沙', 'changsha'],
  ['广州', 'guangzhou'],
  ['黄埔', 'huangpu'],
  ['深圳', 'shenzhen'],
  ['拱北', 'gongbei'],
  ['汕头', 'shantou'],
  ['海口', 'haikou'],
  ['湛江', 'zhanjiang'],
  ['江门', 'jiangmen'],
  ['南宁', 'nanning'],
  ['成都', 'chengdu'],
  ['重庆', 'chongqing'],
  ['贵阳', 'guiyang'],
  ['昆明', 'kunming'],
  ['拉萨', 'lhasa'],
  ['西安', "xi'an"],
  ['兰州', 'lanzhou'],
  ['西宁', 'xining'],
  ['银川', 'yinchuan'],
  ['乌鲁木齐', 'urumqi'],
];

const IDS = new Map<string, string>([
  ...AUTHORITIES.flatMap((names) => names.map((name): [string, string] => [name, names[0]])),
  ...DISTRICTS.flatMap(([chinese, english]): [string, string][] => [
    [`${chinese}海关`, `${english.replace(/\W/g, '')}-customs`],
    [`中华人民共和国${chinese}海关`, `${english.replace(/\W/g, '')}-customs`],
    [`${english} customs`, `${english.replace(/\W/g, '')}-customs`],
    [`${english} customs district`, `${english.replace(/\W/g, '')}-customs`],
  ]),
]);
/** Longest first, so that 中华人民共和国海关总署 is not read as 海关总署 behind another authority. */
const NAMES = [...IDS.keys()].sort((a, b) => b.length - a.length);

/** The id of an authority by a folded name of it; null when it is not listed. */
export function issuerId(folded_name: string): string | null {
  return IDS.get(folded_name.trim()) ?? null;
}

/** How an unlisted authority ends; a run of characters in front of 公告 that ends otherwise is none. */
const ENDING = /(?:海关|总署|总局|局|部|委员会|委|厅|院|办公室|办公厅|政府|中心|协会|署)$/;
/** Words in front of an authority that belong to the sentence and not to its name. */
const BEFORE_NAME =
  /^.*(?:根据|依据|按照|依照|遵照|以及|按|据|见|和|与|及|由|的|了|在|对|为|发布|印发|废止|代替|执行|同时|之|以)/;

/**
 * The authorities named directly in front of a position of folded text, the lead one first (商务部海关总署公告
 * is joint), and where the first of them begins. Empty when none is named there.
 */
export function issuersBefore(folded: string, end: number): { issuers: string[]; start: number } {
  const issuers: string[] = [];
  let at = end;
  for (;;) {
    while (issuers.length > 0 && /[\s、,和]/.test(folded[at - 1] ?? '') && knownBefore(folded, at - 1))
      at -= 1;
    const name = knownBefore(folded, at);
    if (!name) break;
    issuers.unshift(IDS.get(name) ?? name);
    at -= name.length;
    if (issuers.length === ISSUERS_MAX) break;
  }
  if (issuers.length > 0) return { issuers, start: at };
  const run = /[\u4e00-\u9fff]{2,40}$/.exec(folded.slice(Math.max(0, end - 40), end))?.[0] ?? '';
  const name = run.replace(BEFORE_NAME, '');
  return ENDING.test(name) ? { issuers: [name], start: end - name.length } : { issuers: [], start: end };
}

/** More authorities than any joint announcement has signed. */
const ISSUERS_MAX = 12;

function knownBefore(folded: string, end: number): string | null {
  return (
    NAMES.find(
      (name) =>
        folded.endsWith(name, end) &&
        !(/^[a-z]/.test(name) && /[a-z]/.test(folded[end - name.length - 1] ?? '')),
    ) ?? null
  );
}
