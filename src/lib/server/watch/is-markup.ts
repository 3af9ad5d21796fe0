import { isFileAddress } from '#lib/domain/watch/next-visit.ts';

type Came = { bytes: Uint8Array; content_type: string | null };

/** A list may lead to files under addresses that do not say so. */
export function isMarkup({ bytes, content_type }: Came): boolean {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 8));
  if (/^(%PDF|PK\x03\x04|\xd0\xcf\x11\xe0|Rar!|7z\xbc\xaf|\{\\rtf|\x1f\x8b)/.test(head)) return false;
  const type = /^\s*([\w.+/-]+)/.exec(content_type ?? '')?.[1]?.toLowerCase() ?? '';
  return type === '' || type.startsWith('text/') || /^application\/(xhtml|xml|json|.*\+xml)/.test(type);
}

/** What Word and its kin save as a page says so; any other page under the name of a file is about the file. */
const OFFICE_PAGE = /urn:schemas-microsoft-com|<meta[^>]+(?:progid|generator)[^>]+(?:word|excel|wps)/i;
const HTML_BEGIN = /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body|title|script|meta)\b/i;

/** Whether a web page came in place of a file: a notice that it is gone, or a form before it. */
export function isPageInstead(url: string, { bytes, content_type }: Came): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, 8_192));
  if (!isFileAddress(url) || !HTML_BEGIN.test(head) || OFFICE_PAGE.test(head)) return false;
  // Pages are sent as .doc by servers that make them, and then called what they are to open in.
  return /\.(?:pdf|docx|xlsx)(?:$|[?#])/i.test(url) || /html/i.test(content_type ?? '');
}
