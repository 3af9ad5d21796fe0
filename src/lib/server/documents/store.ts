import { createHash } from 'node:crypto';
import { DOCUMENT_BYTES_MAX } from '#lib/domain/documents/limits.ts';
import { givenFileName, safeFileName } from '#lib/domain/documents/file-name.ts';
import { ARCHIVE_TYPE, isImage } from '#lib/domain/documents/media-type.ts';
import type { Refusal } from '#lib/domain/documents/problem.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { detectMediaType } from './detect.ts';
import { DOCUMENT_COLUMNS, type Document } from './document.ts';
import { extractorOf } from './extractors.ts';

export type NewDocument = {
  /** Null for the operator. */
  firm_id: string | null;
  /** The person or key; null when a job fetched it. */
  actor_id: string | null;
  file_name: string | null;
  declared_media_type?: string | null;
  /** An archive is kept for the texts in it; nobody but an official source may send one. */
  takes_archives?: boolean;
  bytes: Uint8Array;
};

/**
 * Keeps a file for its owner. The same bytes of the same owner are kept once: sending them again gives the
 * document that is there, under its first name.
 */
export async function storeDocument(
  app: Pick<App, 'db'>,
  given: NewDocument,
): Promise<{ ok: true; document: Document; is_new: boolean } | { ok: false; problem: Refusal }> {
  const { bytes, firm_id } = given;
  if (bytes.byteLength > DOCUMENT_BYTES_MAX) return { ok: false, problem: { code: 'too_big', found: null } };
  const declared_media_type = given.declared_media_type ?? null;
  const detected = await detectMediaType(bytes, { file_name: given.file_name, declared_media_type });
  const is_taken = detected.ok || (given.takes_archives && detected.refusal.found === ARCHIVE_TYPE);
  if (!is_taken) return { ok: false, problem: detected.refusal };
  const media_type = detected.ok ? detected.media_type : ARCHIVE_TYPE;
  // A photo has no text to wait for.
  const is_photo = isImage(media_type);
  const row = {
    firm_id,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    byte_count: bytes.byteLength,
    media_type,
    file_name: safeFileName(given.file_name, media_type),
    file_name_given: givenFileName(given.file_name),
    created_by: given.actor_id,
  };
  return asOwner(app.db, firm_id, async (tx) => {
    const inserted = await tx
      .insertInto('document')
      .values({
        ...row,
        ...(is_photo ? { state: 'no_text', ...extractorOf(media_type) } : { state: 'pending' }),
        next_attempt_at: is_photo ? null : (eb) => eb.fn<Date>('now'),
      })
      .onConflict((conflict) => conflict.columns(['firm_id', 'sha256']).doNothing())
      .returning(DOCUMENT_COLUMNS)
      .executeTakeFirst();
    if (inserted) {
      await tx
        .insertInto('document_content')
        .values({
          document_id: inserted.id,
          firm_id,
          content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        })
        .execute();
      return { ok: true, document: inserted, is_new: true };
    }
    const existing = await tx
      .selectFrom('document')
      .select(DOCUMENT_COLUMNS)
      .where('firm_id', 'is not distinct from', firm_id)
      .where('sha256', '=', row.sha256)
      .executeTakeFirstOrThrow();
    return { ok: true, document: existing, is_new: false };
  });
}
