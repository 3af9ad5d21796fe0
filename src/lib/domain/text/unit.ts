import { foldForMatch } from './script.ts';

/**
 * Units as limits of standards use them. `per` is what one of the unit is in the base unit of its dimension,
 * so that units of one dimension convert: 1 % is 10,000 mg/kg, and ppm (by mass) is mg/kg.
 */
type Unit = { dimension: string; per: number; names: readonly string[] };
/** Their zero is a convention: 20 ℃ is not a third more than 15 ℃, nor is grade 4 a third more than grade 3. */
const WITHOUT_RATIO: ReadonlySet<string> = new Set(['temperature', 'grade']);

const UNITS: readonly Unit[] = [
  { dimension: 'fraction', per: 1, names: ['mg/kg', 'ppm', '毫克/千克', 'μg/g', 'µg/g'] },
  { dimension: 'fraction', per: 0.001, names: ['μg/kg', 'µg/kg', 'ug/kg', 'ppb'] },
  { dimension: 'fraction', per: 1000, names: ['g/kg', '‰'] },
  { dimension: 'fraction', per: 10_000, names: ['%', '％', 'percent', 'per cent', '%(m/m)'] },
  { dimension: 'length', per: 0.001, names: ['μm', 'µm', 'um'] },
  { dimension: 'length', per: 1, names: ['mm', '毫米'] },
  { dimension: 'length', per: 10, names: ['cm', '厘米'] },
  { dimension: 'length', per: 1000, names: ['m', '米'] },
  { dimension: 'length', per: 1_000_000, names: ['km', '公里', '千米'] },
  { dimension: 'area', per: 1, names: ['mm2'] },
  { dimension: 'area', per: 100, names: ['cm2'] },
  { dimension: 'area', per: 1_000_000, names: ['m2', '平方米'] },
  { dimension: 'volume', per: 1, names: ['ml', 'cm3', '毫升'] },
  { dimension: 'volume', per: 1000, names: ['l', '升'] },
  { dimension: 'volume', per: 1_000_000, names: ['m3', '立方米'] },
  { dimension: 'mass', per: 0.001, names: ['mg', '毫克'] },
  { dimension: 'mass', per: 1, names: ['g', '克'] },
  { dimension: 'mass', per: 1000, names: ['kg', '千克', '公斤'] },
  { dimension: 'mass', per: 1_000_000, names: ['t', '吨'] },
  { dimension: 'time', per: 0.001, names: ['ms', '毫秒'] },
  { dimension: 'time', per: 1, names: ['s', '秒', 'sec', 'secs', 'second', 'seconds'] },
  { dimension: 'time', per: 60, names: ['min', '分钟', 'mins', 'minute', 'minutes'] },
  { dimension: 'time', per: 3600, names: ['h', '小时', 'hr', 'hrs', 'hour', 'hours'] },
  {
    dimension: 'time',
    per: 86_400,
    names: ['d', '日', '天', 'day', 'days', 'calendar day', 'calendar days', '个日历日', '个自然日'],
  },
  {
    dimension: 'working time',
    per: 1,
    names: ['个工作日', '工作日', 'working day', 'working days', 'business day', 'business days'],
  },
  { dimension: 'months', per: 1, names: ['个月', 'month', 'months'] },
  { dimension: 'months', per: 12, names: ['年', '周年', 'year', 'years'] },
  { dimension: 'time', per: 604_800, names: ['周', 'week', 'weeks'] },
  { dimension: 'speed', per: 1, names: ['mm/s'] },
  { dimension: 'speed', per: 10, names: ['cm/s'] },
  { dimension: 'speed', per: 1000, names: ['m/s'] },
  { dimension: 'speed', per: 1 / 60, names: ['mm/min'] },
  { dimension: 'force', per: 1, names: ['n', '牛', '牛顿'] },
  { dimension: 'force', per: 1000, names: ['kn'] },
  { dimension: 'torque', per: 1, names: ['n·m', 'n.m', 'n-m', 'nm', 'n⋅m', 'n•m', 'n*m'] },
  { dimension: 'torque', per: 0.01, names: ['n·cm', 'n.cm', 'n⋅cm', 'n•cm'] },
  { dimension: 'energy', per: 1, names: ['j', '焦耳'] },
  { dimension: 'pressure', per: 1, names: ['pa'] },
  { dimension: 'pressure', per: 1000, names: ['kpa'] },
  { dimension: 'pressure', per: 1_000_000, names: ['mpa'] },
  { dimension: 'power', per: 1, names: ['w', '瓦'] },
  { dimension: 'power', per: 1000, names: ['kw', '千瓦'] },
  { dimension: 'voltage', per: 1, names: ['v', '伏'] },
  { dimension: 'voltage', per: 1000, names: ['kv'] },
  { dimension: 'current', per: 0.001, names: ['ma'] },
  { dimension: 'current', per: 1, names: ['a', '安培'] },
  { dimension: 'frequency', per: 1, names: ['hz', '赫兹'] },
  { dimension: 'sound', per: 1, names: ['db', 'db(a)', '分贝'] },
  { dimension: 'temperature', per: 1, names: ['°c', '℃', '摄氏度'] },
  { dimension: 'angle', per: 1, names: ['°', '度', 'degree', 'degrees'] },
  { dimension: 'concentration', per: 1, names: ['mg/l', '毫克/升'] },
  { dimension: 'concentration', per: 1000, names: ['g/l'] },
  { dimension: 'concentration', per: 0.001, names: ['μg/l', 'µg/l', 'ug/l'] },
  { dimension: 'air', per: 1, names: ['mg/m3'] },
  { dimension: 'air', per: 0.001, names: ['μg/m3', 'µg/m3', 'ug/m3'] },
  { dimension: 'load', per: 1, names: ['g/m2', '克/平方米'] },
  { dimension: 'migration', per: 1, names: ['mg/dm2'] },
  { dimension: 'release', per: 1, names: ['μg/cm2', 'µg/cm2', 'ug/cm2'] },
  { dimension: 'release', per: 1, names: ['μg/cm2/week', 'µg/cm2/week', 'μg/(cm2·week)'] },
  { dimension: 'money', per: 1, names: ['元', '人民币元', 'yuan', 'rmb'] },
  { dimension: 'money', per: 10_000, names: ['万元'] },
  { dimension: 'money', per: 100_000_000, names: ['亿元'] },
  {
    dimension: 'count',
    per: 1,
    names: ['个', '件', '只', '项', '类', '种', '家', '份', '批', '台', '套', '名', '人', 'pcs', 'pieces'],
  },
  { dimension: 'cycles', per: 1, names: ['次', 'cycle', 'cycles', 'times'] },
  { dimension: 'grade', per: 1, names: ['级'] },
  { dimension: 'factor', per: 1, names: ['倍'] },
];

