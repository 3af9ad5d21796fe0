/** The part of a page's cookies that this needs. */
type Cookies = {
  get: (name: string) => string | undefined;
  set: (
    name: string,
    value: string,
    options: { path: string; httpOnly: true; sameSite: 'strict'; maxAge: number },
  ) => void;
  delete: (name: string, options: { path: string }) => void;
};

/** Long enough for the redirect; what is not fetched by then is not shown at all. */
const LIFE_SECONDS = 60;
const NAME = 'shown_once';

/**
 * Hands a secret to the page that the form redirects to. The page shows it once: loading it again shows nothing,
 * and sends no form again.
 */
export function showOnce(cookies: Cookies, path: string, values: Readonly<Record<string, string>>): void {
  cookies.set(NAME, JSON.stringify(values), {
    path,
    httpOnly: true,
    sameSite: 'strict',
    maxAge: LIFE_SECONDS,
  });
}

/** What was handed over, if anything was; from now on it is gone. */
export function takeOnce(cookies: Cookies, path: string): Record<string, string> | null {
  const text = cookies.get(NAME);
  if (text === undefined) return null;
  cookies.delete(NAME, { path });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, one]) => (typeof one === 'string' ? [[name, one]] : [])),
    );
  } catch {
    return null;
  }
}
