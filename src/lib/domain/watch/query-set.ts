import { clausesIn } from '#lib/domain/text/clauses.ts';
import { documentNosIn, matchesDocument, type DocumentNo } from '#lib/domain/text/document-no.ts';
import { standardNosIn, type StandardNo } from '#lib/domain/text/standard-no.ts';
import { buildAutomaton } from './automaton.ts';
import { evaluate, type Field, type FieldSpan } from './evaluate-query.ts';
import { isOnBorders, matchSpan, matchText } from './match-text.ts';
import { atomKey, requiredAtoms, type QueryAtom, type QueryNode } from './query.ts';

/** A part of an item that is matched by itself; no phrase runs from one into the next. */
export type MatchField = { name: string; text: string };

/** A query that matched, with the places that made it match, in UTF-16 units of each field's own text. */
export type QueryMatch<Id> = { id: Id; spans: MatchSpan[] };
export type MatchSpan = { field: string; start: number; end: number };

/** Places kept of one match; what comes behind says nothing new. */
export const SPANS_MAX = 100;

/**
 * Compiles queries so that a text is matched against all of them at once. Each text is read once: an
 * automaton over the literals of all queries, and one pass each for clauses, document numbers and standards.
 * Only queries of which a required atom was found are then decided.
 */
export function compileQueries<Id>(queries: readonly { id: Id; node: QueryNode }[]): {
  match: (fields: readonly MatchField[]) => QueryMatch<Id>[];
} {
  const atoms = new AtomTable();
  const compiled = queries.map(({ id, node }) => ({ id, node, atom: atoms.number(node) }));
  const waiting: number[][] = Array.from({ length: atoms.size }, () => []);
  compiled.forEach(({ node }, query) => {
    for (const atom of new Set((requiredAtoms(node) ?? []).map((one) => atoms.indexOf(one))))
      waiting[atom]?.push(query);
  });
  const finder = atoms.finder();
  return {
    match: (fields) => {
      const prepared = fields.map(({ name, text }): Field => ({ name, text, counts: null }));
      const hits = finder(prepared);
      const candidates = new Set<number>();
      for (const atom of hits.keys()) for (const query of waiting[atom] ?? []) candidates.add(query);
      const matches: QueryMatch<Id>[] = [];
      for (const index of [...candidates].sort((a, b) => a - b)) {
        const query = compiled[index];
        const found = query && evaluate(query.atom, hits, prepared);
        if (found) matches.push({ id: query.id, spans: spansOf(found, prepared) });
      }
      return matches;
    },
  };
}

/** In the order of fields and places, without doubles and overlaps. */
function spansOf(found: readonly FieldSpan[], fields: readonly Field[]): MatchSpan[] {
  const sorted = [...found].sort((a, b) => a.field - b.field || a.start - b.start || b.end - a.end);
  const spans: FieldSpan[] = [];
  for (const span of sorted) {
    const last = spans.at(-1);
    if (last && last.field === span.field && span.start < last.end) last.end = Math.max(last.end, span.end);
    else spans.push({ ...span });
  }
  return spans
    .slice(0, SPANS_MAX)
    .map(({ field, start, end }) => ({ field: fields[field]?.name ?? '', start, end }));
}

/** A node whose atoms are numbers. */
export type NumberedNode =
  | { kind: 'atom'; atom: number }
  | { kind: 'and' | 'or'; children: NumberedNode[] }
  | { kind: 'not'; child: NumberedNode }
  | { kind: 'near'; distance: number; left: NumberedNode; right: NumberedNode };

/** Where each atom stands in the fields of one item. */
export type Hits = Map<number, FieldSpan[]>;

class AtomTable {
  #atoms: QueryAtom[] = [];
  #numbers = new Map<string, number>();

  get size(): number {
    return this.#atoms.length;
  }

  indexOf(atom: QueryAtom): number {
    const key = atomKey(atom);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#atoms.length;
      this.#numbers.set(key, number);
      this.#atoms.push(atom);
    }
    return number;
  }

  number(node: QueryNode): NumberedNode {
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, children: node.children.map((child) => this.number(child)) };
      case 'not':
        return { kind: 'not', child: this.number(node.child) };
      case 'near':
        return {
          kind: 'near',
          distance: node.distance,
          left: this.number(node.left),
          right: this.number(node.right),
        };
      default:
        return { kind: 'atom', atom: this.indexOf(node) };
    }
  }

  finder(): (fields: readonly Field[]) => Hits {
    const literals = new Map<string, { atom: number; is_prefix: boolean }[]>();
    const clauses = new Map<string, number>();
    const documents = new Map<number, { atom: number; document: DocumentNo }[]>();
    const standards = new Map<string, { atom: number; standard: StandardNo }[]>();
    this.#atoms.forEach((atom, index) => {
      if (atom.kind === 'literal')
        listed(literals, atom.literal).push({ atom: index, is_prefix: atom.is_prefix });
      else if (atom.kind === 'clause') clauses.set(atom.path, index);
      else if (atom.kind === 'document')
        listed(documents, atom.document.serial).push({ atom: index, document: atom.document });
      else listed(standards, nameOf(atom.standard)).push({ atom: index, standard: atom.standard });
    });
    const automaton = buildAutomaton([...literals.keys()]);
    const by_literal = [...literals.values()];
    return (fields) => {
      const hits: Hits = new Map();
      fields.forEach(({ text }, field) => {
        const prepared = matchText(text);
        automaton.scan(prepared.folded, (literal, end) => {
          const start = end - (automaton.literals[literal]?.length ?? 0);
          for (const { atom, is_prefix } of by_literal[literal] ?? [])
            if (isOnBorders(prepared.folded, start, end, is_prefix))
              listed(hits, atom).push({ field, ...matchSpan(prepared, start, end) });
        });
        if (clauses.size > 0)
          for (const { path, start, end } of clausesIn(prepared.source))
            for (const ancestor of ancestorsOf(path)) {
              const atom = clauses.get(ancestor);
              if (atom !== undefined) listed(hits, atom).push({ field, start, end });
            }
        if (documents.size > 0)
          for (const found of documentNosIn(prepared.source))
            for (const { atom, document } of documents.get(found.serial) ?? [])
              if (matchesDocument(document, found))
                listed(hits, atom).push({ field, start: found.start, end: found.end });
        if (standards.size > 0)
          for (const found of standardNosIn(prepared.source))
            for (const { atom, standard } of standards.get(nameOf(found)) ?? [])
              if (standard.year === null || standard.year === found.year)
                listed(hits, atom).push({ field, start: found.start, end: found.end });
      });
      return hits;
    };
  }
}

function listed<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (!list) map.set(key, (list = []));
  return list;
}

const nameOf = ({ family, number }: StandardNo) => `${family} ${number}`;

/** 4.12.b, 4.12 and 4. */
function ancestorsOf(path: string): string[] {
  const parts = path.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}
