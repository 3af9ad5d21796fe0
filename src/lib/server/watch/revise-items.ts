import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { EXTRACTOR_VERSION, type Extracted } from '#lib/domain/watch/extracted.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { itemSearchTokens } from './item-search.ts';
import type { StoredItem } from './store-items.ts';

/** The text by which a change is judged: blanks do not count. */
export function hashOf({ title, text }: Pick<Extracted, 'title' | 'text'>): string {
  return createHash('sha256')
    .update(`${title}\n${text ?? ''}`.replace(/\s+/g, ' ').trim())
    .digest('hex');
}

/** Of what a source said beside the title, for telling whether it says the same again. */
export function textHashOf(text: string | null): string | null {
  return text === null ? null : hashOf({ title: '', text });
}

/** PostgreSQL keeps at most 1 MB of words of one text; the first ones of a very long text are found. */
const INDEX_BYTES_MAX = 900_000;

export function indexTokens(item: { title: string; document_no: string | null; text: string }): string[] {
  let bytes = 0;
  return itemSearchTokens(item).filter((token) => {
    bytes += Buffer.byteLength(token) + 2;
    return bytes < INDEX_BYTES_MAX;
  });
}

type Revised = {
  id: string;
  document_no: string | null;
  text_sha256: string;
  revision_no: number;
  next: { title: string; text: string };
};
type By = { snapshot_id: string | null; seen_at: Date; change: 'changed' | 'completed' | 'upgraded' };

/**
 * Gives an item another text as its next revision; the same text is none. Only what a source changed moves the
 * day of its change. The revision counts as matched: whoever makes one that is news matches it at once.
 */
export async function reviseItem(tx: Tx, item: Revised, by: By): Promise<StoredItem> {
  const revisions = createRevisions(tx);
  const stored = await revisions.add(item, by);
  await revisions.write();
  return stored;
}

/** Revisions of many items, which are written with one statement. */
export type Revisions = {
  /** Answers what becomes of the item; the revision is written by `write`, or before another one of the same item. */
  add: (item: Revised, by: By) => Promise<StoredItem>;
  write: () => Promise<void>;
};

export function createRevisions(tx: Tx): Revisions {
  const waiting = new Map<string, Revision>();
  const write = async () => {
    const revisions = [...waiting.values()];
    waiting.clear();
    if (revisions.length > 0) await writeRevisions(tx, revisions);
  };
  return {
    async add({ id, document_no, next, ...item }, by) {
      const text_sha256 = hashOf(next);
      if (text_sha256 === item.text_sha256) return { id, outcome: 'seen', revision_no: item.revision_no };
      if (waiting.has(id)) await write();
      const revision_no = item.revision_no + 1;
      waiting.set(id, { id, ...next, document_no, text_sha256, revision_no, ...by });
      return { id, outcome: by.change, revision_no };
    },
    write,
  };
}

type Revision = Pick<Revised, 'id' | 'document_no' | 'text_sha256' | 'revision_no'> & Revised['next'] & By;

async function writeRevisions(tx: Tx, revisions: readonly Revision[]): Promise<void> {
  const column = <T>(valueOf: (revision: Revision) => T) => revisions.map(valueOf);
  // Words are cut at a length, which may be within a character; JSON takes none that is cut.
  const tokens = column((revision) =>
    JSON.stringify(indexTokens(revision).map((word) => word.toWellFormed())),
  );
  await sql`
    with given as (
      select * from unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ title }) => title)}::text[], ${column(({ text }) => text)}::text[],
        ${column(({ text_sha256 }) => text_sha256)}::text[], ${column(({ revision_no }) => revision_no)}::int[],
        ${tokens}::jsonb[], ${column(({ snapshot_id }) => snapshot_id)}::uuid[],
        ${column(({ seen_at }) => seen_at)}::timestamptz[], ${column(({ change }) => change === 'changed')}::boolean[]
      ) as g(id, title, text, text_sha256, revision_no, tokens, snapshot_id, seen_at, is_news)
    ), revised as (
      update item i set title = g.title, text = g.text, text_sha256 = g.text_sha256,
        revision_no = g.revision_no, matched_revision_no = g.revision_no, extractor_version = ${EXTRACTOR_VERSION},
        search = array_to_tsvector(array(select jsonb_array_elements_text(g.tokens))),
        changed_at = case when g.is_news then g.seen_at else i.changed_at end
      from given g where i.id = g.id
      returning i.id, i.revision_no, i.title, i.text, i.text_sha256, g.snapshot_id, g.seen_at
    )
    insert into item_revision (item_id, revision_no, title, text, text_sha256, snapshot_id, seen_at)
    select id, revision_no, title, text, text_sha256, snapshot_id, seen_at from revised`.execute(tx);
}
