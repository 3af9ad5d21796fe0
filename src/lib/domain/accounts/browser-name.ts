/** In this order: each of the later ones stands in the names of those before it too. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['WeChat', /\bMicroMessenger\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** What a browser calls itself, in the words of its owner; null where it says nothing that is known. */
export function browserOf(user_agent: string): { browser: string | null; system: string | null } {
  const found = (known: readonly (readonly [name: string, pattern: RegExp])[]) =>
    known.find(([, pattern]) => pattern.test(user_agent))?.[0] ?? null;
  return { browser: found(BROWSERS), system: found(SYSTEMS) };
}
