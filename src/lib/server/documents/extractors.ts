import type { MediaType } from '#lib/domain/documents/media-type.ts';

/**
 * Which reader reads a kind of file, and its version. Raise a version when its reader gives other text;
 * `requeueOutdated` then has the documents that it read before read again.
 */
export const EXTRACTORS = {
  'application/pdf': { extractor: 'pdf', extractor_version: 2 },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    extractor: 'docx',
    extractor_version: 2,
  },
  'application/msword': { extractor: 'doc', extractor_version: 2 },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    extractor: 'workbook',
    extractor_version: 2,
  },
  'application/vnd.ms-excel': { extractor: 'workbook', extractor_version: 2 },
  'text/html': { extractor: 'html', extractor_version: 5 },
  'text/plain': { extractor: 'text', extractor_version: 5 },
  'text/csv': { extractor: 'text', extractor_version: 5 },
  'application/json': { extractor: 'text', extractor_version: 5 },
  'application/xml': { extractor: 'text', extractor_version: 5 },
  'application/zip': { extractor: 'archive', extractor_version: 1 },
  'image/png': { extractor: 'image', extractor_version: 1 },
  'image/jpeg': { extractor: 'image', extractor_version: 1 },
  'image/webp': { extractor: 'image', extractor_version: 1 },
} satisfies Record<MediaType, { extractor: string; extractor_version: number }>;

export function extractorOf(media_type: MediaType): { extractor: string; extractor_version: number } {
  return EXTRACTORS[media_type];
}
