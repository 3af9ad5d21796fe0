import type { Channel, Direction } from '#lib/domain/clearance/measure.ts';
import { endOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayToText, instantOfDay } from '#lib/domain/text/calendar-day.ts';
import { randomOf, type Random } from './random.ts';
import type { SampleFirm, SampleGoods, SampleOffice } from './firms.ts';

/** One invented declaration; instants in ms since 1970, null where the file says nothing. */
export type SampleDeclaration = {
  declaration_no: string;
  direction: Direction;
  customs_office: string;
  channel: Channel | null;
  items: readonly [SampleGoods, ...SampleGoods[]];
  arrived_at: number | null;
  declared_at: number;
  inspection_notified_at: number | null;
  inspected_at: number | null;
  released_at: number | null;
};

/** A launched programme of the reference data; `first_day` counts from 1970-01-01. */
export type SampleProgramme = { district: string; first_day: number };

export type SampleWorld = { programmes: readonly SampleProgramme[] };

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/** What the news of the channel reported, in hours; the rest is invented around it. */
const GREEN = { mean: 4.45, spread: 0.55, in_no_time: 0.1, inspected: 0.035, inspected_mean: 11 };
const ORDINARY = { mean: 9.75, spread: 0.58, inspected: 0.08, inspected_mean: 22, stuck: 0.001 };
const IMPORTED = { mean: 27, spread: 0.5 };

/** Of firms and offices with a launched programme, more use it every month. */
const GREEN_SHARE = { at_first: 0.25, a_day: 0.0025, at_most: 0.72 };
/** The ordinary channel gets a little faster over the years. */
const TREND = { from: '2026-08-01', a_year: 0.05, at_least: 0.85, at_most: 1.3 };

/** Days without declarations: the first of Spring Festival in each year, and the week of the National Day. */
const SPRING_FESTIVALS = ['2023-01-22', '2024-02-10', '2025-01-29', '2026-02-17', '2027-02-06', '2028-01-26'];
const HOLIDAY_DAYS = 7;

/**
 * The declarations of a firm in one month, in the order of their time. The same month is the same whenever it
 * is made: a sample that is loaded tomorrow differs by one day.
 */
export function declarationsOf(
  world: SampleWorld,
  { firm, index, month }: { firm: SampleFirm; index: number; month: number },
): SampleDeclaration[] {
  const random = randomOf(`${firm.slug} ${dayToText(month)}`);
  const season = 1 + 0.12 * Math.sin((month / 365.25) * 2 * Math.PI);
  const count = Math.round(firm.declarations_a_month * season * random.between(0.92, 1.08));
  const found: SampleDeclaration[] = [];
  for (let serial = 1; serial <= count; serial += 1) {
    const declared_at = declaredIn(random, month);
    const office = random.pick(firm.offices);
    const items = itemsOf(random, firm);
    const is_import = random.is(firm.import_share);
    const day = Math.floor((declared_at + 8 * HOUR_MS) / (24 * HOUR_MS));
    const course = is_import
      ? imported(random, declared_at)
      : exported(random, { world, office, items, declared_at, day });
    // What is left out is drawn all the same, so that the others stay as they are.
    if (isHoliday(day) || isMissing(firm, month, day)) continue;
    found.push({
      ...course,
      declaration_no: numberOf({ office: office.code, day, is_import, index, serial }),
      direction: is_import ? 'import' : 'export',
      customs_office: office.code,
      items,
      declared_at,
    });
  }
  return found.sort((a, b) => a.declared_at - b.declared_at);
}

/** Mostly between eight in the morning and eight in the evening, seldom on a Sunday. */
function declaredIn(random: Random, month: number): number {
  const days = endOf('month', month) - month;
  const drawn = month + Math.floor(random.between(0, days));
  const is_sunday = startOf('week', drawn) === drawn - 6;
  const moved = is_sunday && random.is(0.8) ? drawn - 2 : drawn;
  const hour = random.is(0.9) ? random.between(8, 20) : random.between(0, 24);
  const at = instantOfDay(Math.max(moved, month)).getTime() + hour * HOUR_MS;
  return Math.floor(at / SECOND_MS) * SECOND_MS;
}

function itemsOf(random: Random, firm: SampleFirm): [SampleGoods, ...SampleGoods[]] {
  const first = random.pick(firm.goods);
  const second = random.pick(firm.goods);
  return random.is(0.05) && second.category !== first.category ? [first, second] : [first];
}

type Course = Pick<
  SampleDeclaration,
  'channel' | 'arrived_at' | 'inspection_notified_at' | 'inspected_at' | 'released_at'
>;

