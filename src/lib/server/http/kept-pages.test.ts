import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptPages } from './kept-pages.ts';

type View = { firm: string; language: string; version: number };

let nonces = 0;
/** As the framework renders: the nonce in the policy and on each script, the id of the request in the data. */
function rendered(text: string, request_id: string): Response {
  nonces += 1;
  const nonce = `nonce${String(nonces).padStart(8, '0')}==`;
  return new Response(`<script nonce="${nonce}">"${request_id}"</script>${text}<script nonce="${nonce}">`, {
    headers: {
      'content-type': 'text/html',
      'content-security-policy': `script-src 'self' 'nonce-${nonce}'`,
      etag: '"made-of-the-body"',
    },
  });
}

function ask(pages: KeptPages, { firm, language, version }: View, request_id = 'R-00000001') {
  const asked = { renders: 0 };
  const answer = pages.answer({
    key: JSON.stringify([firm, language]),
    version: String(version),
    request_id,
    render: () => {
      asked.renders += 1;
      return Promise.resolve({
        response: rendered(`${firm} in ${language} at ${version}`, request_id),
        may_keep: true,
      });
    },
  });
  return answer.then(async (response) => ({
    body: await response.text(),
    nonce: /nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1] ?? '',
    headers: response.headers,
    ...asked,
  }));
}

const VIEW = { firm: 'a', language: 'en', version: 1 };

describe('KeptPages', () => {
  it('renders once and gives every answer a nonce and a request id of its own', async () => {
    const pages = new KeptPages();
    await ask(pages, VIEW, 'R-00000001');
    const second = await ask(pages, VIEW, 'R-00000002');
    const third = await ask(pages, VIEW, 'R-00000003');
    expect([second.renders, third.renders]).toEqual([0, 0]);
    expect(second.nonce).not.toBe(third.nonce);
    expect(third.body.split(`nonce="${third.nonce}"`)).toHaveLength(3);
    expect(third.body).toContain('"R-00000003"');
    expect(third.body).not.toContain('R-00000001');
    expect(third.body).not.toContain(second.nonce);
    expect(third.headers.has('etag')).toBe(false);
    expect(Number(third.headers.get('content-length'))).toBe(Buffer.byteLength(third.body));
  });

  it('renders once for all who ask for the same at once, each with a nonce and a request id of its own', async () => {
    const pages = new KeptPages();
    const answers = await Promise.all(
      ['R-00000001', 'R-00000002', 'R-00000003'].map((id) => ask(pages, VIEW, id)),
    );
    expect(answers.map(({ renders }) => renders)).toEqual([1, 0, 0]);
    expect(new Set(answers.map(({ nonce }) => nonce)).size).toBe(3);
    expect(answers.map(({ body }) => /"(R-\d+)"/.exec(body)?.[1])).toEqual([
      'R-00000001',
      'R-00000002',
      'R-00000003',
    ]);
  });

  it('renders anew where the one that was waited for failed', async () => {
    const pages = new KeptPages();
    const failed = pages.answer({
      key: JSON.stringify([VIEW.firm, VIEW.language]),
      version: String(VIEW.version),
      request_id: 'R-00000001',
      render: () => Promise.reject(new Error('no database')),
    });
    const second = ask(pages, VIEW, 'R-00000002');
    await expect(failed).rejects.toThrow('no database');
    expect(await second).toMatchObject({ renders: 1 });
  });

  it('never shows one view or state of the data to whoever asked for another', async () => {
    const view = fc.record({
      firm: fc.constantFrom('a', 'b', 'c'),
      language: fc.constantFrom('en', 'zh-CN'),
      version: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(view, { maxLength: 30 }), fc.boolean(), async (views, is_small) => {
        const pages = new KeptPages(is_small ? 10_000 : undefined);
        const answers = await Promise.all(views.map((one) => ask(pages, one)));
        for (const [index, { firm, language, version }] of views.entries())
          expect(answers[index]?.body).toContain(`${firm} in ${language} at ${version}<`);
      }),
    );
  });

  it('holds no more than it may, and lets the page go that was not asked for the longest', async () => {
    const pages = new KeptPages(10_000);
    await ask(pages, { ...VIEW, firm: 'a' });
    await ask(pages, { ...VIEW, firm: 'b' });
    await ask(pages, { ...VIEW, firm: 'a' });
    await ask(pages, { ...VIEW, firm: 'c' });
    expect(pages.bytes).toBeLessThanOrEqual(10_000);
    expect((await ask(pages, { ...VIEW, firm: 'a' })).renders).toBe(0);
    expect((await ask(pages, { ...VIEW, firm: 'b' })).renders).toBe(1);
  });

  it.each([
    ['a part failed', { may_keep: false }, {}],
    ['it is an error', { may_keep: true }, { status: 500 }],
    ['it sets a cookie', { may_keep: true }, { headers: { 'set-cookie': 'theme=dark' } }],
  ])('keeps no page when %s', async (_, { may_keep }, about) => {
    const pages = new KeptPages();
    const render = () => Promise.resolve({ response: new Response('page', about), may_keep });
    const asked = { key: 'a', version: '1', request_id: 'R-00000001', render };
    expect(await (await pages.answer(asked)).text()).toBe('page');
    expect(pages.bytes).toBe(0);
  });
});
