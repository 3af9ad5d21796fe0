import { request } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { useInstallation } from '../support/installation.ts';
import { ADMIN, setUpLink } from '../support/set-up.ts';
import { launchStart, type Started } from '../support/start.ts';

const ORIGIN = 'https://greenlane.example.org';
const installation = useInstallation();
const { begin, env } = installation;
let one: Started;

beforeEach(async () => {
  installation.settings.ORIGIN = ORIGIN;
  one = await begin();
});

type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; body: string };

/** What a proxy on this machine passes on; the name that it was asked by is in `host`, where it keeps it. */
function pass(
  path: string,
  given: { host?: string; origin?: string; client?: string; form?: Record<string, string> } = {},
): Promise<Answer> {
  const { host = 'greenlane.example.org', origin = ORIGIN, client = '203.0.113.9', form } = given;
  const body = form && new URLSearchParams(form).toString();
  return new Promise((done, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: installation.port,
        path,
        method: body ? 'POST' : 'GET',
        headers: {
          host,
          accept: 'text/html',
          'x-forwarded-for': `198.51.100.66, ${client}`,
          'x-forwarded-proto': 'https',
          ...(body ? { origin, 'content-type': 'application/x-www-form-urlencoded' } : {}),
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () =>
          done({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('behind a proxy that speaks https', () => {
  it('prints its own address, signs in over it, and marks the cookie as secure', async () => {
    expect(one.output()).toContain(`Greenlane is ready at ${ORIGIN}`);
    const link = new URL(setUpLink(one) ?? '');
    expect(link.origin).toBe(ORIGIN);
    const path = `${link.pathname}${link.search}`;
    expect((await pass(path)).status).toBe(200);
    const token = link.searchParams.get('token') ?? '';
    const fields = { token, name: 'Ann', firm_name: 'Sample', firm_slug: 'maker', ...ADMIN };
    // A proxy that does not keep the name it was asked by serves as well.
    const answer = await pass(path, { form: fields, host: `127.0.0.1:${installation.port}` });
    expect(answer.status).toBe(303);
    expect(String(answer.headers['set-cookie'])).toMatch(/__Secure-greenlane\.session_token=[^;]+;.*Secure/);
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=/);
  });

  it('refuses a form from any other place, also from its own address behind the proxy', async () => {
    for (const origin of ['https://evil.example', `http://127.0.0.1:${installation.port}`, 'null'])
      expect((await pass('/login', { origin, form: ADMIN })).status).toBe(403);
  });

  it('counts wrong passwords by the client, not by the proxy', async () => {
    const guess = (client: string, index: number) =>
      pass('/login', { client, form: { email: `nobody${index}@example.org`, password: 'wrong password' } });
    const statuses: number[] = [];
    for (let index = 0; index < 26; index += 1) statuses.push((await guess('203.0.113.9', index)).status);
    expect(statuses.at(0)).toBe(400);
    expect(statuses.at(-1)).toBe(429);
    expect((await guess('203.0.113.10', 99)).status).toBe(400);
  });

  it('tells its metrics to no client of the proxy', async () => {
    expect((await pass('/metrics')).status).toBe(404);
    const local = await fetch(`http://127.0.0.1:${installation.port}/metrics`);
    expect(local.status).toBe(200);
  });

  it('does not begin with an address that has a path', async () => {
    const two = launchStart({ ...env(), ORIGIN: `${ORIGIN}/greenlane` });
    expect(await two.exited).toBe(1);
    expect(two.output()).toContain('Greenlane is served at the root of an address of its own.');
  });
});
