import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { firmArchive } from '#lib/server/data-rights/archive.ts';
import { fileResponse } from '#lib/server/exports/file-response.ts';
import type { RequestHandler } from './$types';

/** Everything of the firm, for its owner. */
export const GET: RequestHandler = ({ locals, url }) => {
  const { app, actor, language, request_id } = locals;
  if (actor?.kind !== 'person' || !actor.firm || !actor.firm_scopes.includes('admin'))
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  const with_names = url.searchParams.get('names') === '1';
  const day = app.now().toISOString().slice(0, 10);
  const file_name = `greenlane-${actor.firm.slug}-${day}.zip`;
  locals.audit = { kind: 'export', firm_id: actor.firm.id, detail: { names: with_names ? 'yes' : 'no' } };
  const parts = firmArchive(app, actor.firm, { with_names });
  return fileResponse({ file_name, media_type: 'application/zip', parts }, (cause) =>
    app.log.error({ err: cause, request_id }, 'export broke off'),
  );
};
