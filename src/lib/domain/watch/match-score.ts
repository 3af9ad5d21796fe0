import type { MatchField, MatchSpan } from './query-set.ts';

/** What a score is made of, so that it can be shown with its parts. */
export type ScoreParts = {
  /** Whether the title has a place. */
  in_title: boolean;
  /** How many places there are. */
  places: number;
  /** Whether two places stand close together. */
  is_close: boolean;
};

/** Two places this many characters apart are most likely of one statement. */
const CLOSE_CHARACTERS = 60;
/** With this many places more say no more. */
const PLACES_ENOUGH = 5;

export function scorePartsOf(spans: readonly MatchSpan[]): ScoreParts {
  const is_close = spans.some((span, index) => {
    const next = spans[index + 1];
    return next?.field === span.field && next.start - span.end <= CLOSE_CHARACTERS;
  });
  return { in_title: spans.some(({ field }) => field === 'title'), places: spans.length, is_close };
}

/** From 0.4, a single place in the text, to 1: in the title, many, and close together. An order for reading, no verdict. */
export function scoreOf(spans: readonly MatchSpan[]): number {
  const { in_title, places, is_close } = scorePartsOf(spans);
  const many = Math.min(1, Math.max(0, places - 1) / (PLACES_ENOUGH - 1));
  return Math.round((0.4 + (in_title ? 0.3 : 0) + (is_close ? 0.15 : 0) + 0.15 * many) * 100) / 100;
}

/** A part of a field around places, with the places in it; what lies before and behind is left out. */
export type Excerpt = {
  field: string;
  text: string;
  spans: { start: number; end: number }[];
  is_start: boolean;
  is_end: boolean;
};

const EXCERPT_MARGIN = 70;
const EXCERPTS_MAX = 4;

/** The places of a match in their sentences, the first ones; places close together share an excerpt. */
export function excerptsOf(fields: readonly MatchField[], spans: readonly MatchSpan[]): Excerpt[] {
  const excerpts: Excerpt[] = [];
  for (const { name, text } of fields) {
    const own = spans.filter(({ field, end }) => field === name && end <= text.length);
    for (let at = 0; at < own.length && excerpts.length < EXCERPTS_MAX;) {
      const first = own[at];
      if (!first) break;
      let last = first;
      let next = at + 1;
      for (let span = own[next]; span && span.start - last.end <= EXCERPT_MARGIN; span = own[next]) {
        last = span;
        next += 1;
      }
      const from = Math.max(0, first.start - EXCERPT_MARGIN);
      const to = Math.min(text.length, last.end + EXCERPT_MARGIN);
      excerpts.push({
        field: name,
        text: text.slice(from, to).toWellFormed(),
        spans: own.slice(at, next).map(({ start, end }) => ({ start: start - from, end: end - from })),
        is_start: from === 0,
        is_end: to === text.length,
      });
      at = next;
    }
  }
  return excerpts;
}
