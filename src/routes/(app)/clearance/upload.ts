/** What the endpoint of imports takes, by the ending of a file's name. */
const MEDIA_TYPES: Record<string, string | undefined> = {
  csv: 'text/csv',
  txt: 'text/csv',
  tsv: 'text/csv',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  json: 'application/json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export const ACCEPTED = Object.keys(MEDIA_TYPES)
  .map((ending) => `.${ending}`)
  .join(',');

/** The media type to send a file as; null when it is no file of records. */
export function mediaTypeOf(file_name: string): string | null {
  const ending = /\.([a-z0-9]+)$/i.exec(file_name)?.[1]?.toLowerCase();
  return (ending && MEDIA_TYPES[ending]) || null;
}

export type UploadEnd = { ok: true } | { ok: false; detail: string | null };

/** Sends a file and tells how much of it is sent. XMLHttpRequest, because fetch cannot tell. */
export function upload(url: string, file: File, onprogress: (share: number) => void): Promise<UploadEnd> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('content-type', mediaTypeOf(file.name) ?? 'text/csv');
    request.upload.onprogress = ({ loaded, total }) => onprogress(total > 0 ? loaded / total : 1);
    request.onload = () =>
      resolve(request.status < 300 ? { ok: true } : { ok: false, detail: detailOf(request.responseText) });
    request.onerror = () => resolve({ ok: false, detail: null });
    request.onabort = () => resolve({ ok: false, detail: null });
    request.send(file);
  });
}

/** The sentence of a problem document; null when the answer is something else. */
function detailOf(body: string): string | null {
  try {
    const found: unknown = JSON.parse(body);
    if (typeof found !== 'object' || found === null || !('detail' in found)) return null;
    return typeof found.detail === 'string' ? found.detail : null;
  } catch {
    return null;
  }
}
