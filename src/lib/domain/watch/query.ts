import type { DocumentNo } from '#lib/domain/text/document-no.ts';
import type { StandardNo } from '#lib/domain/text/standard-no.ts';

/**
 * A query of the watch as a tree. `literal` is already in the form in which texts are matched
 * (`matchLiteral`); `is_prefix` is `interpret*`. A clause matches its own citations and those below it
 * (4.12 matches 4.12.b); a document number what it leaves open; an undated standard any edition of it.
 * NEAR/n: at most n words, numbers or Chinese characters between the two, in either order.
 */
export type QueryAtom =
  | { kind: 'literal'; literal: string; is_prefix: boolean }
  | { kind: 'clause'; path: string }
  | { kind: 'document'; document: DocumentNo }
  | { kind: 'standard'; standard: StandardNo };
export type QueryNode =
  | QueryAtom
  | { kind: 'and' | 'or'; children: QueryNode[] }
  | { kind: 'not'; child: QueryNode }
  | { kind: 'near'; distance: number; left: QueryNode; right: QueryNode };

export const QUERY_PROBLEMS = [
  'empty',
  'too_long',
  'too_many_terms',
  'too_deep',
  'quote_not_closed',
  'quote_empty',
  'paren_not_closed',
  'paren_not_opened',
  'paren_empty',
  'operand_missing_before',
  'operand_missing_after',
  'near_without_distance',
  'near_distance',
  'near_operand',
  'unknown_field',
  'clause_unreadable',
  'document_unreadable',
  'nothing_to_match',
  'star_place',
  'nothing_required',
] as const;
export type QueryProblemCode = (typeof QUERY_PROBLEMS)[number];

/** `start` and `end` are UTF-16 units of the query as typed, `end` exclusive; `found` is what stands there. */
export type QueryProblem = { code: QueryProblemCode; start: number; end: number; found: string };
export type ParsedQuery = { ok: true; node: QueryNode } | { ok: false; problems: QueryProblem[] };

/** As long as the column; longer ones are lists, not queries. */
export const QUERY_CHARACTERS_MAX = 4000;
/** Terms of one query; each costs in every text that is matched. */
export const QUERY_TERMS_MAX = 200;
/** Parentheses inside parentheses. */
export const QUERY_DEPTH_MAX = 20;
/** Further apart than this, two words are not near. */
export const NEAR_WORDS_MAX = 200;

/** One name for what a text is searched for, however often and in how many queries it stands. */
export function atomKey(atom: QueryAtom): string {
  switch (atom.kind) {
    case 'literal':
      return `${atom.is_prefix ? 'prefix' : 'literal'}:${atom.literal}`;
    case 'clause':
      return `clause:${atom.path}`;
    case 'document': {
      const { issuer, kind, year, serial, part } = atom.document;
      return `document:${[issuer, kind, year, serial, part].join('|')}`;
    }
    case 'standard':
      return `standard:${[atom.standard.family, atom.standard.number, atom.standard.year].join('|')}`;
    default:
      return atom satisfies never;
  }
}

/** The atoms of a query that say what to find; those under NOT say what must be absent. */
export function soughtAtoms(node: QueryNode): QueryAtom[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.children.flatMap(soughtAtoms);
    case 'not':
      return [];
    case 'near':
      return [...soughtAtoms(node.left), ...soughtAtoms(node.right)];
    default:
      return [node];
  }
}

/**
 * Atoms of which every matching text has at least one; of several such sets the one with the least `costOf`,
 * the longest words where they cost the same. Null when a text without any of the query's words could match
 * (`NOT a`, `a OR NOT b`): such a query is refused.
 */
export function requiredAtoms(
  node: QueryNode,
  costOf: (atom: QueryAtom) => number = () => 1,
): QueryAtom[] | null {
  return required(node, costOf)?.atoms ?? null;
}

type Required = { atoms: QueryAtom[]; cost: number };

function required(node: QueryNode, costOf: (atom: QueryAtom) => number): Required | null {
  switch (node.kind) {
    case 'and':
      return cheapest(node.children.map((child) => required(child, costOf)));
    case 'near':
      return cheapest([required(node.left, costOf), required(node.right, costOf)]);
    case 'or': {
      const children = node.children.map((child) => required(child, costOf));
      const known = children.filter((child) => child !== null);
      if (known.length < children.length) return null;
      return {
        atoms: known.flatMap(({ atoms }) => atoms),
        cost: known.reduce((sum, { cost }) => sum + cost, 0),
      };
    }
    case 'not':
      return null;
    default:
      return { atoms: [node], cost: costOf(node) + commonness(node) };
  }
}

function cheapest(children: readonly (Required | null)[]): Required | null {
  let best: Required | null = null;
  for (const child of children) if (child && (!best || child.cost < best.cost)) best = child;
  return best;
}

/** Below one: long words are rarer than short ones, and a Chinese character says as much as three letters. */
function commonness(atom: QueryAtom): number {
  if (atom.kind !== 'literal') return 0.02;
  const letters = [...atom.literal].reduce((sum, character) => sum + (character > '\u2e80' ? 3 : 1), 0);
  return 1 / (1 + letters);
}
