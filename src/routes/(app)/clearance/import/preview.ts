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
  problem: string | null;
};

/** The beginning of a text is enough for its first rows; a workbook's directory stands at its end. */
const HEAD_BYTES = 512 * 1024;

export type PreviewEnd = { ok: true; preview: Preview } | { ok: false; detail: string | null };

/** Asks what would become of a file. Nothing is stored. */
export async function previewOf(
  file: File,
  media_type: string,
  query: Record<string, string>,
): Promise<PreviewEnd> {
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

/** The columns as they stand in the form, by place; each field once, the first column that takes it. */
export function chosenColumns(fields: readonly (string | null)[]): Record<string, string | null> {
  const taken = new Set<string>();
  return Object.fromEntries(
    fields.map((field, index) => {
      const kept = field !== null && !taken.has(field) ? field : null;
      if (kept !== null) taken.add(kept);
      return [`#${index + 1}`, kept];
    }),
  );
}

/** How many rows of a running import are read; null while nothing is known of it. */
export async function rowsRead(import_id: string): Promise<number | null> {
  try {
    const response = await fetch(`/api/v1/clearance/imports/${import_id}`);
    if (!response.ok) return null;
    const found: unknown = await response.json();
    const is_entry = typeof found === 'object' && found !== null && 'received' in found;
    return is_entry && typeof found.received === 'number' ? found.received : null;
  } catch {
    return null;
  }
}

/** Our own server answers in one shape; anything else comes from something between. */
function isPreview(answer: unknown): answer is Preview {
  return typeof answer === 'object' && answer !== null && 'columns' in answer && 'is_remembered' in answer;
}

function detailOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('detail' in answer)) return null;
  return typeof answer.detail === 'string' ? answer.detail : null;
}
