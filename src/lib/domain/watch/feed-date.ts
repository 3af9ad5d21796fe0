import {
  asctime,
  chineseNumerals,
  epoch,
  ideographic,
  iso,
  otherOrder,
  rfc822,
  type Parts,
} from './date-forms.ts';

/**
 * Dates as feeds write them: RFC 822 with its two-digit years and zone names, RFC 3339 and the other profiles
 * of ISO 8601, asctime, the forms of databases, and Chinese, Japanese and Korean ones. Answers an ISO 8601
 * instant in UTC, or null when the text names no instant that exists. A time without a zone is UTC, or that of
 * Asia/Shanghai where the feed is Chinese; a day without a time is its beginning there.
 */
export function readFeedDate(written: string, is_chinese = false): string | null {
  const text = written
    .normalize('NFKC')
    // As services of Microsoft write milliseconds.
    .replace(/^\/Date\((\d{9,13})(?:[+-]\d{4})?\)\/$/, '$1')
    .replace(LABEL, '')
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    // In a Chinese feed it is the time of China and not of Chicago.
    .replace(/ CST$/, is_chinese ? ' +0800' : '$&');
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

/** What some write before a date inside its element. */
const LABEL = /^\s*(?:发布|发文|成文|更新)?(?:日期|时间)\s*:\s*/;
const WEEKDAY = /^\p{L}+\.?,\s*(?=\d{4})/u;

/** Where the clock of whoever wrote a time without a zone stands, as far as the script tells. */
function writerMinutes(text: string, is_chinese: boolean): number {
  if (/[\u1100-\u11ff\uac00-\ud7af]|令和|平成|昭和|午前|午後|曜/.test(text)) return TOKYO_AND_SEOUL_MINUTES;
  return is_chinese || /[年月日号上下]/.test(text) ? SHANGHAI_MINUTES : 0;
}

const CHARACTERS_MAX = 100;
const SHANGHAI_MINUTES = 480;
const TOKYO_AND_SEOUL_MINUTES = 540;

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
