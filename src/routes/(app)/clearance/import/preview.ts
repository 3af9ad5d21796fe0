import type { ReceiptEvent } from '#lib/domain/clearance/receipt.ts';

/** What the server found in the first rows of a file; the part of its answer that the page shows. */
export type Preview = {
  kind: 'records' | 'receipts';
  looks_like: 'records' | 'receipts';
  sheet: { name: string; others: string[] } | null;
  header: string[];
  columns: { place: number; name: string; field: string | null }[];
  fields: string[];
  missing: string[][];
  is_remembered: boolean;
  rows: { line: number; cells: string[] }[];
  problems: { line: number; is_error: boolean; message: string }[];
  rows_tried: number;
  /** Of receipts: whose table reads their codes. */
  vendor: string | null;
  questions: Question[];
  problem: string | null;
};

/** A receipt code of which the firm should say what its own system means by it. */
export type Question = {
  code: string;
  event: ReceiptEvent | null;
  alternatives: ReceiptEvent[];
  meaning: string | null;
  meaning_zh: string | null;
};

/** What the reader says otherwise than the file does. */
export type Choice = { format?: 'records' | 'receipts'; vendor?: string; columns?: string };

/** The beginning of a text is enough for its first rows; a workbook's directory stands at its end. */
const HEAD_BYTES = 512 * 1024;

export type PreviewEnd = { ok: true; preview: Preview } | { ok: false; detail: string | null };

/** Asks what would become of a file. Nothing is stored. */
export async function previewOf(file: File, media_type: string, query: Choice): Promise<PreviewEnd> {
  const is_text = /csv|json/.test(media_type);
  const body = is_text && file.size > HEAD_BYTES ? file.slice(0, HEAD_BYTES) : file;
  const address = `/api/v1/clearance/imports/preview?${new URLSearchParams(query).toString()}`;
  try {
    const response = await fetch(address, { method: 'POST', headers: { 'content-type': media_type }, body });
    const answer: unknown = await response.json();
    return response.ok && isPreview(answer)
      ? { ok: true, preview: answer }
      : { ok: false, detail: detailOf(answer) };
  } catch {
    return { ok: false, detail: null };
  }
}

/** The columns by place as they are read. */
export function columnsOf({ columns }: Pick<Preview, 'columns'>): Record<string, string | null> {
  return Object.fromEntries(columns.map(({ place, field }) => [`#${place}`, field]));
}

/** The same with one column given to a field; the column that had it is left out. */
export function withField(preview: Preview, index: number, field: string | null): Preview {
  const columns = preview.columns.map((column, at) => {
    if (at === index) return { ...column, field };
    return column.field === field ? { ...column, field: null } : column;
  });
  return { ...preview, columns };
}

/** The value of an answer that is none. */
export const NO_ANSWER = '?';

/** What the form says about codes, by code; those that the reader does not know are left out. */
export function readingsOf(form: FormData, questions: readonly Question[]): Record<string, string> {
  return Object.fromEntries(
    questions.flatMap(({ code }) => {
      const answer = form.get(`reading-${code}`);
      return typeof answer === 'string' && answer !== '' && answer !== NO_ANSWER ? [[code, answer]] : [];
    }),
  );
}

/** Keeps the columns for this file and the next one with its header; false when that did not succeed. */
export async function rememberChoice(preview: Preview): Promise<boolean> {
  const { kind: format, header } = preview;
  try {
    const response = await fetch('/api/v1/clearance/import-columns', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ format, header, columns: columnsOf(preview) }),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** How far a running import is: rows read, and the share of the file that they are; null where it is not known. */
export type Reached = { rows: number; share: number | null };

/** Null while nothing is known of it. */
export async function reachedBy(import_id: string): Promise<Reached | null> {
  try {
    const response = await fetch(`/api/v1/clearance/imports/${import_id}`);
    if (!response.ok) return null;
    const found: unknown = await response.json();
    const rows = numberIn(found, 'received');
    if (rows === null) return null;
    const [read, total] = [numberIn(found, 'bytes_read'), numberIn(found, 'bytes_total')];
    return { rows, share: read !== null && total !== null && total > 0 ? Math.min(1, read / total) : null };
  } catch {
    return null;
  }
}

function numberIn(answer: unknown, name: 'received' | 'bytes_read' | 'bytes_total'): number | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const value = new Map<string, unknown>(Object.entries(answer)).get(name);
  return typeof value === 'number' ? value : null;
}

/** Our own server answers in one shape; anything else comes from something between. */
function isPreview(answer: unknown): answer is Preview {
  return typeof answer === 'object' && answer !== null && 'columns' in answer && 'is_remembered' in answer;
}

function detailOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('detail' in answer)) return null;
  return typeof answer.detail === 'string' ? answer.detail : null;
}
