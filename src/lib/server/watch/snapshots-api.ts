import { z } from 'zod';
import { sql } from 'kysely';
import { attachmentDisposition } from '#lib/domain/documents/file-name.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { refusalText } from '#lib/server/documents/problem-text.ts';
import { mediaType, operation, readBytes } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { BODY_BYTES_MAX } from './ask-source.ts';
import { importSnapshot, type ImportRefusal } from './import-snapshot.ts';
import { extraction_problem, previewItem, toldExtraction } from './extracted-answer.ts';
import { requireSource } from './sources-api.ts';
import { snapshotOf } from './store-snapshot.ts';
import { extractionText } from './problem-text.ts';
import { readBrought } from './read-brought.ts';

const by_id = z.object({ id: z.uuid().toLowerCase() });
const instant = z.iso.datetime({ offset: true });
const snapshot = z.object({
  id: z.uuid(),
  kind: z.enum(['list', 'detail', 'manual']),
  url: z.string(),
  sha256: z.string(),
  byte_count: z.int(),
  content_type: z.string().nullable(),
  status: z.int().nullable(),
  fetched_at: instant,
  captured_by: z.uuid().nullable().describe('Who brought it; null when it was fetched.'),
});
const english = textsOf('en');

export const getSnapshots = operation({
  method: 'get',
  path: '/sources/{id}/snapshots',
  tag: 'Watch',
  summary: 'What a source answered, newest first',
  access: { scope: 'watch:read', side: 'operator' },
  params: by_id,
  query: z.object({ ...pageFields(z.tuple([z.string(), z.uuid()])) }),
  response: { description: 'A page of snapshots.', schema: pageSchema(snapshot) },
  run: async ({ app, params, query }) => {
    await requireSource(app, params.id);
    const { cursor, limit } = query;
    const { rows } = await asOperator(app.db, (tx) =>
      sql<z.infer<typeof snapshot> & { key: string; fetched_at: Date }>`
        select id, kind, url, sha256, byte_count, content_type, status, fetched_at, captured_by, fetched_at::text as key
        from snapshot
        where source_id = ${params.id}
          ${cursor ? sql`and (fetched_at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)` : sql``}
        order by fetched_at desc, id desc limit ${limit + 1}`.execute(tx),
    );
    const page = pageOf(rows, limit, ({ key, id }) => [key, id] as const);
    return {
      ...page,
      items: page.items.map(({ key: _, ...row }) => ({ ...row, fetched_at: row.fetched_at.toISOString() })),
    };
  },
});

export const getSnapshotContent = operation({
  method: 'get',
  path: '/snapshots/{id}/content',
  tag: 'Watch',
  summary: 'The bytes of a snapshot, as they came',
  description:
    'Sent as a file to save and never shown by the browser: what a stranger wrote does not run here.',
  access: { scope: 'watch:read', side: 'operator' },
  params: by_id,
  response: { description: 'The bytes.', media_type: 'application/octet-stream' },
  run: async ({ app, params }) => {
    const snapshot = await asOperator(app.db, (tx) => snapshotOf(tx, params.id));
    if (!snapshot) refuse(404, 'There is no snapshot with this id.');
    return new Response(new Uint8Array(snapshot.bytes), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': attachmentDisposition(`snapshot-${params.id}.bin`),
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, max-age=31536000, immutable',
      },
    });
  },
});

export const postSnapshot = operation({
  method: 'post',
  path: '/sources/{id}/snapshots',
  tag: 'Watch',
  summary: 'Bring in a saved page or file',
  description:
    'For sources that no program may read, and for what a person found. The page or file as the body; or a form with `file`; or JSON `{ url?, html?, title?, issued_on? }`, of which `url` alone is fetched under the rules of every request. A list is read by the settings of the source, a page or file becomes one item; the history of the source goes on.',
  access: { scope: 'watch:write', side: 'operator' },
  params: by_id,
  query: z.object({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional()
      .describe('Where it was saved from.'),
    title: z.string().trim().min(1).max(1000).optional(),
    issued_on: z.iso.date().optional(),
    file_name: z.string().max(1000).optional(),
  }),
  raw_body: {
    media_types: [
      'text/html',
      'application/xhtml+xml',
      'text/plain',
      'text/xml',
      'application/xml',
      'application/rss+xml',
      'application/atom+xml',
      'application/json',
      'application/feed+json',
      'application/pdf',
      'application/msword',
      'application/vnd.ms-excel',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/zip',
      'multipart/related',
      'message/rfc822',
      'application/x-mimearchive',
      'application/octet-stream',
      'multipart/form-data',
    ],
    description: 'A page of at most 15 MB or a document.',
  },
  response: {
    status: 201,
    description: 'What was found in it.',
    schema: z.object({
      snapshot_id: z.uuid(),
      is_new: z.boolean().describe('False when the same bytes were the newest already.'),
      outcome: z.enum(['changed', 'unchanged']),
      items_new: z.int(),
      items_updated: z.int(),
      item_ids: z.array(z.uuid()),
      items: z.array(z.looseObject({ title: z.string() })),
      problems: z.array(extraction_problem),
    }),
  },
  run: async ({ app, actor, params, query, request }) => {
    const source = await requireSource(app, params.id);
    const bytes = await readBytes(request, BODY_BYTES_MAX);
    const given = await readBrought(app.watcher(), source, {
      bytes,
      media_type: mediaType(request),
      content_type: request.headers.get('content-type'),
      now: app.now(),
    });
    if (!given.ok)
      refuse(422, given.message, [
        {
          ...(given.code === 'bad_fields' ? {} : { field: 'url' }),
          code: given.code,
          message: given.message,
        },
      ]);
    const { url = null, title = null, issued_on = null, file_name = null } = query;
    const { brought } = given;
    const imported = await importSnapshot(app.watcher(), source, {
      brought: {
        ...brought,
        url: url ?? brought.url,
        title: title ?? brought.title,
        issued_on: issued_on ?? brought.issued_on,
        file_name: file_name ?? brought.file_name,
        actor_id: actor.id,
      },
      now: app.now(),
    });
    if (!imported.ok) refuse(422, importRefusalText(imported));
    const { snapshot_id, is_new, stored, items, problems } = imported;
    const count = (wanted: string) => stored.filter(({ outcome }) => outcome === wanted).length;
    const [items_new, items_updated] = [count('new'), count('changed')];
    return {
      snapshot_id,
      is_new,
      outcome: items_new + items_updated > 0 ? 'changed' : 'unchanged',
      items_new,
      items_updated,
      item_ids: stored.map(({ id }) => id),
      items: items.slice(0, ITEMS_SHOWN).map(previewItem),
      problems: problems.map(toldExtraction),
    };
  },
});

const ITEMS_SHOWN = 100;

/** Why what was brought is not taken in. */
export function importRefusalText({ problem }: ImportRefusal, text = english): string {
  if ('position' in problem) return extractionText(problem, text);
  const { code, found } = problem;
  if (code === 'nothing_found') return text('sources.import.nothing_found');
  return refusalText({ code, found }, text);
}
