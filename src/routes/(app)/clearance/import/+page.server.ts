import { fail, redirect } from '@sveltejs/kit';
import type { ColumnNames } from '#lib/domain/tables/columns.ts';
import { formatOfFile } from '#lib/domain/tables/file-format.ts';
import { RECEIPT_COLUMNS } from '#lib/domain/clearance/receipt-columns.ts';
import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { clientsByCode } from '#lib/server/clearance/import-clients.ts';
import { rememberedColumns, type FileKind } from '#lib/server/clearance/import-columns.ts';
import { importsOf } from '#lib/server/clearance/import-list.ts';
import { importReceipts } from '#lib/server/clearance/import-receipts.ts';
import { latestImportsOf } from '#lib/server/clearance/overview.ts';
import { problemText } from '#lib/server/clearance/problem-text.ts';
import { lastVendorOf, receiptVendors } from '#lib/server/clearance/receipt-codes.ts';
import type { Actions, PageServerLoad } from './$types';

const IMPORTS_SHOWN = 30;

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!actor || !firm) redirect(303, '/clearance');
  const [imports, latest, vendors] = await Promise.all([
    importsOf(app, firm, IMPORTS_SHOWN),
    latestImportsOf(app, firm, language),
    receiptVendors(app.db),
  ]);
  return {
    may_import: actor.firm_scopes.includes('clearance:write'),
    latest: latest[0] ?? null,
    vendors: vendors.map(({ vendor, name, name_zh }) => ({
      vendor,
      label: language === 'zh-CN' ? (name_zh ?? name) : name,
    })),
    imports: imports.map(({ problem, ...one }) => ({
      ...one,
      problem: problem && problemText(problem, language),
    })),
  };
};

export const actions: Actions = {
  import: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    if (!actor?.firm || !actor.firm_scopes.includes('clearance:write'))
      return fail(403, { refused: text('clearance.import.not_allowed') });
    const form = await request.formData();
    const file = form.get('file');
    if (!(file instanceof File) || file.size === 0)
      return fail(400, { refused: text('clearance.import.no_file') });
    const format = formatOfFile(file.name);
    if (!format) return fail(400, { refused: text('clearance.import.wrong_kind', { name: file.name }) });
    const { firm } = actor;
    const about = {
      firm,
      actor_id: actor.id,
      format,
      charset: null,
      file_name: file.name,
      bytes: chunksOf(file),
      bytes_total: file.size,
      clients: await clientsByCode(app, firm.id),
    };
    const remembered = <F extends string>(kind: FileKind, names: ColumnNames<F>) =>
      rememberedColumns(app, { firm_id: firm.id, kind, names });
    const report =
      form.get('format') === 'receipts'
        ? await importReceipts(app, {
            ...about,
            rememberedColumns: await remembered('receipts', RECEIPT_COLUMNS),
            vendor: (await lastVendorOf(app, firm.id)) ?? DEFAULT_VENDOR,
          })
        : await importClearance(app, {
            ...about,
            rememberedColumns: await remembered('records', RECORD_COLUMNS),
          });
    if (report.problem) return fail(422, { refused: problemText(report.problem, language) });
    return { refused: null };
  },
};

async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.stream()) yield chunk;
}
