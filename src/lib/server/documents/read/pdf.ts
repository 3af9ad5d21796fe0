import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getDocumentProxy } from 'unpdf';
import { PAGES_MAX, TEXT_CHARACTERS_MAX } from '#lib/domain/documents/limits.ts';
import { UnreadableError, type Read } from './read.ts';

/**
 * The text of a PDF in the order it was written, page by page.
 */
export async function readPdf(bytes: Uint8Array): Promise<Read> {
  const pdf = await open(bytes);
  const pages: string[] = [];
  let characters = 0;
  for (let number = 1; number <= Math.min(pdf.numPages, PAGES_MAX); number += 1) {
    const page = await pdf.getPage(number);
    const content = await page.getTextContent();
    const text = content.items
      .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
      .join('');
    page.cleanup();
    pages.push(text.trim());
    characters += text.length;
    if (characters > TEXT_CHARACTERS_MAX) break;
  }
  return {
    text: pages.join('\f'),
    page_count: pdf.numPages,
    is_truncated: pages.length < pdf.numPages,
  };
}

/**
 * Character maps for Chinese fonts that are not embedded come from the package pdfjs-dist. unpdf gives their
 * place as a file: address, under which PDF.js does not find them; it wants a path.
 */
const PDFJS = dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json')));

async function open(bytes: Uint8Array) {
  try {
    return await getDocumentProxy(bytes, {
      cMapUrl: join(PDFJS, 'cmaps') + sep,
      standardFontDataUrl: join(PDFJS, 'standard_fonts') + sep,
      useSystemFonts: false,
      verbosity: 0,
    });
  } catch (cause) {
    const is_locked = cause instanceof Error && cause.name === 'PasswordException';
    throw new UnreadableError(is_locked ? 'encrypted' : 'damaged', { cause });
  }
}