const BY_NAME = new Map<string, Unit>(
  UNITS.flatMap((unit) => unit.names.map((name): [string, Unit] => [name, unit])),
);

/** All names, folded, the longest first: for use inside a regular expression on folded text. */
export const UNIT_NAMES: readonly string[] = [...BY_NAME.keys()].sort((a, b) => b.length - a.length);

/**
 * The factor that turns a value of one unit into another: `factorBetween('%', 'mg/kg')` is 10,000. Null when
 * they measure different things, or when a unit is not known.
 */
export function factorBetween(from: string, to: string): number | null {
  const [name_from, name_to] = [foldForMatch(from), foldForMatch(to)];
  if (name_from === name_to) return 1;
  const [unit_from, unit_to] = [BY_NAME.get(name_from), BY_NAME.get(name_to)];
  if (!unit_from || !unit_to || unit_from.dimension !== unit_to.dimension) return null;
  // Counted things of different kinds (37 类, 12 项) do not convert.
  if (unit_from.dimension === 'count') return null;
  return unit_from.per / unit_to.per;
}

/** Whether the text names a unit of the table. */
export function isUnit(name: string): boolean {
  return BY_NAME.has(foldForMatch(name));
}

/** Whether "so many percent more" says something of values in this unit. */
export function hasRatio(name: string): boolean {
  return !WITHOUT_RATIO.has(BY_NAME.get(foldForMatch(name))?.dimension ?? '');
}
