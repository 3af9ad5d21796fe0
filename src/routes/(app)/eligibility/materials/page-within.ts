/** As many components as somebody reads at once, on a phone too. */
export const PAGE_ROWS = 50;
/** Far beyond every portfolio; a longer number was not written here. */
const DIGITS_MAX = 6;

export type Page = { number: number; last: number; offset: number };

/** The page that the address asks for: the first where it says nothing of sense, the last where it asks beyond. */
export function pageWithin(url: URL, rows: number): Page {
  const last = Math.max(1, Math.ceil(rows / PAGE_ROWS));
  const number = Math.min(askedPage(url), last);
  return { number, last, offset: (number - 1) * PAGE_ROWS };
}

/** The same page again, after one of its forms. */
export function pageAddress(url: URL): string {
  const number = askedPage(url);
  return number === 1 ? '/eligibility/materials' : `/eligibility/materials?page=${number}`;
}

function askedPage(url: URL): number {
  const text = url.searchParams.get('page') ?? '';
  return text.length <= DIGITS_MAX && /^[1-9]\d*$/.test(text) ? Number(text) : 1;
}
