import { describe, expect, it } from 'vitest';
import { ENDINGS, formatOfFile, formatOfMediaType, mediaTypeOfFile, MEDIA_TYPES } from './file-format.ts';

describe('the format of a file of records', () => {
  it('is known for every ending and media type that is named as taken', () => {
    for (const ending of ENDINGS) expect(MEDIA_TYPES).toContain(mediaTypeOfFile(`file.${ending}`));
    for (const media_type of MEDIA_TYPES) expect(formatOfMediaType(media_type)).not.toBeNull();
  });

  it.each([
    ['报关单.CSV', 'csv'],
    ['a.b.jsonl', 'ndjson'],
    ['records.xlsx', 'xlsx'],
    ['records.xls', null],
    ['csv', null],
    ['records.constructor', null],
  ])('of %s is %s', (name, format) => {
    expect(formatOfFile(name)).toBe(format);
  });
});
