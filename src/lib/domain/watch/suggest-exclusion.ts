import { matchLiteral, matchText } from './match-text.ts';
import { parseQuery } from './parse-query.ts';
import { compileQueries } from './query-set.ts';
import { soughtAtoms } from './query.ts';

/** A query with one more NOT, and what it would leave out of what was already judged. */
export type Exclusion = {
  phrase: string;
  query: string;
  /** Dismissed signals that it leaves out, the one it was made from included; confirmed ones it never does. */
  dismissed: number;
};

type Judged = { title: string; text: string };

const SUGGESTIONS_MAX = 5;
/** Words of English and characters of Chinese in a phrase. */
const WORDS_MAX = 3;
const CHARACTERS_MIN = 2;
const CHARACTERS_MAX = 8;
/** A word that stands in more of what is announced anyway than this share would keep news out: 公告, 海关. */
const ANNOUNCED_SHARE_MAX = 0.1;
/** Fewer titles say nothing about that. */
const ANNOUNCED_MIN = 30;
const HAN = /^\p{Script=Han}+$/u;
/** English words that say nothing by themselves. */
const EMPTY = new Set(
  'a an and as at be by for from in into is it its no not of on or that the this to was were will with'.split(
    ' ',
  ),
);

/**
 * Words of a dismissed item's title that would have kept it out: none that the query asks for, none that stands
 * in what was confirmed, none that many of the titles have that are announced anyway. First those that leave out most of what was dismissed, then the shortest.
 */
export function suggestExclusions(
  query: string,
  dismissed_item: Judged,
  {
    dismissed,
    confirmed,
    announced,
  }: { dismissed: readonly Judged[]; confirmed: readonly Judged[]; announced: readonly string[] },
): Exclusion[] {
  const parsed = parseQuery(query);
  if (!parsed.ok) return [];
  const sought = soughtAtoms(parsed.node).flatMap((atom) => (atom.kind === 'literal' ? [atom.literal] : []));
  const titles = announced.map((title) => matchText(title).folded);
  const isCommon = (phrase: string) =>
    titles.length >= ANNOUNCED_MIN &&
    titles.filter((title) => title.includes(phrase)).length > titles.length * ANNOUNCED_SHARE_MAX;
  const found: Exclusion[] = [];
  for (const phrase of phrasesOf(dismissed_item.title, sought)) {
    if (sought.some((literal) => literal.includes(phrase)) || isCommon(phrase)) continue;
    const excluding = parseQuery(`"${phrase}"`);
    if (!excluding.ok) continue;
    const set = compileQueries([{ id: null, node: excluding.node }]);
    const has = ({ title, text }: Judged) =>
      set.match([
        { name: 'title', text: title },
        { name: 'text', text },
      ]).length > 0;
    if (confirmed.some(has)) continue;
    const others = dismissed.filter(has).length;
    found.push({ phrase, query: `(${query}) NOT "${phrase}"`, dismissed: Math.max(1, others) });
  }
  found.sort((a, b) => b.dismissed - a.dismissed || a.phrase.length - b.phrase.length);
  return withoutParts(found).slice(0, SUGGESTIONS_MAX);
}

/** A phrase inside a better one is the same suggestion. */
function withoutParts(sorted: readonly Exclusion[]): Exclusion[] {
  const kept: Exclusion[] = [];
  for (const one of sorted)
    if (!kept.some(({ phrase }) => phrase.includes(one.phrase) || one.phrase.includes(phrase)))
      kept.push(one);
  return kept;
}

/** Runs of characters and of words, none of them across what the query asks for. */
function phrasesOf(title: string, sought: readonly string[]): string[] {
  let { folded } = matchText(title);
  for (const literal of sought) folded = folded.replaceAll(literal, ' | ');
  const phrases = new Set<string>();
  // The dictionary of the platform parts Chinese into words; runs of characters alone make phrases of halves.
  const segments = [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(folded)];
  segments.forEach(({ segment }, at) => {
    if (!HAN.test(segment)) return;
    let phrase = '';
    for (const next of segments.slice(at, at + WORDS_MAX)) {
      if (!HAN.test(next.segment)) break;
      phrase += next.segment;
      if (phrase.length >= CHARACTERS_MIN && phrase.length <= CHARACTERS_MAX) phrases.add(phrase);
    }
  });
  const words = folded.match(/[a-z][a-z'-]*|\|/g) ?? [];
  words.forEach((word, at) => {
    if (!EMPTY.has(word) && word.length > 2) phrases.add(word);
    for (let count = 2; count <= WORDS_MAX && at + count <= words.length; count += 1) {
      const phrase = words.slice(at, at + count);
      const [first = '', last = ''] = [phrase[0], phrase.at(-1)];
      if (!EMPTY.has(first) && !EMPTY.has(last) && folded.includes(phrase.join(' ')))
        phrases.add(phrase.join(' '));
    }
  });
  return [...phrases].filter((phrase) => matchLiteral(phrase) === phrase);
}
