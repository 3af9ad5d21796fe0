import { z } from 'zod';
import { attachmentDisposition } from '#lib/domain/documents/file-name.ts';
import { DOCUMENT_BYTES_MAX } from '#lib/domain/documents/limits.ts';
import { DOCUMENT_KINDS } from '#lib/domain/documents/media-type.ts';
import { isExtractionProblem, type Refusal } from '#lib/domain/documents/problem.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { mediaType, operation, readBytes } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { documentContent, findDocument, readDocumentText, type Document } from './document.ts';
import { extractionProblemText, refusalText } from './problem-text.ts';
import { storeDocument } from './store.ts';

/** Room for the parts of a form around the file. */
const FORM_BYTES_MAX = DOCUMENT_BYTES_MAX + 64 * 1024;
/** A page of text in an answer; the rest is asked for by `text_offset`. */
const TEXT_PART_CHARACTERS = 100_000;
const FORM = 'multipart/form-data';
/** What programs call files whose type they do not know, and other names of accepted types. */
const ALSO_DECLARED = ['application/octet-stream', 'text/xml', 'image/jpg', FORM];

const state = z.enum(['pending', 'extracted', 'no_text', 'failed']);
const stored = z.object({
  id: z.uuid(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int(),
  media_type: z.string(),
  file_name: z.string(),
  state,
  created_at: z.iso.datetime({ offset: true }),
});
const detailed = stored.extend({
  problem: z.object({ code: z.string(), reason: z.object({ en: z.string(), zh: z.string() }) }).nullable(),
  page_count: z.number().int().nullable(),
  text_characters: z.number().int(),
  text_truncated: z.boolean().describe('Whether the document holds more text than was kept.'),
  extractor: z.string().nullable(),
  extractor_version: z.number().int().nullable(),
  text: z.string().nullable().optional(),
  next_text_offset: z.number().int().nullable().optional(),
});
const params = z.object({ id: z.uuid().toLowerCase() });

export const postDocument = operation({
  method: 'post',
  path: '/documents',
  tag: 'Documents',
  summary: 'Keep a file as evidence or source',
  description:
    'The file as the body, or one part `file` of a form. What it is, is told from its content. The same bytes sent again give the same document.',
  access: { scope: 'portfolio:write', operator_scope: 'rules:write', side: 'either' },
  query: z.object({ file_name: z.string().max(1_000).optional() }),
  raw_body: {
    media_types: [...DOCUMENT_KINDS.map((kind) => kind.media_type), ...ALSO_DECLARED],
    description: `One file of at most ${DOCUMENT_BYTES_MAX / 1024 / 1024} MB.`,
  },
  response: { status: 201, description: 'The document.', schema: stored },
  run: async ({ app, actor, firm, query, request }) => {
    const sent = mediaType(request) === FORM ? await readForm(request) : await readFile(request);
    const result = await storeDocument(app, {
      firm_id: firm?.id ?? null,
      actor_id: actor.id,
      file_name: query.file_name ?? sent.file_name,
      declared_media_type: sent.declared_media_type,
      bytes: sent.bytes,
    });
    if (!result.ok) return refuseFile(result.problem);
    return storedAnswer(result.document);
  },
});

export const getDocument = operation({
  method: 'get',
  path: '/documents/{id}',
  tag: 'Documents',
  summary: 'What is known of a document, with its text on request',
  access: { scope: 'portfolio:read', operator_scope: 'rules:read', side: 'either' },
  params,
  query: z.object({
    text: z.enum(['0', '1']).default('0').describe('1 adds a part of the text.'),
    text_offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  }),
  response: { description: 'The document.', schema: detailed },
  run: async ({ app, firm, params: { id }, query }) => {
    const owner = { firm_id: firm?.id ?? null };
    const document = (await findDocument(app, owner, id)) ?? notFound();
    if (query.text === '0') return detailedAnswer(document);
    const text = await readDocumentText(app, owner, {
      id,
      offset: query.text_offset,
      characters: TEXT_PART_CHARACTERS,
    });
    const next = query.text_offset + TEXT_PART_CHARACTERS;
    const next_text_offset = next < document.text_characters ? next : null;
    return { ...detailedAnswer(document), text, next_text_offset };
  },
});

export const getDocumentContent = operation({
  method: 'get',
  path: '/documents/{id}/content',
  tag: 'Documents',
  summary: 'The file itself, byte for byte',
  access: { scope: 'portfolio:read', operator_scope: 'rules:read', side: 'either' },
  params,
  response: { description: 'The file, to be saved.', media_type: 'application/octet-stream' },
  run: async ({ app, firm, params: { id }, request }) => {
    const owner = { firm_id: firm?.id ?? null };
    const document = (await findDocument(app, owner, id)) ?? notFound();
    const etag = `"${document.sha256}"`;
    const headers = {
      etag,
      'cache-control': 'private, no-cache',
      vary: 'authorization, cookie, greenlane-firm',
      // Whatever the file holds, no browser runs it under our address.
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    };
    if (isKnown(request.headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers });
    return new Response(asStream(documentContent(app, owner, document)), {
      headers: {
        ...headers,
        'content-type': document.media_type,
        'content-length': String(document.byte_count),
        'content-disposition': attachmentDisposition(document.file_name),
      },
    });
  },
});

/** A stream that reads on only when the client does. */
function asStream(slices: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull: async (controller) => {
      const next = await slices.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => {
      await slices.return(undefined);
    },
  });
}

