import { sql } from 'kysely';
import {
  compileGlossary,
  spellingKey,
  TERM_KINDS,
  type Glossary,
  type TermKind,
} from '#lib/domain/eligibility/glossary.ts';
import { termProblem, type TermInput } from '#lib/domain/eligibility/glossary-row.ts';
import type { IntakeProblem } from '#lib/domain/eligibility/intake-problem.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { pageOf } from '#lib/server/http/page.ts';

/** Names of tests, verdicts, units and headings of one field of goods; a national one has some thousand. */
export const TERMS_MAX = 10_000;

export type StoredTerm = TermInput & {
  id: string;
  /** When an analyst last changed it; null for one that came with the program and was left alone. */
  edited_at: Date | null;
  retired_at: Date | null;
  changed_at: Date;
};

const COLUMNS = [
  'id',
  'kind',
  'zh',
  'en',
  'aliases',
  'source',
  'confirmed',
  'edited_at',
  'retired_at',
  'changed_at',
] as const;
type Row = Omit<StoredTerm, 'kind'> & { kind: string };

/** The terms in use, by kind and then by their Chinese. */
export async function termsInUse(tx: Tx): Promise<StoredTerm[]> {
  const rows = await tx
    .selectFrom('glossary_term')
    .select(COLUMNS)
    .where('retired_at', 'is', null)
    .orderBy('kind')
    .orderBy(sql`zh collate "C"`)
    .limit(TERMS_MAX)
    .execute();
  return rows.map(termOf);
}

export async function glossaryInUse(tx: Tx): Promise<Glossary> {
  return compileGlossary(await termsInUse(tx));
}

/** Terms of which a spelling contains `q`, compared folded. */
export function termsWith(terms: readonly StoredTerm[], q: string): StoredTerm[] {
  const key = spellingKey(q);
  return terms.filter(({ zh, en, aliases }) =>
    [zh, en, ...aliases].some((written) => spellingKey(written).includes(key)),
  );
}

export type TermQuery = {
  kind: TermKind | null;
  q: string | null;
  limit: number;
  after: readonly [changed_at: string, id: string] | null;
};

/** Terms in use, the last changed first. */
export async function listTerms(
  tx: Tx,
  query: TermQuery,
): Promise<{ items: StoredTerm[]; next_cursor: string | null }> {
  const [changed_at, id] = query.after ?? [null, null];
  const like = query.q === null ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await tx
    .selectFrom('glossary_term')
    .select([...COLUMNS, sql<string>`changed_at::text`.as('key')])
    .where('retired_at', 'is', null)
    .where(sql<boolean>`(${query.kind}::text is null or kind = ${query.kind})`)
    .where(
      sql<boolean>`(${like}::text is null or zh ilike ${like} or en ilike ${like}
        or array_to_string(aliases, E'\n') ilike ${like})`,
    )
    .where(
      sql<boolean>`(${changed_at}::timestamptz is null or (changed_at, id) < (${changed_at}::timestamptz, ${id}::uuid))`,
    )
    .orderBy('changed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.key, row.id]);
  return { ...page, items: page.items.map(({ key: _, ...row }) => termOf(row)) };
}

export async function storedTerm(tx: Tx, id: string): Promise<StoredTerm | null> {
  const row = await tx
    .selectFrom('glossary_term')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  return row ? termOf(row) : null;
}

export type SavedTerm =
  | { ok: true; term: StoredTerm; before: StoredTerm | null; is_changed: boolean }
  | { ok: false; problem: IntakeProblem }
  | { ok: false; problem: 'gone' };

/**
 * Adds a term, or (with `id`) puts it in the place of another. Two terms of a kind never share a spelling: each
 * would make the other's translation a guess. The transaction is the operator's.
 */
export async function saveTerm(tx: Tx, input: TermInput, id: string | null): Promise<SavedTerm> {
  const terms = await lockedTerms(tx);
  const before = terms.find((term) => term.id === id) ?? null;
  if (id !== null && before === null) return { ok: false, problem: 'gone' };
  const problem = termProblem(
    input,
    terms.filter((term) => term !== before),
  );
  if (problem) return { ok: false, problem };
  if (before && isSame(before, input)) return { ok: true, term: before, before, is_changed: false };
  const values = { ...input, edited_at: sql<Date>`now()`, changed_at: sql<Date>`now()` };
  const saved = before
    ? tx.updateTable('glossary_term').set(values).where('id', '=', before.id).returning(COLUMNS)
    : tx.insertInto('glossary_term').values(values).returning(COLUMNS);
  return { ok: true, term: termOf(await saved.executeTakeFirstOrThrow()), before, is_changed: true };
}

/** The same for a row of a file: what has its kind and Chinese already is replaced. */
export async function keepTerm(tx: Tx, input: TermInput): Promise<SavedTerm> {
  const terms = await lockedTerms(tx);
  const known = terms.find(
    ({ kind, zh }) => kind === input.kind && spellingKey(zh) === spellingKey(input.zh),
  );
  return saveTerm(tx, input, known?.id ?? null);
}

/** Takes a term out of use; it is kept, and no update of the program brings it back. Null when it is not there. */
export async function retireTerm(tx: Tx, id: string): Promise<StoredTerm | null> {
  const row = await tx
    .updateTable('glossary_term')
    .set({ retired_at: sql<Date>`now()`, edited_at: sql<Date>`now()`, changed_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row ? termOf(row) : null;
}

/** Those who keep the glossary take turns, so that no two of them add the same spelling at once. */
async function lockedTerms(tx: Tx): Promise<StoredTerm[]> {
  await sql`lock table glossary_term in share row exclusive mode`.execute(tx);
  return termsInUse(tx);
}

function isSame(before: StoredTerm, input: TermInput): boolean {
  const contentOf = ({ kind, zh, en, aliases, source, confirmed }: TermInput) =>
    JSON.stringify([kind, zh, en, aliases, source, confirmed]);
  return contentOf(before) === contentOf(input);
}

function termOf(row: Row): StoredTerm {
  const kind = TERM_KINDS.find((one) => one === row.kind);
  if (!kind) throw new Error(`unknown kind of term: ${row.kind}`);
  return { ...row, kind };
}
