import { readDay } from '#lib/domain/text/legal-day.ts';

/**
 * Dates as feeds write them: RFC 822 with its two-digit years and zone names, RFC 3339 and the other profiles
 * of ISO 8601, asctime, the forms of databases, and Chinese, Japanese and Korean ones. Answers an ISO 8601
 * instant in UTC, or null when the text names no instant that exists. A time without a zone is UTC, or that of
 * Asia/Shanghai where the feed is Chinese; a day without a time is its beginning there.
 */
export function readFeedDate(written: string, is_chinese = false): string | null {
  const text = written
    .normalize('NFKC')
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '' || text.length > CHARACTERS_MAX) return null;
  const parts =
    ideographic(text) ??
    iso(text.replace(WEEKDAY, '')) ??
    rfc822(text) ??
    asctime(text) ??
    otherOrder(text) ??
    epoch(text) ??
    chineseNumerals(text);
  return parts && compose(parts, writerMinutes(text, is_chinese));
}

const WEEKDAY = /^\p{L}+\.?,\s*(?=\d{4})/u;

/** Where the clock of whoever wrote a time without a zone stands, as far as the script tells. */
function writerMinutes(text: string, is_chinese: boolean): number {
  if (/[\u1100-\u11ff\uac00-\ud7af]|令和|平成|昭和|午前|午後|曜/.test(text)) return TOKYO_AND_SEOUL_MINUTES;
  return is_chinese || /[年月日号上下]/.test(text) ? SHANGHAI_MINUTES : 0;
}

/** 二〇二六年五月十三日 */
function chineseNumerals(text: string): Parts | null {
  const read = text.includes('年') ? readDay(text) : null;
  return read?.ok ? iso(read.day) : null;
}

const CHARACTERS_MAX = 100;
const SHANGHAI_MINUTES = 480;
const TOKYO_AND_SEOUL_MINUTES = 540;

type Parts = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Null where none is written. */
  offset_minutes: number | null;
};

function compose(parts: Parts, default_minutes: number): string | null {
  const { year, month, day, hour, minute, second } = parts;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second >= 61) return null;
  if (hour === 24 && (minute > 0 || second > 0)) return null;
  if (day > daysIn(year, month)) return null;
  const instant = new Date(
    Date.UTC(year, month - 1, day, hour, minute) +
      // A leap second runs into the next minute.
      Math.floor(second * 1000) -
      (parts.offset_minutes ?? default_minutes) * 60_000,
  );
  return Number.isNaN(instant.getTime()) || year < 1970 || year > 2200 ? null : instant.toISOString();
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const TIME = String.raw`(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}(?:[.,]\d{1,9})?))?`;
const ISO = new RegExp(
  String.raw`^([+-]?\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?|(\d{2})(\d{2}))?(?:[tT _]+(?:${TIME}|(\d{2})(\d{2})(\d{2})?))?\s*([ap]m)?\s*(.*)$`,
  'i',
);

function iso(text: string): Parts | null {
  const ordinal = /^(\d{4})-?(\d{3})(?:[tT ]?(.*))?$/.exec(text);
  if (ordinal && !/^\d{8}/.test(text)) return ordinalDay(ordinal);
  const week = /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/i.exec(text);
  if (week) return weekDay(Number(week[1]), Number(week[2]), Number(week[3] ?? 1));
  const found = ISO.exec(text);
  if (!found) return null;
  const [, year, month, day, month2, day2, hour, minute, second, hour2, minute2, second2, half, zone = ''] =
    found;
  const offset = offsetOf(zone);
  if (offset === undefined || (offset === null && zone !== '')) return null;
  const parts = {
    year: Number(year),
    month: Number(month ?? month2 ?? 1),
    day: Number(day ?? day2 ?? 1),
    hour: halfDay(Number(hour ?? hour2 ?? 0), half),
    minute: Number(minute ?? minute2 ?? 0),
    second: secondsOf(second ?? second2),
    offset_minutes: offset,
  };
  // Some write the month where the day belongs; only one reading exists then.
  return parts.month > 12 && parts.day <= 12 ? { ...parts, month: parts.day, day: parts.month } : parts;
}

