/**
 * The path (with its query) to go to after a form, when it stays on this installation; else `fallback`.
 * Whatever a browser would read as another host is refused: `//host`, `/\host`, a scheme, a control character.
 */
export function localPath(given: unknown, fallback = '/'): string {
  if (typeof given !== 'string' || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(given)) return fallback;
  const base = 'http://greenlane.invalid';
  if (!URL.canParse(given, base)) return fallback;
  const url = new URL(given, base);
  return url.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search : fallback;
}
