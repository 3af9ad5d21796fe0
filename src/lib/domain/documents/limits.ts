/** The longest notice with annexes that was seen in the field is about 12 MB, a scanned test report 20 MB. */
export const DOCUMENT_BYTES_MAX = 25 * 1024 * 1024;
/** About 1,000 pages of dense Chinese; what follows is left out and the document says so. */
export const TEXT_CHARACTERS_MAX = 2_000_000;
/** A compiled catalogue has some hundreds of pages. */
export const PAGES_MAX = 2_000;
/** Rows read of one sheet; the national catalogues hold some ten thousand. */
export const SHEET_ROWS_MAX = 100_000;
/** An Office file unpacks to about ten times its size; more than this is an attack or belongs in parts. */
export const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;
/** Files read of one archive; notices come with about ten. */
export const ARCHIVE_FILES_MAX = 200;
/** A workbook of 200 sheets with drawings has about 2,000 parts. */
export const ZIP_ENTRIES_MAX = 10_000;
