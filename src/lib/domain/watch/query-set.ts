import { clausesIn } from '#lib/domain/text/clauses.ts';
import { documentNosIn, matchesDocument, type DocumentNo } from '#lib/domain/text/document-no.ts';
import { standardNosIn, type StandardNo } from '#lib/domain/text/standard-no.ts';
import { buildAutomaton } from './automaton.ts';
import { holds, placesOf, type Field, type NumberedNode } from './evaluate-query.ts';
import { HitTable, type FieldSpan } from './hits.ts';
import { isOnBorders, matchText } from './match-text.ts';
import { atomKey, requiredAtoms, soughtAtoms, type QueryAtom, type QueryNode } from './query.ts';

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
  const compiled = queries.map(({ id, node }) => ({ id, node, numbered: atoms.number(node) }));
  const waiting = waitingFor(compiled, atoms);
  const hits = new HitTable(atoms.size);
  const find = atoms.finder(hits);
  const asked_in = new Int32Array(queries.length);
  let item = 0;
  return {
    match: (fields) => {
      item += 1;
      const prepared = fields.map(({ name, text }): Field => ({ name, text, counts: null }));
      hits.begin();
      find(prepared);
      const matched: number[] = [];
      for (const atom of hits.atoms)
        for (const query of waiting[atom] ?? []) {
          if (asked_in[query] === item) continue;
          asked_in[query] = item;
          const numbered = compiled[query]?.numbered;
          if (numbered && holds(numbered, hits, prepared)) matched.push(query);
        }
      return matched
        .sort((a, b) => a - b)
        .flatMap((index) => {
          const query = compiled[index];
          const places = query && placesOf(query.numbered, hits, prepared);
          return places ? [{ id: query.id, spans: spansOf(places, prepared) }] : [];
        });
    },
  };
}

/**
 * Of each atom, the queries that are decided when it is found. An atom of many queries is a common word: where
 * a query can wait for another, it does.
 */
function waitingFor(
  compiled: readonly { node: QueryNode }[],
  atoms: AtomTable,
): readonly (readonly number[] | undefined)[] {
  const uses = new Int32Array(atoms.size);
  for (const { node } of compiled)
    for (const atom of soughtAtoms(node)) {
      const index = atoms.indexOf(atom);
      uses[index] = (uses[index] ?? 0) + 1;
    }
  const waiting: number[][] = [];
  compiled.forEach(({ node }, query) => {
    const required = requiredAtoms(node, (atom) => uses[atoms.indexOf(atom)] ?? 0) ?? [];
    for (const atom of new Set(required.map((one) => atoms.indexOf(one)))) (waiting[atom] ??= []).push(query);
  });
  return waiting;
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

  /** What finds the atoms in the fields of an item and notes them. */
  finder(hits: HitTable): (fields: readonly Field[]) => void {
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
    const find = (text: string, field: number) => {
      const prepared = matchText(text);
      const { folded, source } = prepared;
      automaton.scan(folded, (literal, end) => {
        const start = end - (automaton.literals[literal]?.length ?? 0);
        for (const { atom, is_prefix } of by_literal[literal] ?? [])
          if (isOnBorders(folded, start, end, is_prefix))
            hits.add(atom, field, prepared.offsets[start] ?? 0, prepared.ends[end - 1] ?? 0);
      });
      if (clauses.size > 0)
        for (const { path, start, end } of clausesIn(source))
          for (const ancestor of ancestorsOf(path)) {
            const atom = clauses.get(ancestor);
            if (atom !== undefined) hits.add(atom, field, start, end);
          }
      if (documents.size > 0)
        for (const found of documentNosIn(source))
          for (const { atom, document } of documents.get(found.serial) ?? [])
            if (matchesDocument(document, found)) hits.add(atom, field, found.start, found.end);
      if (standards.size > 0)
        for (const found of standardNosIn(source))
          for (const { atom, standard } of standards.get(nameOf(found)) ?? [])
            if (standard.year === null || standard.year === found.year)
              hits.add(atom, field, found.start, found.end);
    };
    return (fields) => fields.forEach(({ text }, field) => find(text, field));
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