function exported(
  random: Random,
  of: {
    world: SampleWorld;
    office: SampleOffice;
    items: readonly SampleGoods[];
    declared_at: number;
    day: number;
  },
): Course {
  const channel = channelOf(random, of);
  const course =
    channel === 'green' ? greenCourse(random) : ordinaryCourse(random, of.office.slowness * trendOn(of.day));
  const at = (hours: number | null) =>
    hours === null ? null : of.declared_at + Math.round(hours * 3600) * SECOND_MS;
  return {
    channel,
    arrived_at: at(arrivalOf(random, course.released)),
    inspection_notified_at: at(course.notified),
    inspected_at: at(course.inspected),
    released_at: at(course.released),
  };
}

function channelOf(
  random: Random,
  { world, office, items, day }: Pick<Parameters<typeof exported>[1], 'world' | 'office' | 'items' | 'day'>,
): Channel | null {
  const drawn = random.next();
  const is_told = !random.is(0.015);
  const open = world.programmes.find(({ district }) => district.slice(0, 2) === office.code.slice(0, 2));
  const is_eligible = open !== undefined && day >= open.first_day && items.some(({ category }) => category);
  if (!is_told) return null;
  if (!is_eligible) return 'ordinary';
  const share = GREEN_SHARE.at_first + GREEN_SHARE.a_day * (day - open.first_day);
  return drawn < Math.min(share, GREEN_SHARE.at_most) ? 'green' : 'ordinary';
}

/** Hours after declaration. */
type Hours = { notified: number | null; inspected: number | null; released: number };

function greenCourse(random: Random): Hours {
  if (random.is(GREEN.in_no_time))
    return { notified: null, inspected: null, released: random.between(0, 0.014) };
  if (random.is(GREEN.inspected)) return inspection(random, GREEN.inspected_mean);
  return { notified: null, inspected: null, released: random.around(GREEN.mean, GREEN.spread) };
}

function ordinaryCourse(random: Random, slowness: number): Hours {
  if (random.is(ORDINARY.stuck)) return { notified: 3, inspected: 30, released: random.between(260, 900) };
  if (random.is(ORDINARY.inspected)) return inspection(random, ORDINARY.inspected_mean * slowness);
  return {
    notified: null,
    inspected: null,
    released: random.around(ORDINARY.mean * slowness, ORDINARY.spread),
  };
}

function inspection(random: Random, mean: number): Hours {
  const released = random.around(mean, 0.4);
  return {
    // Now and then the notice was not written down.
    notified: random.is(0.95) ? released * random.between(0.05, 0.2) : null,
    inspected: released * random.between(0.45, 0.9),
    released,
  };
}

/** Before declaration for most, after it for a prior declaration (提前申报), not written down for some. */
function arrivalOf(random: Random, released: number): number | null {
  const [is_known, is_prior, position] = [random.is(0.72), random.is(0.18), random.next()];
  if (!is_known) return null;
  return is_prior && released > 1 ? released * (0.1 + 0.6 * position) : -(0.4 + 18 * position * position);
}

function imported(random: Random, declared_at: number): Course {
  const released = random.around(IMPORTED.mean, IMPORTED.spread);
  const at = (hours: number) => declared_at + Math.round(hours * 3600) * SECOND_MS;
  return {
    channel: 'ordinary',
    arrived_at: at(-random.between(1, 20)),
    inspection_notified_at: null,
    inspected_at: null,
    released_at: at(released),
  };
}

function trendOn(day: number): number {
  const years = (day - Date.parse(TREND.from) / (24 * HOUR_MS)) / 365.25;
  return Math.min(Math.max(1 - TREND.a_year * years, TREND.at_least), TREND.at_most);
}

function isHoliday(day: number): boolean {
  const text = dayToText(day);
  const first_of_october = Date.parse(`${text.slice(0, 4)}-10-01`) / (24 * HOUR_MS);
  const firsts = [first_of_october, ...SPRING_FESTIVALS.map((one) => Date.parse(one) / (24 * HOUR_MS))];
  return firsts.some((first) => day >= first && day < first + HOLIDAY_DAYS);
}

/** Every fifth month a firm with gaps has no file for two weeks: a gap is a gap, and never a zero. */
function isMissing(firm: SampleFirm, month: number, day: number): boolean {
  const months = Number(dayToText(month).slice(0, 4)) * 12 + Number(dayToText(month).slice(5, 7));
  const monday = startOf('week', month + 7);
  return firm.has_gaps && months % 5 === 0 && day >= monday && day < monday + 14;
}

/** Office, year, direction, and a serial that no other sample firm has. */
function numberOf(of: {
  office: string;
  day: number;
  is_import: boolean;
  index: number;
  serial: number;
}): string {
  const day = dayToText(of.day);
  const serial = `9${of.index}${day.slice(5, 7)}${String(of.serial).padStart(5, '0')}`;
  return `${of.office}${day.slice(0, 4)}${of.is_import ? 1 : 0}${serial}`;
}
