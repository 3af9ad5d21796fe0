/**
 * Finds any number of literals in a text at once (Aho and Corasick, 1975): one step a unit, however many
 * literals there are. Nodes are numbers, edges stand in one open-addressed table, and the edges of the root,
 * where a text spends most of its time, in an array by unit.
 */
export type Automaton = {
  /** Calls `found` with each literal's index and the end of its place, in the order of ends. */
  scan: (text: string, found: (literal: number, end: number) => void) => void;
  literals: readonly string[];
};

const ROOT = 0;
const NONE = -1;

/** Builds the automaton of literals that are neither empty nor equal to another. */
export function buildAutomaton(literals: readonly string[]): Automaton {
  const trie = buildTrie(literals);
  const { nodes, edges, root_edges, literal_of } = trie;
  const fail = new Int32Array(nodes);
  // The nearest node on the way of failures, itself left out, where a literal ends.
  const also = new Int32Array(nodes).fill(NONE);
  for (const { parent, unit, node } of trie.breadth_first) {
    if (parent === ROOT) continue;
    let at = fail[parent] ?? ROOT;
    let next = stepOf(at, unit);
    while (next === NONE && at !== ROOT) {
      at = fail[at] ?? ROOT;
      next = stepOf(at, unit);
    }
    const failure = next === NONE ? ROOT : next;
    fail[node] = failure;
    also[node] = literal_of[failure] === NONE ? (also[failure] ?? NONE) : failure;
  }

  function stepOf(node: number, unit: number): number {
    return node === ROOT ? (root_edges[unit] ?? NONE) : edges.get(node, unit);
  }

  return {
    literals,
    scan: (text, found) => {
      let node = ROOT;
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        let next = stepOf(node, unit);
        while (next === NONE && node !== ROOT) {
          node = fail[node] ?? ROOT;
          next = stepOf(node, unit);
        }
        node = next === NONE ? ROOT : next;
        if (node === ROOT) continue;
        let end_at = literal_of[node] === NONE ? (also[node] ?? NONE) : node;
        while (end_at !== NONE) {
          found(literal_of[end_at] ?? 0, at + 1);
          end_at = also[end_at] ?? NONE;
        }
      }
    },
  };
}

type Trie = {
  nodes: number;
  edges: EdgeTable;
  root_edges: Int32Array;
  literal_of: Int32Array;
  /** In the order of depth, so that failures are known before they are needed. */
  breadth_first: { parent: number; unit: number; node: number }[];
};

function buildTrie(literals: readonly string[]): Trie {
  const units = literals.reduce((sum, literal) => sum + literal.length, 0);
  const edges = new EdgeTable(units);
  const root_edges = new Int32Array(0x10000).fill(NONE);
  const literal_of = new Int32Array(units + 1).fill(NONE);
  const by_depth: Trie['breadth_first'][] = [];
  let nodes = 1;
  literals.forEach((literal, index) => {
    let node = ROOT;
    for (let at = 0; at < literal.length; at += 1) {
      const unit = literal.charCodeAt(at);
      let next = node === ROOT ? (root_edges[unit] ?? NONE) : edges.get(node, unit);
      if (next === NONE) {
        next = nodes;
        nodes += 1;
        if (node === ROOT) root_edges[unit] = next;
        else edges.add(node, unit, next);
        (by_depth[at] ??= []).push({ parent: node, unit, node: next });
      }
      node = next;
    }
    literal_of[node] = index;
  });
  return { nodes, edges, root_edges, literal_of, breadth_first: by_depth.flat() };
}

/**
 * (node, unit) → node, open addressing with linear probing, at most half full. The three numbers of an edge
 * stand side by side, so that a look-up touches one line of the cache.
 */
class EdgeTable {
  #mask: number;
  #edges: Int32Array;

  constructor(edges_max: number) {
    let size = 16;
    while (size < edges_max * 2) size *= 2;
    this.#mask = size - 1;
    this.#edges = new Int32Array(size * EDGE_NUMBERS).fill(NONE);
  }

  get(node: number, unit: number): number {
    const edges = this.#edges;
    let slot = hash(node, unit) & this.#mask;
    for (;;) {
      const at = slot * EDGE_NUMBERS;
      const found = edges[at] ?? NONE;
      if (found === NONE) return NONE;
      if (found === node && edges[at + 1] === unit) return edges[at + 2] ?? NONE;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Adds an edge that the table does not have. */
  add(node: number, unit: number, target: number): void {
    let slot = hash(node, unit) & this.#mask;
    while (this.#edges[slot * EDGE_NUMBERS] !== NONE) slot = (slot + 1) & this.#mask;
    this.#edges.set([node, unit, target], slot * EDGE_NUMBERS);
  }
}

/** Node, unit, target and one left empty, so that no edge lies across two lines. */
const EDGE_NUMBERS = 4;

function hash(node: number, unit: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
