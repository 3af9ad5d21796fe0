/** The formats in which clearance records come as a file. */
export type FileFormat = 'csv' | 'ndjson' | 'json' | 'xlsx';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const BY_MEDIA_TYPE: Record<string, FileFormat | undefined> = {
  'text/csv': 'csv',
  'text/plain': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/json': 'json',
  [XLSX]: 'xlsx',
};

const MEDIA_TYPE_BY_ENDING: Record<string, string | undefined> = {
  csv: 'text/csv',
  txt: 'text/csv',
  tsv: 'text/csv',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  json: 'application/json',
  xlsx: XLSX,
};

/** Every media type in which records are taken. */
export const MEDIA_TYPES: readonly string[] = Object.keys(BY_MEDIA_TYPE);
/** Every ending of a file of records, without the dot. */
export const ENDINGS: readonly string[] = Object.keys(MEDIA_TYPE_BY_ENDING);

/** The format of a media type without parameters; null when it is none of records. */
export function formatOfMediaType(media_type: string): FileFormat | null {
  return BY_MEDIA_TYPE[media_type] ?? null;
}

/** The media type to send a file as, by the ending of its name; null when it is no file of records. */
export function mediaTypeOfFile(file_name: string): string | null {
  const ending = /\.([a-z0-9]+)$/i.exec(file_name)?.[1]?.toLowerCase();
  return (ending && MEDIA_TYPE_BY_ENDING[ending]) || null;
}

/** The format of a file by the ending of its name; null when it is no file of records. */
export function formatOfFile(file_name: string): FileFormat | null {
  return formatOfMediaType(mediaTypeOfFile(file_name) ?? '');
}