type Sent = { bytes: Uint8Array; file_name: string | null; declared_media_type: string | null };

async function readFile(request: Request): Promise<Sent> {
  const bytes = await readBytes(request, DOCUMENT_BYTES_MAX);
  return { bytes, file_name: null, declared_media_type: mediaType(request) };
}

async function readForm(request: Request): Promise<Sent> {
  const body = await readBytes(request, FORM_BYTES_MAX);
  const type = request.headers.get('content-type') ?? '';
  const form = await new Response(body, { headers: { 'content-type': type } })
    .formData()
    .catch(() => refuse(422, 'The form cannot be read. Send it as multipart/form-data with its boundary.'));
  const files = form.getAll('file').filter((part) => part instanceof File);
  const [file] = files;
  if (!file || files.length > 1) return refuseFile({ code: 'incomplete', found: null });
  return {
    bytes: new Uint8Array(await file.arrayBuffer()),
    file_name: file.name,
    declared_media_type: file.type.split(';')[0] ?? null,
  };
}

function storedAnswer(document: Document): z.infer<typeof stored> {
  const { id, sha256, byte_count, media_type, file_name, created_at } = document;
  return {
    id,
    sha256,
    bytes: byte_count,
    media_type,
    file_name,
    state: state.parse(document.state),
    created_at: created_at.toISOString(),
  };
}

function detailedAnswer(document: Document): z.infer<typeof detailed> {
  const { problem, page_count, text_characters, text_truncated, extractor, extractor_version } = document;
  return {
    ...storedAnswer(document),
    problem:
      problem !== null && isExtractionProblem(problem)
        ? {
            code: problem,
            reason: {
              en: extractionProblemText(problem, textsOf('en')),
              zh: extractionProblemText(problem, textsOf('zh-CN')),
            },
          }
        : null,
    page_count,
    text_characters,
    text_truncated,
    extractor,
    extractor_version,
  };
}

function refuseFile(refusal: Refusal): never {
  const status = { empty: 422, incomplete: 422, encrypted_office: 422, too_big: 413, unsupported: 415 };
  const detail = refusalText(refusal, textsOf('en'));
  refuse(status[refusal.code], detail, [{ field: 'file', code: refusal.code, message: detail }]);
}

function notFound(): never {
  refuse(404, 'There is no document with this id.');
}

function isKnown(if_none_match: string | null, etag: string): boolean {
  const tags = (if_none_match ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
