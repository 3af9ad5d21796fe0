import { error } from '@sveltejs/kit';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { originalOf } from '#lib/server/watch/items/original.ts';
import type { RequestHandler } from './$types';

/** What a source sent, cleaned, and forbidden to the browser to run or load anything all the same. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const revision_no = Number(url.searchParams.get('version'));
  if (!isUuid(params.id) || !Number.isInteger(revision_no)) error(404);
  const html = await originalOf(locals.app, locals.actor, {
    item_id: params.id,
    revision_no,
    language: locals.language,
  });
  if (html === null) error(404);
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'self'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-store',
    },
  });
};
