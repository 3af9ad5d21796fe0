import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';

export type DocumentState = 'pending' | 'extracted' | 'no_text' | 'failed';

/** What is shown of a document in lists: neither its bytes nor its text. */
export const DOCUMENT_COLUMNS = [
  'id',
  'firm_id',
  'sha256',
  'byte_count',
  'media_type',
  'file_name',
  'file_name_given',
  'state',
  'problem',
  'page_count',
  'text_characters',
  'text_truncated',
  'extractor',
  'extractor_version',
  'created_at',
  'created_by',
] as const;

export type Document = {
  id: string;
  firm_id: string | null;
  sha256: string;
  byte_count: number;
  media_type: string;
  file_name: string;
  file_name_given: string | null;
  /** A `DocumentState`. */
  state: string;
  /** An `ExtractionProblem`, or null. */
  problem: string | null;
  page_count: number | null;
  text_characters: number;
  text_truncated: boolean;
  extractor: string | null;
  extractor_version: number | null;
  created_at: Date;
  created_by: string | null;
};

/** Documents asked for at once; a report or a version cites a handful. */
const DOCUMENTS_MAX = 500;
/** Read at a time, so that a download never holds a whole file in memory. */
const SLICE_BYTES = 1024 * 1024;

type Owner = { firm_id: string | null };

/** The document of this owner; null when there is none, or when it is another owner's. */
export async function findDocument(app: Pick<App, 'db'>, owner: Owner, id: string): Promise<Document | null> {
  const [found] = await findDocuments(app, owner, [id]);
  return found ?? null;
}

/** Those of the ids that are this owner's documents, newest first. */
export async function findDocuments(
  app: Pick<App, 'db'>,
  { firm_id }: Owner,
  ids: readonly string[],
): Promise<Document[]> {
  if (ids.length === 0) return [];
  return asOwner(app.db, firm_id, (tx) =>
    tx
      .selectFrom('document')
      .select(DOCUMENT_COLUMNS)
      .where('id', 'in', ids.slice(0, DOCUMENTS_MAX))
      .where('firm_id', 'is not distinct from', firm_id)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(DOCUMENTS_MAX)
      .execute(),
  );
}

/** A part of the text by Unicode characters; null when there is no such document or it has no text. */
export async function readDocumentText(
  app: Pick<App, 'db'>,
  { firm_id }: Owner,
  part: { id: string; offset: number; characters: number },
): Promise<string | null> {
  const { rows } = await asOwner(app.db, firm_id, (tx) =>
    sql<{ part: string | null }>`
      select substr(text, ${part.offset + 1}::int, ${part.characters}::int) as part from document
      where id = ${part.id} and firm_id is not distinct from ${firm_id}::uuid`.execute(tx),
  );
  return rows[0]?.part ?? null;
}

/** The bytes of a document in slices; each slice is a short transaction of its own. */
export async function* documentContent(
  app: Pick<App, 'db'>,
  { firm_id }: Owner,
  document: { id: string; byte_count: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let offset = 0; offset < document.byte_count; offset += SLICE_BYTES) {
    const { rows } = await asOwner(app.db, firm_id, (tx) =>
      sql<{ slice: Buffer }>`
        select substring(content from ${offset + 1}::int for ${SLICE_BYTES}::int) as slice from document_content
        where document_id = ${document.id} and firm_id is not distinct from ${firm_id}::uuid`.execute(tx),
    );
    const [found] = rows;
    if (!found) throw new Error(`document ${document.id} has no content`);
    yield new Uint8Array(found.slice);
  }
}

/** All bytes of a document, for a reader that needs them whole. */
export async function documentBytes(
  app: Pick<App, 'db'>,
  owner: Owner,
  document: { id: string; byte_count: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(document.byte_count);
  let at = 0;
  for await (const slice of documentContent(app, owner, document)) {
    whole.set(slice, at);
    at += slice.byteLength;
  }
  return whole;
}
