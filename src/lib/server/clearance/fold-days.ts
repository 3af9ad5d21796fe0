import { cellOf, type Cell } from '#lib/domain/clearance/cell.ts';
import { startOf, type Grain } from '#lib/domain/clearance/period.ts';
import { ALL, type DayKey } from './day-groups.ts';

/** Which dimensions of a cell are single; the others are all. */
export const OFFICE = 1;
export const CATEGORY = 2;
export const CHANNEL = 4;

export type CellKey = { start: number; customs_office: string; category: string; channel: string };

/** Without a grain, days are not told apart: all of them together are one period, which begins on day 0. */
export type Fold = { grain: Grain | null; shape: number };

/** The groups that make up each cell of a grain and shape. */
export function foldDays<G extends DayKey>(
  groups: readonly G[],
  { grain, shape }: Fold,
): { key: CellKey; groups: G[] }[] {
  const parts = new Map<string, { key: CellKey; groups: G[] }>();
  const starts = new Map<number, number>();
  for (const group of groups) {
    if (group.is_extra && !(shape & CATEGORY)) continue;
    let start = grain === null ? 0 : starts.get(group.day);
    if (start === undefined) starts.set(group.day, (start = startOf(grain ?? 'day', group.day)));
    const customs_office = shape & OFFICE ? group.customs_office : ALL;
    const category = shape & CATEGORY ? group.category : ALL;
    const channel = shape & CHANNEL ? group.channel : ALL;
    const name = `${start} ${customs_office} ${category} ${channel}`;
    const part = parts.get(name);
    if (part) part.groups.push(group);
    else parts.set(name, { key: { start, customs_office, category, channel }, groups: [group] });
  }
  return [...parts.values()];
}

/** One cell of all these values; null when there are none. */
export function joinedCell(parts: readonly Int32Array[]): Cell | null {
  let n = 0;
  for (const part of parts) n += part.length;
  if (n === 0) return null;
  const seconds = new Int32Array(n);
  let at = 0;
  for (const part of parts) {
    seconds.set(part, at);
    at += part.length;
  }
  return cellOf(seconds);
}
