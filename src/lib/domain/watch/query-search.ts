import { foldForMatch } from '#lib/domain/text/script.ts';
import { pairsOf, runsOf, WORD_CHARACTERS_MAX } from '#lib/domain/text/search-text.ts';
import { standardText } from '#lib/domain/text/standard-no.ts';
import type { QueryAtom, QueryNode } from './query.ts';

/**
 * What a full-text index of `searchTokens` must have for a text to match the query, as PostgreSQL's tsquery of
 * quoted tokens. It never leaves out a text that matches; the texts that it lets through are then matched. Null
 * where the index can say nothing (a single Chinese character stands in no pair by itself).
 */
export function searchOf(node: QueryNode): string | null {
  switch (node.kind) {
    case 'and':
      return joined(
        node.children.map(searchOf).filter((part) => part !== null),
        '&',
      );
    case 'or': {
      const parts = node.children.map(searchOf);
      const known = parts.filter((part) => part !== null);
      return known.length < parts.length ? null : joined(known, '|');
    }
    case 'not':
      return null;
    case 'near':
      return joined(
        [searchOf(node.left), searchOf(node.right)].filter((part) => part !== null),
        '&',
      );
    default:
      return searchOfAtom(node);
  }
}

function joined(parts: readonly string[], operator: '&' | '|'): string | null {
  const [first, ...others] = parts;
  if (first === undefined) return null;
  return others.length === 0 ? first : `(${parts.join(` ${operator} `)})`;
}

function searchOfAtom(atom: QueryAtom): string | null {
  switch (atom.kind) {
    case 'literal':
      return joined(tokensOf(atom.literal, atom.is_prefix), '&');
    case 'clause':
      return `(${quoted(`clause:${atom.path}`)} | ${quoted(`clause:${atom.path}.`)}:*)`;
    case 'standard':
      return quoted(`std:${standardText(atom.standard)}`);
    case 'document': {
      // A number may stand without its issuer, so that only its digits are sure to be there.
      const { year, serial } = atom.document;
      const serials = Array.from({ length: SERIAL_DIGITS_MAX }, (_, width) =>
        String(serial).padStart(width + 1, '0'),
      );
      const any = joined([...new Set(serials)].map(quoted), '|');
      return year === null || atom.document.kind === 'decree'
        ? any
        : joined([quoted(String(year)), any ?? ''], '&');
    }
    default:
      return atom satisfies never;
  }
}

const SERIAL_DIGITS_MAX = 6;
const WORD = /\p{Script=Han}+|[a-z]+|[0-9]+/gu;

/** Tokens that every text with the literal has: pairs inside its Chinese, its letters and its digits. */
function tokensOf(literal: string, is_prefix: boolean): string[] {
  const words = [...literal.matchAll(WORD)];
  // A letter beside another script's belongs to one word with it in the index.
  if (/[^\p{Script=Han}a-z0-9\s.,;:!?'"()[\]/&%+*#@-]/u.test(foldForMatch(literal))) return [];
  return words.flatMap((match) => {
    const [word] = match;
    if (/^\p{Script=Han}/u.test(word)) return [...word].length > 1 ? pairsOf(word).map(quoted) : [];
    const is_last = match.index + word.length === literal.length;
    return runsOf(word).map((run) => {
      const cut = run.slice(0, WORD_CHARACTERS_MAX);
      return is_prefix && is_last ? `${quoted(cut)}:*` : quoted(cut);
    });
  });
}

function quoted(token: string): string {
  return `'${token.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
