import { findClauses, parseClause } from '#lib/domain/text/clauses.ts';
import { findDocumentNos, parseDocumentNo } from '#lib/domain/text/document-no.ts';
import { findStandardNos } from '#lib/domain/text/standard-no.ts';
import { matchLiteral } from './match-text.ts';
import {
  NEAR_WORDS_MAX,
  QUERY_CHARACTERS_MAX,
  QUERY_DEPTH_MAX,
  QUERY_TERMS_MAX,
  requiredAtoms,
  type ParsedQuery,
  type QueryNode,
  type QueryProblem,
  type QueryProblemCode,
} from './query.ts';
import { queryTokens, type QueryToken } from './query-tokens.ts';

/**
 * Reads a query: `"phrase"`, terms, `AND OR NOT` (capitals), parentheses, `NEAR/n`, `clause:4.12`,
 * `doc:2026-017`, `interpret*`. Terms side by side must all be there. NOT binds closest, then NEAR, AND, OR.
 * A citation written out (第4.12条, Clause 4.12, GB 31701—2026, 宁波海关公告2026年第17号) is what it cites, in
 * quotes too when it is all of the phrase; of a list or range of clauses any one is asked for. Every problem is
 * named with its place.
 */
export function parseQuery(query: string): ParsedQuery {
  if (query.length > QUERY_CHARACTERS_MAX)
    return {
      ok: false,
      problems: [{ code: 'too_long', start: QUERY_CHARACTERS_MAX, end: query.length, found: '' }],
    };
  const { tokens, problems } = queryTokens(query, NEAR_WORDS_MAX);
  const parser = new Parser(query, tokens, problems);
  const node = parser.parse();
  if (parser.problems.length > 0 || !node) {
    const found = [...parser.problems].sort((a, b) => a.start - b.start);
    if (found.length === 0) found.push({ code: 'empty', start: 0, end: query.length, found: query });
    return { ok: false, problems: found };
  }
  if (requiredAtoms(node) === null)
    return {
      ok: false,
      problems: [{ code: 'nothing_required', start: 0, end: query.length, found: query }],
    };
  return { ok: true, node };
}

class Parser {
  problems: QueryProblem[];
  #query: string;
  #tokens: QueryToken[];
  #at = 0;
  #terms = 0;

  constructor(query: string, tokens: QueryToken[], problems: QueryProblem[]) {
    this.#query = query;
    this.#tokens = tokens;
    this.problems = [...problems];
  }

  parse(): QueryNode | null {
    if (this.#tokens.length === 0) return null;
    const nodes: QueryNode[] = [];
    while (this.#at < this.#tokens.length) {
      const node = this.#or(0);
      if (node) nodes.push(node);
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'close') continue;
      this.#problem('paren_not_opened', token);
      this.#at += 1;
    }
    return nodes.length > 1 ? { kind: 'and', children: nodes } : (nodes[0] ?? null);
  }

