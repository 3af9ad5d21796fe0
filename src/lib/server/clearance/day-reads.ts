import type pg from 'pg';
import { STAGES, type CellMeasure } from '#lib/domain/clearance/measure.ts';
import { daysIn, type Piece } from '#lib/domain/clearance/period.ts';
import { readDays, type DayValues } from './read-cells.ts';
import type { SliceQuery } from './slices.ts';

type DayRead = Promise<Map<number, DayValues[]>>;

const IS_STAGE: ReadonlySet<CellMeasure> = new Set(STAGES);

/**
 * The days that several answers of one page are made from, each read once: the panels of a dashboard ask for the
 * same days at the borders of its period, and days are the part of it that grows with the records.
 */
export class DayReads {
  readonly #reads = new Map<string, DayRead>();

  async read(
    client: pg.ClientBase,
    firm_id: string,
    { query, pieces }: { query: SliceQuery; pieces: readonly Piece[] },
  ): Promise<DayValues[]> {
    const { measure, direction, customs_office, district, category, channel } = query;
    const filter = JSON.stringify([firm_id, direction, customs_office, district, category, channel]);
    const nameOf = (of: CellMeasure, day: number) => `${of} ${day} ${filter}`;
    const days = daysIn(pieces);
    const missing = days.filter((day) => !this.#reads.has(nameOf(measure, day)));
    if (missing.length > 0) {
      // Whoever asks for one stage asks for all of them.
      const measures = IS_STAGE.has(measure) ? STAGES : [measure];
      const read = readDays(client, firm_id, { query, measures, days: missing });
      for (const one of measures) {
        const values = read.then((found) => byDay(found.get(one) ?? []));
        // Each panel that waits for it says that it failed.
        values.catch(() => undefined);
        for (const day of missing) this.#reads.set(nameOf(one, day), values);
      }
    }
    const found: DayValues[] = [];
    for (const day of days) found.push(...((await this.#reads.get(nameOf(measure, day)))?.get(day) ?? []));
    return found;
  }
}

function byDay(values: readonly DayValues[]): Map<number, DayValues[]> {
  const days = new Map<number, DayValues[]>();
  for (const group of values) {
    const of_day = days.get(group.day);
    if (of_day) of_day.push(group);
    else days.set(group.day, [group]);
  }
  return days;
}
