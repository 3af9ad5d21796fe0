import { readDay } from '#lib/domain/text/legal-day.ts';
import { monthNumber } from './month-number.ts';
import { offsetOf } from './zone-offset.ts';

/** A date as it was written, in parts that need not make one that exists. */
export type Parts = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Null where none is written. */
  offset_minutes: number | null;
};

const TIME = String.raw`(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}(?:[.,]\d{1,9})?))?`;
const ISO = new RegExp(
  String.raw`^([+-]?\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?|(\d{2})(\d{2}))?(?:[tT _]+(?:${TIME}|(\d{2})(?:(\d{2})(\d{2})?)?))?\s*([ap]m)?\s*(.*)$`,
  'i',
);

/** The profiles of ISO 8601 (RFC 3339, W3CDTF, ordinal and week dates), with a blank for the T and slashes as well; null for another form. */
export function iso(text: string): Parts | null {
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

/** RFC 822 and 2822 with their two-digit years, day or month first, in any language of `monthNumber`; null for another form. */
export function rfc822(text: string): Parts | null {
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
  String.raw`^(?:\p{L}+,?\s+)?(\p{L}+)\s+(\d{1,2}),?\s+${TIME}\s*([ap]m)?\s*(.*?)\s*(?<![+-])\b(\d{4})\s*(.*)$`,
  'iu',
);

/** What `ctime` and `date` print, the year last; null for another form. */
export function asctime(text: string): Parts | null {
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

/** Chinese, Japanese and Korean dates with their signs, years of the Japanese eras too; null for another form. */
export function ideographic(text: string): Parts | null {
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

/** Seconds or milliseconds since 1970, the digits of a whole time, or of a day without its century; null for another form. */
export function epoch(text: string): Parts | null {
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

/** The orders of Europe, America and Hungary; null for another form. */
export function otherOrder(text: string): Parts | null {
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

/** A day in Chinese numerals, 二〇二六年五月十三日, as official notices sign; null for another form. */
export function chineseNumerals(text: string): Parts | null {
  const read = text.includes('年') ? readDay(text) : null;
  return read?.ok ? iso(read.day) : null;
}
