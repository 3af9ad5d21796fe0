/** The address to come back to: path and query, without the name of a form action that was just run. */
export function returnTo(url: URL): string {
  const kept = [...url.searchParams].filter(([name]) => !name.startsWith('/'));
  const query = new URLSearchParams(kept).toString();
  return query ? `${url.pathname}?${query}` : url.pathname;
}