  #or(depth: number): QueryNode | null {
    return this.#list('or', depth, () => this.#and(depth));
  }

  #and(depth: number): QueryNode | null {
    return this.#list('and', depth, () => this.#near(depth));
  }

  /** Operands parted by the operator; for AND, also side by side. */
  #list(kind: 'and' | 'or', depth: number, operand: () => QueryNode | null): QueryNode | null {
    const children: QueryNode[] = [];
    const first = operand();
    if (first) children.push(first);
    for (;;) {
      const token = this.#tokens[this.#at];
      if (!token || token.kind === 'close') break;
      if (token.kind === kind) this.#at += 1;
      else if (kind === 'or' || token.kind === 'or' || token.kind === 'near') break;
      if (token.kind === kind && !this.#startsOperand()) this.#problem('operand_missing_after', token);
      const next = operand();
      if (next) children.push(next);
    }
    return children.length > 1 ? { kind, children } : (children[0] ?? null);
  }

  #near(depth: number): QueryNode | null {
    let left = this.#unary(depth);
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'near') return left;
      this.#at += 1;
      if (!this.#startsOperand()) this.#problem('operand_missing_after', token);
      const right = this.#unary(depth);
      if (!left || !right) {
        left ??= right;
        continue;
      }
      if (!isPlace(left) || !isPlace(right)) this.#problem('near_operand', token);
      left = { kind: 'near', distance: token.distance, left, right };
    }
  }

  #startsOperand(): boolean {
    const token = this.#tokens[this.#at];
    return (
      token !== undefined &&
      token.kind !== 'close' &&
      token.kind !== 'and' &&
      token.kind !== 'or' &&
      token.kind !== 'near'
    );
  }

  #unary(depth: number): QueryNode | null {
    const token = this.#tokens[this.#at];
    if (!token) return null;
    switch (token.kind) {
      case 'not': {
        this.#at += 1;
        if (!this.#startsOperand()) this.#problem('operand_missing_after', token);
        const child = this.#unary(depth);
        return child ? { kind: 'not', child } : null;
      }
      case 'open':
        return this.#group(token, depth);
      case 'close':
        return null;
      case 'and':
      case 'or':
      case 'near':
        // Its left side is missing; reported here, so that the lists above go on behind it.
        if (!this.#hasLeftSide()) {
          this.#problem('operand_missing_before', token);
          this.#at += 1;
          return this.#unary(depth);
        }
        return null;
      default:
        return this.#term(token);
    }
  }

  /** Whether something that can be a left side stands before the present token. */
  #hasLeftSide(): boolean {
    const before = this.#tokens[this.#at - 1];
    return before !== undefined && before.kind !== 'open';
  }

  #group(token: QueryToken, depth: number): QueryNode | null {
    if (depth >= QUERY_DEPTH_MAX) {
      this.#problem('too_deep', token);
      this.#at = this.#tokens.length;
      return null;
    }
    this.#at += 1;
    const node = this.#or(depth + 1);
    const close = this.#tokens[this.#at];
    if (close?.kind === 'close') {
      this.#at += 1;
      if (!node && this.problems.length === 0) this.#problem('paren_empty', { ...token, end: close.end });
    } else if (this.problems.at(-1)?.code !== 'too_deep') this.#problem('paren_not_closed', token);
    return node;
  }

  #term(token: Extract<QueryToken, { kind: 'word' | 'phrase' | 'field' }>): QueryNode | null {
    this.#terms += 1;
    if (this.#terms === QUERY_TERMS_MAX + 1) this.#problem('too_many_terms', token);
    if (token.kind === 'word') return this.#words();
    this.#at += 1;
    if (token.kind === 'field') return this.#field(token);
    if (token.text.trim() === '') this.#problem('quote_empty', token);
    return citationOf(token.text) ?? this.#literal(token.text, token);
  }

  #field(token: Extract<QueryToken, { kind: 'field' }>): QueryNode | null {
    if (token.field === 'clause') {
      const node = clauseNode(token.value);
      if (!node) this.#problem('clause_unreadable', token);
      return node;
    }
    const document = parseDocumentNo(token.value);
    if (!document) this.#problem('document_unreadable', token);
    return document ? { kind: 'document', document } : null;
  }

  /** A word, or the words that are one citation: `Clause 4.12`, `GB 31701—2026`. */
  #words(): QueryNode | null {
    const run: QueryToken[] = [];
    for (let at = this.#at; this.#tokens[at]?.kind === 'word'; at += 1) {
      const token = this.#tokens[at];
      if (token) run.push(token);
    }
    // The longest citation that begins here; a citation has few words.
    for (let count = Math.min(run.length, CITATION_WORDS_MAX); count > 0; count -= 1) {
      const [first, last] = [run[0], run[count - 1]];
      if (!first || !last) continue;
      const node = citationOf(this.#query.slice(first.start, last.end));
      if (!node) continue;
      this.#at += count;
      return node;
    }
    const [token] = run;
    this.#at += 1;
    return token?.kind === 'word' ? this.#literal(token.text, token) : null;
  }

  #literal(text: string, token: QueryToken): QueryNode | null {
    const is_prefix = token.kind === 'word' && text.endsWith('*');
    const literal = matchLiteral(text);
    if (literal === '') {
      if (text.trim() !== '') this.#problem('nothing_to_match', token);
      return null;
    }
    if (token.kind === 'word' && (literal.includes('*') || text.startsWith('*')))
      this.#problem('star_place', token);
    return { kind: 'literal', literal, is_prefix };
  }

  #problem(code: QueryProblemCode, { start, end }: { start: number; end: number }): void {
    this.problems.push({ code, start, end, found: this.#query.slice(start, end) });
  }
}

/** Ningbo Municipal Market Supervision Administration Notice No. 2026-017 has nine. */
const CITATION_WORDS_MAX = 14;

/** The node of a text that is a citation and nothing else. */
function citationOf(text: string): QueryNode | null {
  const standards = findStandardNos(text);
  if (standards[0] && standards.length === 1 && fills(text, standards[0])) {
    const { family, number, year } = standards[0];
    return { kind: 'standard', standard: { family, number, year } };
  }
  const documents = findDocumentNos(text);
  if (documents[0] && documents.length === 1 && fills(text, documents[0])) {
    const { start: _start, end: _end, ...document } = documents[0];
    return { kind: 'document', document };
  }
  return findClauses(text).length > 0 ? clauseNode(text) : null;
}

/** Whether nothing but punctuation stands around the citation. */
function fills(text: string, { start, end }: { start: number; end: number }): boolean {
  return !/[\p{L}\p{N}]/u.test(text.slice(0, start) + text.slice(end));
}

function clauseNode(text: string): QueryNode | null {
  const cited = findClauses(text);
  const [first] = cited;
  if (first && fills(text, first)) {
    const paths = [...new Set(cited.map(({ path }) => path))];
    const children = paths.map((path) => ({ kind: 'clause' as const, path }));
    return children.length === 1 ? (children[0] ?? null) : { kind: 'or', children };
  }
  const path = parseClause(text);
  return path === null ? null : { kind: 'clause', path };
}

/** What has places in a text, so that it can be near something. */
function isPlace(node: QueryNode): boolean {
  if (node.kind === 'or') return node.children.every(isPlace);
  return node.kind !== 'and' && node.kind !== 'not';
}
