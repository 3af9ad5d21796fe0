import { endOf, startOf } from '#lib/domain/clearance/period.ts';
import { CHINA_OFFSET_MS, dayToText, instantOfDay } from '#lib/domain/text/calendar-day.ts';
import { declarationsOf, type SampleDeclaration, type SampleWorld } from './declarations.ts';
import { SAMPLE_FIRMS, type SampleFirm } from './firms.ts';
import { randomOf } from './random.ts';

/** A file of records of a sample firm, as such a firm would send it. */
export type SampleFile = { name: string; lines: string[] };

/** The last day, counted from 1970-01-01, and how many calendar months up to it. */
export type SampleSpan = { until: number; months: number };

export const SAMPLE_MONTHS = 36;

const HEADER =
  'declaration_no,item_no,direction,customs_office,category,hs_code,product_name,channel,' +
  'arrived_at,declared_at,inspection_notified_at,inspected_at,released_at';

/** The share of a client's declarations that its broker holds as well. */
const BROKERED = 0.3;
/** The share of the declarations of the month before that a later file tells otherwise. */
const CORRECTED = 0.03;
const CORRECTION_MS = 90 * 60_000;

/** What is wrong in a real file sooner or later: a number that Excel damaged, times in the wrong order, a typing error. */
const DEFECTS = [
  (line: string) => line.replace(/^\d+/, '3.10420260000742E+17'),
  (line: string) => line.replace(/,[^,]*$/, ',2001-01-01 08:00:00'),
  (line: string) => line.replace(/,(green|ordinary),/, ',express,'),
];

/**
 * The files of one sample firm up to and with the last day of the span: one a year, corrections of the month
 * before the last, and the last month for itself. What was not released by then is under way.
 */
export function sampleFiles(world: SampleWorld, index: number, span: SampleSpan): SampleFile[] {
  const { until } = span;
  const firm = SAMPLE_FIRMS[index];
  if (!firm) return [];
  const last = startOf('month', until);
  const by_file = new Map<string, SampleDeclaration[]>();
  for (const month of monthsUpTo(last, span.months)) {
    const name = month === last ? monthName(month) : dayToText(month).slice(0, 4);
    const known = by_file.get(name) ?? [];
    known.push(
      ...heldBy(world, firm, month).filter((one) => one.declared_at < instantOfDay(until + 1).getTime()),
    );
    by_file.set(name, known);
  }
  const files = [...by_file].map(([name, declarations]) => ({
    name: `declarations-${name}.csv`,
    lines: [HEADER, ...declarations.flatMap((one) => linesOf(one, until))],
  }));
  const newest = files.at(-1);
  const spoilt = newest?.lines[1];
  if (firm.has_gaps && spoilt) newest.lines.push(...DEFECTS.map((spoil) => spoil(spoilt)));
  return [...files.slice(0, -1), correctionsOf(world, firm, until), ...files.slice(-1)];
}

function monthsUpTo(last: number, count: number): number[] {
  const months = [last];
  while (months.length < count) months.unshift(startOf('month', (months[0] ?? 0) - 1));
  return months;
}

const monthName = (month: number) => dayToText(month).slice(0, 7);

/** Its own declarations of a month, and those of its clients that it holds as their broker. */
function heldBy(world: SampleWorld, firm: SampleFirm, month: number): SampleDeclaration[] {
  const of_firm = (one: SampleFirm) =>
    declarationsOf(world, { firm: one, index: SAMPLE_FIRMS.indexOf(one), month });
  const clients = SAMPLE_FIRMS.filter(({ slug }) => firm.broker_of.includes(slug));
  const brokered = clients.flatMap((client) =>
    of_firm(client).filter(({ declaration_no }) => randomOf(`broker ${declaration_no}`).is(BROKERED)),
  );
  return [...of_firm(firm), ...brokered].sort((a, b) => a.declared_at - b.declared_at);
}

function correctionsOf(world: SampleWorld, firm: SampleFirm, until: number): SampleFile {
  const month = startOf('month', startOf('month', until) - 1);
  const own = declarationsOf(world, { firm, index: SAMPLE_FIRMS.indexOf(firm), month });
  const corrected = own.filter(
    ({ declaration_no, released_at }) =>
      released_at !== null &&
      released_at + CORRECTION_MS < instantOfDay(endOf('month', month)).getTime() &&
      randomOf(`correction ${declaration_no}`).is(CORRECTED),
  );
  return {
    name: `corrections-${monthName(month)}.csv`,
    lines: [
      HEADER,
      ...corrected.flatMap((one) =>
        linesOf({ ...one, released_at: (one.released_at ?? 0) + CORRECTION_MS }, until),
      ),
    ],
  };
}

function linesOf(declaration: SampleDeclaration, until: number): string[] {
  const end = instantOfDay(until + 1).getTime();
  const time = (at: number | null) =>
    at === null || at >= end
      ? ''
      : new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
  return declaration.items.map((item, index) =>
    [
      declaration.declaration_no,
      index + 1,
      declaration.direction,
      declaration.customs_office,
      item.category ?? '',
      item.hs_code,
      item.product_name,
      declaration.channel ?? '',
      time(declaration.arrived_at),
      time(declaration.declared_at),
      time(declaration.inspection_notified_at),
      time(declaration.inspected_at),
      time(declaration.released_at),
    ].join(','),
  );
}
