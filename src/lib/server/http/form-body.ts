import { DOCUMENT_BYTES_MAX } from '#lib/domain/documents/limits.ts';
import { chunksOf } from './body.ts';
import { ProblemError } from './problem.ts';

const MB = 1024 * 1024;
/** The longest forms are typed by hand. */
const FORM_BYTES_MAX = 2 * MB;
/** What stands in a form beside its file. */
const AROUND_FILE_BYTES = MB;

/**
 * Pages whose forms carry a file. Each looks at its size, type and what it unpacks to; this keeps a form from being
 * held in memory before anybody could look. Larger files of records go through the API, which reads them as they come.
 */
const FILE_BYTES_MAX: Readonly<Record<string, number>> = {
  '/(app)/clearance/import': 128 * MB,
  '/(app)/eligibility/load': 32 * MB,
  '/(app)/eligibility/reports/[id]': DOCUMENT_BYTES_MAX,
  '/(app)/watch/sources': 10 * MB,
  '/(app)/watch/sources/[id]': DOCUMENT_BYTES_MAX,
  '/(app)/rules/drafts/new': DOCUMENT_BYTES_MAX,
  // The whole text of a standard, clause by clause.
  '/(app)/rules/drafts/[id]': 32 * MB,
};

export type FormBody =
  { ok: true; request: Request } | { ok: false; reason: 'too_large' | 'broken'; mb: number };

/** The same request with its body read, within what its page takes; framework and action would read without end. */
export async function boundForm(request: Request, route_id: string): Promise<FormBody> {
  const file_bytes_max = FILE_BYTES_MAX[route_id];
  const bytes_max = file_bytes_max === undefined ? FORM_BYTES_MAX : file_bytes_max + AROUND_FILE_BYTES;
  const mb = Math.floor((file_bytes_max ?? FORM_BYTES_MAX) / MB);
  if (request.body === null) return { ok: true, request };
  if (Number(request.headers.get('content-length') ?? 0) > bytes_max)
    return { ok: false, reason: 'too_large', mb };
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunksOf(request)) {
      size += chunk.byteLength;
      if (size > bytes_max) return { ok: false, reason: 'too_large', mb };
      chunks.push(chunk);
    }
  } catch (cause) {
    // Whoever sent it went away in the midst: nobody is left to hear of it.
    if (cause instanceof ProblemError) return { ok: false, reason: 'broken', mb };
    throw cause;
  }
  const { url, method, headers, signal } = request;
  return { ok: true, request: new Request(url, { method, headers, signal, body: Buffer.concat(chunks) }) };
}
