import { findClauses, isWithinClause, parseClause } from '#lib/domain/text/clauses.ts';
import { foldName } from '#lib/domain/text/fold.ts';
import { foldForMatch } from '#lib/domain/text/script.ts';
import type { Slot } from './parameters.ts';
import { cellsOf, isTableRow } from './diff-table.ts';

/**
 * The annex of a standard that lists every mandatory test: a document whose lines are mapped to the slots of
 * the rule. Reports are cross-checked against this mapping and never trusted by their title (premise: many
 * cite the old edition or leave clauses out).
 */
export type AnnexLine = {
  /** From 1, in the order of the annex. */
  line: number;
  /** As the annex names the test. */
  title: string;
  /** The clause that the line cites, canonical; null where it cites none. */
  clause: string | null;
  /** Null until a person or `proposeMapping` has placed it. */
  slot: number | null;
  /** A person has confirmed the slot. */
  confirmed: boolean;
};

/** Longer annexes are no list of twelve requirements and their tests. */
const LINES_MAX = 500;

/**
 * Reads the lines of an annex: rows of a table (whose head names no test) or lines of a list, each with the
 * clause that it cites or is numbered by.
 */
export function readAnnexLines(text: string): AnnexLine[] {
  const rows = text.split('\n').map((line) => (isTableRow(line) ? cellsOf(line) : [line.trim()]));
  const tests = rows
    .filter((cells) => cells.some((cell) => cell !== '') && !isHead(cells))
    .slice(0, LINES_MAX);
  return tests.map((cells, index) => {
    const written = cells.join(' ');
    const clause =
      cells.map(clauseOfCell).find((path) => path !== null) ??
      leadingClause(written) ??
      findClauses(written)[0]?.path ??
      null;
    const named = cells.filter((cell) => cell !== '' && parseClause(cell) === null);
    const title = (named[0] ?? written)
      .replace(/^\s*(?:\d{1,3}(?:\.\d{1,3})+|\d{1,3}[.、)）])\s*/, '')
      .trim();
    return { line: index + 1, title, clause, slot: null, confirmed: false };
  });
}

/** A bare whole number counts the rows. */
function clauseOfCell(cell: string): string | null {
  return /^\s*\d+\s*$/.test(cell) ? null : parseClause(cell);
}

const HEAD =
  /^(?:序号|编号|条款|条款号|项目|检测项目|试验项目|测试项目|要求|no\.?|clause|item|test|requirement)$/;

function isHead(cells: readonly string[]): boolean {
  return cells.length > 1 && cells.filter((cell) => HEAD.test(foldForMatch(cell))).length >= 2;
}

function leadingClause(text: string): string | null {
  const number = /^\s*([A-Z]?\.?\d{1,3}(?:\.\d{1,3})+)(?=\s|[\u4e00-\u9fff])/.exec(
    text.normalize('NFKC'),
  )?.[1];
  return number === undefined ? null : parseClause(number);
}

/**
 * Proposes a slot for each line that a person has not confirmed: by its clause, else where its title names the
 * topic of a slot. A proposal is never confirmed by itself.
 */
export function proposeMapping(lines: readonly AnnexLine[], slots: readonly Slot[]): AnnexLine[] {
  return lines.map((line) => {
    if (line.confirmed) return line;
    const by_clause = slotOfClause(line.clause, slots);
    const by_topic =
      by_clause ?? slots.find(({ topic }) => topic !== null && isNamed(topic, line.title))?.slot;
    return { ...line, slot: by_topic ?? null };
  });
}

/** What a report says it tested; `clause` may hold the name of a test instead of a number. */
export type ReportItem = { clause: string | null; topic?: string | null };

export type SlotMatch = {
  slot: number;
  clause: string | null;
  topic: string | null;
  /** False while the clause number of the slot is an assumption. */
  confirmed: boolean;
  state: 'matched' | 'missing';
  matched_by: 'clause' | 'topic' | null;
  /** Indexes into the items of the report; several where a requirement has several tests. */
  items: number[];
};

export type CrossCheck = {
  slots: SlotMatch[];
  is_full_scope: boolean;
  /** Items that answer no requirement of the rule. */
  unmatched_items: number[];
};

/**
 * Reads a report against the slots: an item answers the slot of its clause (4.8.1 lies within 4.8); an item
 * without one answers the slot whose topic, or whose line in the annex, it names. Each item counts for one
 * slot, so that one test can never stand for two requirements.
 */
export function crossCheck(
  items: readonly ReportItem[],
  rule: { slots: readonly Slot[]; annex: readonly AnnexLine[] },
): CrossCheck {
  const placed = items.map((item) => placeItem(item, rule));
  const slots = rule.slots.map(({ slot, clause, topic, confirmed }): SlotMatch => {
    const found = placed.flatMap((place, index) => (place?.slot === slot ? [{ index, by: place.by }] : []));
    const by_clause = found.some(({ by }) => by === 'clause');
    return {
      slot,
      clause,
      topic,
      confirmed,
      state: found.length > 0 ? 'matched' : 'missing',
      matched_by: found.length === 0 ? null : by_clause ? 'clause' : 'topic',
      items: found.map(({ index }) => index),
    };
  });
  return {
    slots,
    is_full_scope: slots.every(({ state }) => state === 'matched'),
    unmatched_items: placed.flatMap((place, index) => (place ? [] : [index])),
  };
}

function placeItem(
  item: ReportItem,
  { slots, annex }: { slots: readonly Slot[]; annex: readonly AnnexLine[] },
): { slot: number; by: 'clause' | 'topic' } | null {
  const clause = item.clause === null ? null : parseClause(item.clause);
  const line =
    clause === null
      ? undefined
      : annex.find(
          (entry) => entry.slot !== null && entry.clause !== null && isWithinClause(clause, entry.clause),
        );
  const by_clause = slotOfClause(clause, slots) ?? line?.slot ?? null;
  if (by_clause !== null) return { slot: by_clause, by: 'clause' };
  // A clause that is no requirement of the rule is not read as a topic: the number is what the report states.
  const name = clause === null ? (item.topic ?? item.clause) : item.topic;
  if (name === null || name === undefined || foldName(name) === '') return null;
  const by_topic =
    slots.find(({ topic }) => topic !== null && foldName(topic) === foldName(name))?.slot ??
    annex.find((entry) => entry.slot !== null && foldName(entry.title) === foldName(name))?.slot ??
    null;
  return by_topic === null ? null : { slot: by_topic, by: 'topic' };
}

/** The slot with this clause, or with the nearest clause above it. */
function slotOfClause(clause: string | null, slots: readonly Slot[]): number | null {
  if (clause === null) return null;
  const above = slots.filter((slot) => slot.clause !== null && isWithinClause(clause, slot.clause));
  const nearest = above.sort((a, b) => (b.clause?.length ?? 0) - (a.clause?.length ?? 0))[0];
  return nearest?.slot ?? null;
}

/** A topic such as burn-rate is named by a title that has all its words. */
function isNamed(topic: string, title: string): boolean {
  const words = topic.split(/[-_.]/).filter((word) => word !== '');
  const folded = foldForMatch(title);
  return words.length > 0 && words.every((word) => folded.includes(word));
}
