import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import type { Row, Sheet } from '#lib/server/exports/sheet.ts';
import { auditEntries, type AuditCursor, type AuditFilter, type ListedEntry } from './list.ts';
import { ACTOR_KEYS, KIND_KEYS, OUTCOME_KEYS } from '#lib/i18n/audit-words.ts';

const ROWS_AT_ONCE = 1_000;

/** The log as a file, with the filter of its page; newest first. */
export function auditSheet(
  app: App,
  firm_id: string | null,
  { language, rows_max, ...filter }: AuditFilter & { language: Language; rows_max: number | null },
): Sheet {
  const text = textsOf(language);
  async function* rows(): AsyncGenerator<Row[]> {
    let after: AuditCursor | null = null;
    for (let written = 0; rows_max === null || written < rows_max;) {
      const limit = Math.min(ROWS_AT_ONCE, (rows_max ?? Infinity) - written);
      const page: { items: ListedEntry[]; next: AuditCursor | null } = await auditEntries(app, firm_id, {
        ...filter,
        limit,
        after,
      });
      if (page.items.length > 0) yield page.items.map((entry) => rowOf(entry, language));
      if (!page.next) return;
      written += page.items.length;
      after = page.next;
    }
  }
  return {
    columns: [
      { head: text('audit.column.when'), kind: 'instant' },
      { head: text('audit.column.who'), kind: 'text' },
      { head: text('audit.column.as'), kind: 'text' },
      { head: text('audit.column.kind'), kind: 'text' },
      { head: text('audit.column.what'), kind: 'text' },
      { head: text('audit.column.subject'), kind: 'text' },
      { head: text('audit.column.detail'), kind: 'text' },
      { head: text('audit.column.outcome'), kind: 'text' },
      { head: text('audit.column.from'), kind: 'text' },
      { head: text('audit.column.request'), kind: 'code' },
      { head: text('audit.column.link'), kind: 'code' },
    ],
    rows: rows(),
    about: (rows_written) => [
      [text('audit.title'), text('audit.export_about', { rows: rows_written })],
      ['', text('audit.export_chain')],
    ],
  };
}

function rowOf(entry: ListedEntry, language: Language): Row {
  const text = textsOf(language);
  const told = Object.entries(entry.detail).map(([name, value]) => `${name}: ${value}`);
  return [
    entry.occurred_at,
    entry.is_erased ? text('audit.erased') : entry.actor_name,
    text(ACTOR_KEYS[entry.actor_kind]),
    text(KIND_KEYS[entry.kind]),
    entry.action,
    entry.subject,
    told.join('; ') || null,
    text(OUTCOME_KEYS[entry.outcome]),
    entry.address,
    entry.request_id,
    entry.sequence,
  ];
}
