import { NOT_GIVEN, ofEachMeasure, type CellMeasure } from '#lib/domain/clearance/measure.ts';
import { Names, type CopyRow } from '#lib/server/db/copy-row.ts';
import type { DayGroup } from './day-groups.ts';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
const CHINA_OFFSET_US = 8 * 3600 * SECOND_US;
const DAYS_1970_TO_2000 = 10_957;

type OpenGroup = Omit<DayGroup, 'seconds'>;

/**
 * Puts records into their groups as they are read: five instants in microseconds since 2000, NaN for none,
 * then office, category, channel and whether an item is listed. Durations lie in long columns beside the
 * number of their group and are put in order at the end: an array for each measure of each group took three
 * times as long and a third of the memory of an import.
 */
export class Grouping {
  readonly #is_extra: boolean;
  readonly #groups: OpenGroup[] = [];
  readonly #offices = new Names();
  readonly #categories = new Names();
  readonly #channels = new Names();
  /** The numbers of groups by day, office, category and channel. */
  readonly #numbers = new Map<number, number[][][]>();
  readonly #seconds = ofEachMeasure(() => new Durations());

  constructor(is_extra: boolean) {
    this.#is_extra = is_extra;
  }

  take(row: CopyRow): void {
    const declared_at = row.int8();
    const arrived_at = row.int8();
    const inspection_notified_at = row.int8();
    const inspected_at = row.int8();
    const released_at = row.int8();
    const day = Math.floor((declared_at + CHINA_OFFSET_US) / DAY_US) + DAYS_1970_TO_2000;
    const number = this.#numberOf(
      day,
      row.name(this.#offices),
      row.name(this.#categories),
      row.name(this.#channels),
    );
    const group = this.#groups[number];
    if (!group) return;
    if (row.bool()) group.listed += 1;
    group.declared += 1;
    if (!Number.isNaN(inspection_notified_at) || !Number.isNaN(inspected_at)) group.inspected += 1;
    if (!Number.isNaN(released_at)) {
      group.released += 1;
      if (released_at - declared_at <= 60 * SECOND_US) group.within_a_minute += 1;
    }
    const seconds = this.#seconds;
    if (!Number.isNaN(arrived_at)) {
      group.arrived += 1;
      // A declaration in the very second of arrival was not made before it.
      if (declared_at < arrived_at) {
        group.prior += 1;
        seconds.declared_to_arrived.keep(number, declared_at, arrived_at);
      } else seconds.arrived_to_declared.keep(number, arrived_at, declared_at);
    }
    seconds.declared_to_released.keep(number, declared_at, released_at);
    seconds.arrived_to_released.keep(number, arrived_at, released_at);
    seconds.declared_to_inspected.keep(number, declared_at, inspected_at);
    seconds.inspected_to_released.keep(number, inspected_at, released_at);
  }

  /** -1 stands for a category or channel that was not given. */
  #numberOf(day: number, office: number, category: number, channel: number): number {
    let of_day = this.#numbers.get(day);
    if (!of_day) this.#numbers.set(day, (of_day = []));
    const of_office = (of_day[office] ??= []);
    const of_category = (of_office[category + 1] ??= []);
    return (of_category[channel + 1] ??= this.#begin(day, office, category, channel));
  }

  #begin(day: number, office: number, category: number, channel: number): number {
    const group = {
      day,
      customs_office: this.#offices.text(office) ?? NOT_GIVEN,
      category: this.#categories.text(category) ?? NOT_GIVEN,
      channel: this.#channels.text(channel) ?? NOT_GIVEN,
      is_extra: this.#is_extra,
      declared: 0,
      released: 0,
      inspected: 0,
      within_a_minute: 0,
      listed: 0,
      arrived: 0,
      prior: 0,
    };
    return this.#groups.push(group) - 1;
  }

  groups(): DayGroup[] {
    const ordered = ofEachMeasure((measure: CellMeasure) =>
      this.#seconds[measure].byGroup(this.#groups.length),
    );
    return this.#groups.map((group, number) => ({
      ...group,
      seconds: ofEachMeasure((measure) => ordered[measure][number] ?? NONE),
    }));
  }
}

const NONE = new Int32Array(0);
const DURATIONS_START = 256;

/** The durations of one measure, each with the number of its group. */
class Durations {
  #numbers = new Int32Array(DURATIONS_START);
  #seconds = new Int32Array(DURATIONS_START);
  #size = 0;

  /** Whole seconds between two instants, rounded half up, once both are there and in this order. */
  keep(number: number, from: number, to: number): void {
    if (!(to >= from)) return;
    if (this.#size === this.#numbers.length) {
      this.#numbers = doubled(this.#numbers);
      this.#seconds = doubled(this.#seconds);
    }
    this.#numbers[this.#size] = number;
    this.#seconds[this.#size] = Math.floor((to - from) / SECOND_US + 0.5);
    this.#size += 1;
  }

  /** The durations of each group, in the order of their coming; all lie in one piece of memory. */
  byGroup(groups: number): Int32Array[] {
    const numbers = this.#numbers.subarray(0, this.#size);
    const ends = new Int32Array(groups);
    for (let index = 0; index < numbers.length; index += 1) {
      const number = numbers[index] ?? 0;
      ends[number] = (ends[number] ?? 0) + 1;
    }
    let start = 0;
    const parts = Array.from(ends, (n) => [start, (start += n)] as const);
    const ordered = new Int32Array(this.#size);
    parts.forEach(([first], number) => (ends[number] = first));
    for (let index = 0; index < numbers.length; index += 1) {
      const number = numbers[index] ?? 0;
      const at = ends[number] ?? 0;
      ordered[at] = this.#seconds[index] ?? 0;
      ends[number] = at + 1;
    }
    return parts.map(([first, end]) => (first === end ? NONE : ordered.subarray(first, end)));
  }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
