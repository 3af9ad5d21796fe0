import { CHINA_OFFSET_MS, dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { Language } from './text.ts';

/**
 * How numbers and times are written on a page, in one language. Instants are shown in China time, because
 * customs works by it; days of law are `YYYY-MM-DD` strings and never pass through a `Date`.
 */
export type Formats = ReturnType<typeof formats>;

const MINUS = '−';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTHS_LONG = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const WEEKDAYS_ZH = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'];

/** `this_year` is the year that need not be written. */
export function formats(language: Language, this_year: number) {
  const zh = language === 'zh-CN';
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const fixed = [0, 1, 2].map(
    (digits) =>
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );

  const decimal = (value: number, digits: 0 | 1 | 2) =>
    (fixed[digits] ?? whole).format(value).replace('-', MINUS);

  const day = (iso: string, year: 'always' | 'other' | 'never' = 'other') => {
    const { y, m, d } = parts(iso);
    const with_year = year === 'always' || (year === 'other' && y !== this_year);
    if (zh) return `${with_year ? `${y}年` : ''}${m}月${d}日`;
    return `${d} ${MONTHS[m - 1] ?? m}${with_year ? ` ${y}` : ''}`;
  };

  /** `1 to 14 May`, `24 Aug to 20 Sep`, with years where they are needed. */
  const span = (from: string, to: string) => {
    const [a, b] = [parts(from), parts(to)];
    const apart = a.y !== b.y;
    if (from === to) return day(from);
    if (zh) return `${day(from, apart ? 'always' : 'other')}至${day(to, apart ? 'always' : 'never')}`;
    const start = !apart && a.m === b.m ? String(a.d) : day(from, apart ? 'always' : 'never');
    return `${start} to ${day(to, apart ? 'always' : 'other')}`;
  };

  const clock = (at: Date) => new Date(at.getTime() + CHINA_OFFSET_MS).toISOString().slice(11, 16);

  return {
    count: (value: number) => whole.format(value),
    decimal,
    /** Hours with one decimal, without the unit. */
    hours: (value: number) => decimal(value, 1),
    /** A share of 1 as a percentage without the sign: whole numbers, one decimal below 10. */
    percent: (share: number) => decimal(share * 100, share !== 0 && Math.abs(share) < 0.0995 ? 1 : 0),
    /** With its sign, a true minus. */
    signed: (value: number, digits: 0 | 1) => {
      const shown = decimal(Math.abs(value), digits);
      const is_zero = Number(Math.abs(value).toFixed(digits)) === 0;
      return is_zero ? shown : `${value > 0 ? '+' : MINUS}${shown}`;
    },
    day,
    span,
    /** `Jun 2026`. */
    monthOf: (iso: string) =>
      zh ? `${parts(iso).y}年${parts(iso).m}月` : `${MONTHS[parts(iso).m - 1] ?? ''} ${parts(iso).y}`,
    month: (iso: string) => (zh ? `${parts(iso).m}月` : (MONTHS[parts(iso).m - 1] ?? '')),
    /** Sentences after each other; Chinese sets no space between them. Empty ones are left out. */
    sentences: (...said: (string | null | undefined | false)[]) => said.filter(Boolean).join(zh ? '' : ' '),
    /** `21 Sep, 08:10`. */
    instant: (at: Date) => `${day(dayInChina(at))}${zh ? ' ' : ', '}${clock(at)}`,
    /** `Monday 21 September 2026, 08:10`. */
    dateline: (at: Date) => {
      const { y, m, d } = parts(dayInChina(at));
      const weekday = new Date(at.getTime() + CHINA_OFFSET_MS).getUTCDay();
      if (zh) return `${y}年${m}月${d}日 ${WEEKDAYS_ZH[weekday] ?? ''} ${clock(at)}`;
      return `${WEEKDAYS[weekday] ?? ''} ${d} ${MONTHS_LONG[m - 1] ?? ''} ${y}, ${clock(at)}`;
    },
  };
}

function parts(iso: string): { y: number; m: number; d: number } {
  const [y = 0, m = 1, d = 1] = iso.split('-').map(Number);
  return { y, m, d };
}
