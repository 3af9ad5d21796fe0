import type { Config } from '#lib/server/config.ts';

export const COOKIE_PREFIX = 'greenlane';

/** Whether people reach this installation by https: only then do cookies carry `Secure`. */
export function isHttps(config: Pick<Config, 'origin'>): boolean {
  return config.origin?.startsWith('https:') ?? false;
}

/** The signed session token that came with a request, as it stands in the cookie; null without one. */
export function sessionCookieOf(config: Pick<Config, 'origin'>, headers: Headers): string | null {
  const name = `${isHttps(config) ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token=`;
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const cookie = part.trimStart();
    if (cookie.startsWith(name)) return cookie.slice(name.length) || null;
  }
  return null;
}