function ordinalDay([, year, day, rest = '']: RegExpExecArray): Parts | null {
  const number = Number(day);
  if (number < 1 || number > 366) return null;
  const at = new Date(Date.UTC(Number(year), 0, number));
  const day_text = at.toISOString().slice(0, 10);
  return iso(rest === '' ? day_text : `${day_text}T${rest}`);
}

function weekDay(year: number, week: number, day: number): Parts {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * 86_400_000;
  const at = new Date(monday + ((week - 1) * 7 + day - 1) * 86_400_000);
  const date = { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
  return { ...date, hour: 0, minute: 0, second: 0, offset_minutes: null };
}

const RFC822 = new RegExp(
  String.raw`^(?:\p{L}+\.?,?\s+|\p{L}+,\s*)?(\d{1,2})(?:st|nd|rd|th)?[ -]*(\p{L}+|\d{1,2}月)\.?,?[ -]+(\d{4}|\d{2})(?:,?\s+(?:at\s+)?${TIME}\s*([ap]\.?m\.?)?)?,?\s*(.*)$`,
  'iu',
);
/** As Americans write: May 13, 2026 09:30. */
const MONTH_FIRST = new RegExp(
  String.raw`^(?:\p{L}+\.?,?\s+)??(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:,?\s+(?:at\s+)?${TIME}\s*([ap]\.?m\.?)?)?,?\s*(.*)$`,
  'iu',
);

function rfc822(text: string): Parts | null {
  const day_first = RFC822.exec(text);
  if (day_first) {
    const [, day, month, year, hour, minute, second, half, zone = ''] = day_first;
    return named({ day, month, year, hour, minute, second, half, zone });
  }
  const month_first = MONTH_FIRST.exec(text);
  if (!month_first) return null;
  const [, month, day, year, hour, minute, second, half, zone = ''] = month_first;
  return named({ day, month, year, hour, minute, second, half, zone });
}

const ASCTIME = new RegExp(
  String.raw`^(?:\p{L}+,?\s+)?(\p{L}+)\s+(\d{1,2}),?\s+${TIME}\s*([ap]m)?\s*(.*?)\s*(\d{4})\s*(.*)$`,
  'iu',
);

function asctime(text: string): Parts | null {
  const found = ASCTIME.exec(text);
  if (!found) return null;
  const [, month, day, hour, minute, second, half, before = '', year, after = ''] = found;
  return named({ day, month, year, hour, minute, second, half, zone: before || after });
}

type Written = Partial<Record<'day' | 'month' | 'year' | 'hour' | 'minute' | 'second' | 'half', string>> & {
  zone: string;
};

function named({ day, month, year, hour, minute, second, half, zone }: Written): Parts | null {
  const number = monthNumber(month ?? '');
  const offset = offsetOf(zone);
  if (number === null || offset === undefined) return null;
  return {
    year: fullYear(year ?? ''),
    month: number,
    day: Number(day),
    hour: halfDay(Number(hour ?? 0), half),
    minute: Number(minute ?? 0),
    second: secondsOf(second),
    offset_minutes: offset,
  };
}

/** `2026年5月13日 上午9时30分`, `2004년 05월 28일 오후 01:31:15`. */
const IDEOGRAPHIC =
  /^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号일]\s*(?:[(（]?(?:星期|周|礼拜)?[一二三四五六日天월화수목금토][)）]?)?[,\s]*(上午|下午|凌晨|中午|晚上|오전|오후|午前|午後)?\s*(?:(\d{1,2})\s*[:时時點点시]\s*(?:(\d{1,2})\s*[:分분]?\s*(?:(\d{1,2})\s*[秒초]?)?)?)?\s*(.*)$/;

