import { ENDINGS, mediaTypeOfFile } from '#lib/domain/tables/file-format.ts';

export const ACCEPTED = ENDINGS.map((ending) => `.${ending}`).join(',');

export type UploadEnd = { ok: true } | { ok: false; detail: string | null };

/** Sends a file and tells how much of it is sent. XMLHttpRequest, because fetch cannot tell. */
export function upload(url: string, file: File, onprogress: (share: number) => void): Promise<UploadEnd> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('content-type', mediaTypeOfFile(file.name) ?? 'text/csv');
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
