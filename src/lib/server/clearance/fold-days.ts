import { startOf, type Grain } from '#lib/domain/clearance/period.ts';
import { ALL, type DayKey } from './day-groups.ts';

/** Which dimensions of a cell are single; the others are all. */
export const OFFICE = 1;
export const CATEGORY = 2;
export const CHANNEL = 4;
export const ALL_SHAPES = [0, 1, 2, 3, 4, 5, 6, 7] as const;

export type CellKey = { start: number; customs_office: string; category: string; channel: string };

/** Without a grain, days are not told apart: all of them together are one period, which begins on day 0. */
export type Fold = { grain: Grain | null; shape: number };

/** The groups that make up each cell of a grain and shape. */
export function foldDays<G extends DayKey>(
  groups: readonly G[],
  { grain, shape }: Fold,
): { key: CellKey; groups: G[] }[] {
  const counted = shape & CATEGORY ? groups : groups.filter(({ is_extra }) => !is_extra);
  const starts = new Map<number, number>();
  const startOfDay = (day: number) => {
    let start = starts.get(day);
    if (start === undefined) starts.set(day, (start = grain === null ? 0 : startOf(grain, day)));
    return start;
  };
  const offices = new Numbering(counted, ({ customs_office }) => (shape & OFFICE ? customs_office : ALL));
  const categories = new Numbering(counted, ({ category }) => (shape & CATEGORY ? category : ALL));
  const channels = new Numbering(counted, ({ channel }) => (shape & CHANNEL ? channel : ALL));
  const parts = new Map<number, { key: CellKey; groups: G[] }>();
  for (const group of counted) {
    const start = startOfDay(group.day);
    const office = offices.of(group);
    const category = categories.of(group);
    const channel = channels.of(group);
    // One number for the four, since a text for each of millions of groups takes ten times as long.
    const name = ((start * offices.size + office) * categories.size + category) * channels.size + channel;
    const part = parts.get(name);
    if (part) part.groups.push(group);
    else
      parts.set(name, {
        key: {
          start,
          customs_office: offices.name(office),
          category: categories.name(category),
          channel: channels.name(channel),
        },
        groups: [group],
      });
  }
  return [...parts.values()];
}

/** Numbers from 0 for the values that one dimension takes. */
class Numbering<G> {
  readonly #value: (group: G) => string;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[];

  constructor(groups: readonly G[], value: (group: G) => string) {
    this.#value = value;
    for (const group of groups)
      if (!this.#numbers.has(value(group))) this.#numbers.set(value(group), this.#numbers.size);
    this.#names = [...this.#numbers.keys()];
  }

  get size(): number {
    return this.#names.length;
  }

  of(group: G): number {
    return this.#numbers.get(this.#value(group)) ?? 0;
  }

  name(number: number): string {
    return this.#names[number] ?? ALL;
  }
}
