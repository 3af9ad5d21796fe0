/**
 * The kinds of file that are kept. `extensions[0]` is the one a stored name ends with; `.wps` and `.et` are
 * what WPS Office calls its files in the old binary formats of Word and Excel. Macro-carrying Office files,
 * SVG and archives are left out: they can run or hide what nobody looked at. An archive is taken from official
 * sources alone, which attach them to notices; only its text is ever read.
 */
export const DOCUMENT_KINDS = [
  { media_type: 'application/pdf', name: 'PDF', extensions: ['pdf'] },
  {
    media_type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    name: 'DOCX',
    extensions: ['docx'],
  },
  { media_type: 'application/msword', name: 'DOC', extensions: ['doc', 'wps', 'dot'] },
  {
    media_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    name: 'XLSX',
    extensions: ['xlsx'],
  },
  { media_type: 'application/vnd.ms-excel', name: 'XLS', extensions: ['xls', 'et', 'xlt'] },
  { media_type: 'text/html', name: 'HTML', extensions: ['html', 'htm', 'xhtml', 'shtml'] },
  { media_type: 'text/plain', name: 'TXT', extensions: ['txt', 'text', 'log', 'md', 'ndjson'] },
  { media_type: 'text/csv', name: 'CSV', extensions: ['csv'] },
  { media_type: 'application/json', name: 'JSON', extensions: ['json', 'geojson'] },
  { media_type: 'application/xml', name: 'XML', extensions: ['xml', 'rss', 'atom', 'opml'] },
  { media_type: 'image/png', name: 'PNG', extensions: ['png'] },
  { media_type: 'image/jpeg', name: 'JPEG', extensions: ['jpg', 'jpeg'] },
  { media_type: 'image/webp', name: 'WebP', extensions: ['webp'] },
] as const;

export const ARCHIVE_TYPE = 'application/zip';

export type MediaType = (typeof DOCUMENT_KINDS)[number]['media_type'] | typeof ARCHIVE_TYPE;

/** `PDF, DOCX, DOC …`, for the sentence that names what is accepted. */
export const ACCEPTED_NAMES = DOCUMENT_KINDS.map((kind) => kind.name).join(', ');

export function isMediaType(value: string): value is MediaType {
  return value === ARCHIVE_TYPE || DOCUMENT_KINDS.some((kind) => kind.media_type === value);
}

/** A photo is evidence as it is; no text is read out of it. */
export function isImage(media_type: MediaType): boolean {
  return media_type.startsWith('image/');
}

/** The file-name extensions of a kind, the usual one first. */
export function extensionsOf(media_type: MediaType): readonly [string, ...string[]] {
  for (const kind of DOCUMENT_KINDS) {
    if (kind.media_type === media_type) return kind.extensions;
  }
  return media_type === ARCHIVE_TYPE ? ['zip'] : ['bin'];
}