function ideographic(text: string): Parts | null {
  const found = IDEOGRAPHIC.exec(withoutEra(text)) ?? korean(text);
  if (!found) return null;
  const [, year, month, day, half, hour, minute, second, zone = ''] = found;
  const offset = offsetOf(zone);
  if (offset === undefined) return null;
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: halfDay(Number(hour ?? 0), half && /[下晚]|오후|午後/.test(half) ? 'pm' : half ? 'am' : undefined),
    minute: Number(minute ?? 0),
    second: secondsOf(second),
    offset_minutes: offset,
  };
}

/** The years before the first of each era; 元年 is its first. */
const ERAS: Readonly<Record<string, number>> = { 令和: 2018, 平成: 1988, 昭和: 1925 };

function withoutEra(text: string): string {
  return text.replace(/^(令和|平成|昭和)(元|\d{1,2})年/, (_, era: string, year: string) => {
    const count = year === '元' ? 1 : Number(year);
    return `${(ERAS[era] ?? 0) + count}年`;
  });
}

/** `2004-05-25 오후 11:23:17`, `2026. 5. 13. 오후 3:05`. */
function korean(text: string): RegExpExecArray | null {
  return /^(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?\s+(오전|오후|上午|下午|午前|午後)\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s*(.*)$/.exec(
    text,
  );
}

/** Seconds or milliseconds since 1970, the digits of a whole time, or of a day without its century. */
function epoch(text: string): Parts | null {
  const digits = /^(\d{4}|\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/.exec(text);
  if (digits && (text.length === 6 || text.length === 14)) {
    const [, year = '', month, day, hour = '0', minute = '0', second = '0'] = digits;
    const time = { hour: Number(hour), minute: Number(minute), second: Number(second) };
    return { year: fullYear(year), month: Number(month), day: Number(day), ...time, offset_minutes: null };
  }
  if (!/^\d{9,13}$/.test(text)) return null;
  const at = new Date(text.length > 10 ? Number(text) : Number(text) * 1000);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    offset_minutes: 0,
  };
}

/** `13.05.2026 10:00` as in Europe, `5/13/2026` as in America, `03-12-31`, `2004-július-13T9:15`. */
const OTHER_ORDER = new RegExp(
  String.raw`^(?:(\d{1,2})([./])(\d{1,2})\2(\d{4})|(\d{2})-(\d{2})-(\d{2})|(\d{4})-(\p{L}+)-(\d{1,2}))(?:[tT, ]+${TIME}\s*([ap]m)?)?\s*(.*)$`,
  'iu',
);

function otherOrder(text: string): Parts | null {
  const found = OTHER_ORDER.exec(text);
  if (!found) return null;
  const [, a, mark, b, year, yy, mm, dd, named_year, name, named_day, hour, minute, second, half, zone = ''] =
    found;
  const offset = offsetOf(zone);
  const month = name ? monthNumber(name) : Number(mm ?? (mark === '/' ? a : b));
  if (offset === undefined || month === null) return null;
  const day = Number(named_day ?? dd ?? (mark === '/' ? b : a));
  return {
    year: yy ? fullYear(yy) : Number(year ?? named_year),
    // Where one reading has a thirteenth month, the other is meant.
    ...(month > 12 ? { month: day, day: month } : { month, day }),
    hour: halfDay(Number(hour ?? 0), half),
    minute: Number(minute ?? 0),
    second: secondsOf(second),
    offset_minutes: offset,
  };
}

function secondsOf(text: string | undefined): number {
  return Number((text ?? '0').replace(',', '.'));
}

function fullYear(text: string): number {
  const year = Number(text);
  // RFC 2822: 00 to 49 are of this century, 50 to 99 of the last.
  return text.length > 2 ? year : year < 50 ? 2000 + year : 1900 + year;
}

function halfDay(hour: number, half: string | undefined): number {
  if (!half) return hour;
  const is_pm = half.toLowerCase().startsWith('p');
  return is_pm ? (hour < 12 ? hour + 12 : hour) : hour === 12 ? 0 : hour;
}

/** Three letters are enough in every language that feeds were seen in; longer ones where three are not. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'janv', 'gen', 'ιαν', 'янв', 'ocak'],
  ['feb', 'fev', 'fév', 'φεβ', 'фев', 'şub'],
  ['mar', 'mär', 'mrt', 'maart', 'μάρ', 'μαρ', 'мар', 'márc'],
  ['apr', 'abr', 'avr', 'ápr', 'απρ', 'апр', 'nis'],
  ['may', 'mai', 'maj', 'mei', 'mag', 'máj', 'maí', 'μάι', 'μαϊ', 'μαι', 'май', 'мая'],
  ['jun', 'juin', 'jún', 'giu', 'ιούν', 'ιον', 'ιουν', 'июн', 'haz'],
  ['jul', 'juil', 'júl', 'lug', 'ιούλ', 'ιολ', 'ιουλ', 'июл', 'tem'],
  ['aug', 'ago', 'aoû', 'aou', 'août', 'αύγ', 'αυγ', 'авг', 'ağu'],
  ['sep', 'set', 'szept', 'σεπ', 'сен'],
  ['oct', 'okt', 'out', 'ott', 'οκτ', 'окт', 'eki'],
  ['nov', 'νοέ', 'νοε', 'ноя', 'kas'],
  ['dec', 'dez', 'déc', 'dic', 'δεκ', 'дек', 'ara'],
];

const CHINESE_MONTHS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];

function monthNumber(written: string): number | null {
  const word = written.toLowerCase();
  if (word.endsWith('月'))
    return CHINESE_MONTHS.indexOf(word.slice(0, -1)) + 1 || Number(word.slice(0, -1)) || null;
  let found: { month: number; length: number } | null = null;
  for (const [index, names] of MONTHS.entries())
    for (const name of names)
      if (word.startsWith(name) && (!found || name.length > found.length))
        found = { month: index + 1, length: name.length };
  return found?.month ?? null;
}

/** Hours of the zone names of RFC 822 and of others that feeds use. CST is the American one, as RFC 822 says. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  z: 0, ut: 0, utc: 0, gmt: 0, wet: 0, est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7,
  akst: -9, akdt: -8, hst: -10, ast: -4, adt: -3, nst: -3.5, ndt: -2.5, bst: 1, ist: 5.5, cet: 1, cest: 2, met: 1,
  mest: 2, mez: 1, mesz: 2, west: 1, eet: 2, eest: 3, msk: 3, msd: 4, jst: 9, kst: 9, hkt: 8, sgt: 8, awst: 8,
  aest: 10, aedt: 11, acst: 9.5, nzst: 12, nzdt: 13, pkt: 5, 'asia/shanghai': 8, prc: 8,
  et: -5, ct: -6, mt: -7, pt: -8,
}; // prettier-ignore

/** Minutes east of Greenwich; null where nothing is written; undefined where it is no zone. */
function offsetOf(written: string): number | null | undefined {
  const zone = written.trim().toLowerCase();
  if (zone === '') return null;
  const numeric = /^(?:(?:gmt|utc?|z)\s*)?([+-]|\u2212)\s*(\d{1,2})(?::?(\d{2}))?(?:\s+\p{L}+)?$/u.exec(zone);
  if (numeric) {
    const [, sign, hours, minutes = '0'] = numeric;
    const total = Number(hours) * 60 + Number(minutes);
    if (total > 14 * 60 + 59) return 0;
    return sign === '+' ? total : -total;
  }
  const [word = ''] = zone.split(' ');
  const hours = ZONE_HOURS[word];
  if (hours !== undefined) return hours * 60;
  // Military letters were defined with the wrong sign in RFC 822, so that RFC 2822 has them read as UTC.
  return /^[a-ik-z]$/.test(word) ? 0 : /^\p{L}+$/u.test(word) ? null : undefined;
}
