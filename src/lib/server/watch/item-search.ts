import { searchTokens } from '#lib/domain/text/search-text.ts';

/** What an item is found by: its title, its number (which need not stand in its text) and its text. */
export function itemSearchTokens(item: {
  title: string;
  document_no: string | null;
  text: string;
}): string[] {
  return searchTokens(`${item.title}\n${item.document_no ?? ''}\n${item.text}`);
}
