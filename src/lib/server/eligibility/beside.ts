import type { GlossaryLanguage } from '#lib/domain/eligibility/glossary.ts';
import {
  otherLanguage,
  pageBeside,
  reportBeside,
  type BesideLine,
  type BesideReport,
} from '#lib/domain/eligibility/beside.ts';
import type { App } from '#lib/server/app.ts';
import { findDocuments, readDocumentText } from '#lib/server/documents/document.ts';
import { glossaryInUse } from './glossary.ts';
import { inPortfolio } from './portfolio.ts';
import type { Report } from './report-rows.ts';

/** A report has some thousand characters a page; this is its longest annex. */
const TEXT_CHARACTERS_MAX = 400_000;
/** Lines shown of a page: files without pages are one long page. */
const LINES_MAX = 600;

export type BesideDocument = {
  document_id: string;
  file_name: string;
  page: number;
  pages: number;
  lines: BesideLine[];
  /** Lines of this page that are not shown. */
  more: number;
};
export type Beside = BesideReport & { document: BesideDocument | null };

/**
 * A report beside the other language, with a page of the text of its file where one was read. `page` counts from 1;
 * one that is not there is the first.
 */
export async function besideOf(
  app: App,
  { firm_id, report }: { firm_id: string; report: Report },
  asked: { to: GlossaryLanguage | null; readers: GlossaryLanguage; page: number },
): Promise<Beside> {
  const glossary = await inPortfolio(app, firm_id, glossaryInUse);
  const to = asked.to ?? otherLanguage(report, asked.readers);
  const read = await textOf(app, firm_id, report);
  const entries = reportBeside(report, glossary, to);
  if (!read) return { ...entries, document: null };
  // Pages of a PDF are parted by a form feed.
  const pages = read.text.split('\f').filter((page) => page.trim() !== '');
  const page = asked.page >= 1 && asked.page <= pages.length ? asked.page : 1;
  const lines = pageBeside(pages[page - 1] ?? '', glossary, to);
  const document = {
    document_id: read.document_id,
    file_name: read.file_name,
    page,
    pages: pages.length,
    lines: lines.slice(0, LINES_MAX),
    more: Math.max(0, lines.length - LINES_MAX),
  };
  return { ...entries, document };
}

async function textOf(app: App, firm_id: string, report: Report) {
  const ids = report.documents.filter(({ role }) => role === 'report').map(({ document_id }) => document_id);
  const [found] = (await findDocuments(app, { firm_id }, ids)).filter(({ state }) => state === 'extracted');
  if (!found) return null;
  const text = await readDocumentText(
    app,
    { firm_id },
    { id: found.id, offset: 0, characters: TEXT_CHARACTERS_MAX },
  );
  return text === null ? null : { document_id: found.id, file_name: found.file_name, text };
}
