import type pg from 'pg';
import { CELL_MEASURES, type Direction } from '#lib/domain/clearance/measure.ts';
import { Packing } from '#lib/domain/clearance/packed-values.ts';
import { dayToText } from '#lib/domain/text/calendar-day.ts';
import { copyRows } from '#lib/server/db/copy.ts';
import type { CopyBuffer } from '#lib/server/db/copy-buffer.ts';
import type { DayGroup } from './day-groups.ts';
import { compare } from './period-cells.ts';
import { DAY_COUNTS } from './write-tallies.ts';

const COLUMNS = `day, customs_office, channel, category, is_extra, ${[...DAY_COUNTS, ...CELL_MEASURES].join(', ')}`;

/**
 * Puts these groups in the place of all of these days, in the order of their key. The last statement is on
 * its way when this returns; whoever calls awaits its end by what is given back.
 */
export async function writeDays(
  client: pg.ClientBase,
  days: { firm_id: string; direction: Direction; start: number; end: number },
  groups: readonly DayGroup[],
): Promise<() => Promise<void>> {
  const { firm_id, direction, start, end } = days;
  await client.query(
    `delete from clearance_day where firm_id = $1 and direction = $2 and day >= $3 and day < $4`,
    [firm_id, direction, dayToText(start), dayToText(end)],
  );
  if (groups.length === 0) return async () => {};
  await client.query(
    `create temporary table if not exists clearance_day_intake (
       day date, customs_office text, channel text, category text, is_extra boolean,
       ${DAY_COUNTS.map((name) => `${name} integer`).join(', ')},
       ${CELL_MEASURES.map((measure) => `${measure} bytea`).join(', ')}
     ) with (toast_tuple_target = 8160) on commit delete rows`,
  );
  await client.query('truncate clearance_day_intake');
  const sorted = groups.toSorted(inOrderOfKey);
  await copyRows(client, `copy clearance_day_intake (${COLUMNS}) from stdin (format binary)`, (buffer) =>
    encode(buffer, sorted),
  );
  const inserted = client.query(
    `insert into clearance_day (firm_id, direction, ${COLUMNS}) select $1, $2, ${COLUMNS} from clearance_day_intake`,
    [firm_id, direction],
  );
  // A failure is met by whoever awaits the end.
  inserted.catch(() => {});
  return async () => void (await inserted);
}

function inOrderOfKey(a: DayGroup, b: DayGroup): number {
  return (
    a.day - b.day ||
    compare(a.customs_office, b.customs_office) ||
    compare(a.channel, b.channel) ||
    compare(a.category, b.category) ||
    Number(a.is_extra) - Number(b.is_extra)
  );
}

function* encode(buffer: CopyBuffer, groups: readonly DayGroup[]): Generator<void> {
  const packing = new Packing();
  for (const group of groups) {
    buffer.row(5 + DAY_COUNTS.length + CELL_MEASURES.length);
    buffer.date(group.day);
    buffer.text(group.customs_office);
    buffer.text(group.channel);
    buffer.text(group.category);
    buffer.bool(group.is_extra);
    for (const name of DAY_COUNTS) buffer.int4(group[name]);
    for (const measure of CELL_MEASURES) {
      const seconds = group.seconds[measure];
      if (seconds.length === 0) buffer.none();
      else buffer.bytes(packing.ascending(seconds.toSorted()));
    }
    yield;
  }
}
