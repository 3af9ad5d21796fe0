import type { Started } from './start.ts';

/** Where the one-time link leads that a first start prints; null when it printed none. */
export function setUpLink(started: Started): string | null {
  return /Set it up once, here: (\S+)/.exec(started.output())?.[1] ?? null;
}

export const ADMIN = { email: 'ann@example.org', password: 'quiet-river-lamp-42' };

/** Sends the set-up form as a browser does that opened the link under this name of the machine. */
export async function setUp(started: Started, host: '127.0.0.1' | 'localhost'): Promise<Browser> {
  const link = setUpLink(started);
  if (!link) throw new Error(`no set-up link was printed:\n${started.output()}`);
  const address = new URL(link);
  address.hostname = host;
  const browser = openBrowser(address.origin);
  const page = await browser.open(`${address.pathname}${address.search}`);
  if (page.status !== 200) throw new Error(`the set-up page answered ${page.status}`);
  const fields = { name: 'Ann Sample', firm_name: 'Sample Infant Goods', firm_slug: 'maker', ...ADMIN };
  const token = address.searchParams.get('token') ?? '';
  await browser.submit(`${address.pathname}${address.search}`, { token, ...fields });
  return browser;
}

export type Browser = {
  open: (path: string) => Promise<Response>;
  submit: (path: string, fields: Record<string, string>) => Promise<Response>;
};

/** As much of a browser as keeps cookies and names the page that a form comes from. */
export function openBrowser(origin: string): Browser {
  const jar = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', cookie, ...init.headers };
    const response = await fetch(`${origin}${path}`, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      jar.set(name, value);
    }
    return response;
  };
  return {
    open: (path) => send(path, {}),
    submit: (path, fields) =>
      send(path, { method: 'POST', headers: { origin }, body: new URLSearchParams(fields) }),
  };
}
