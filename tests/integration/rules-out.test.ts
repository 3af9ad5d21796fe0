import Parser from 'rss-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { answerRuleCalendar, answerRuleFeed } from '#lib/server/rules/feeds.ts';
import { getAkomaNtoso, getProof } from '#lib/server/rules/reading-api.ts';
import { withdrawVersion } from '#lib/server/rules/publish.ts';
import { aknProblems } from '../support/akn-structure.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { aDraft, anInstrument, approver, aVersion, held } from '../support/rules.ts';

const database = useDatabase();
let reader: Actor;
const NOTICE = 'ningbo-customs-notice-2026-017';

beforeAll(async () => {
  const { app, owner } = database.current;
  reader = firmActor(await createFirm(owner), ['rules:read']);
  await loadRules(app.db, new Date('2026-11-20T09:00:00+08:00'));
});

const akn = (slug: string, query: Record<string, string> = {}) =>
  call(database.current.app, getAkomaNtoso, {
    actor: reader,
    params: { slug },
    query: { as_of: '2026-06-01', ...query },
  });

describe('Akoma Ntoso', () => {
  test('carries the address of work, expression and manifestation', async () => {
    const answer = await akn(NOTICE);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/akn+xml; charset=utf-8');
    const work = '/akn/cn-ningbo/act/notice/customs/2026-05-13/17';
    expect(answer.text).toContain(`<FRBRuri value="${work}"/>`);
    expect(answer.text).toContain(`<FRBRuri value="${work}/zho@2026-05-13"/>`);
    expect(answer.text).toContain(`<FRBRthis value="${work}/zho@2026-05-13/!main.xml"/>`);
    expect(answer.text).toContain('<FRBRlanguage language="zho"/>');
  });

  test.each(['gb-31701-2015', 'gb-31701-2026', 'gb-28007-2024', NOTICE, 'ningbo-guidelines-gb-31701-2026'])(
    'of %s has the structure of the public schema, in both languages',
    async (slug) => {
      for (const language of ['zh-CN', 'en'])
        expect(aknProblems((await akn(slug, { language })).text)).toEqual([]);
    },
  );

  test('nests clauses, keeps tables and markup, and puts translations where there are some', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    await aVersion(app, slug, {
      provisions: [
        { path: '4', title: '要求', text: '以下各条适用。', translation: 'The following apply.' },
        {
          path: '4.12',
          title: 'A < B & "C"',
          text: '限值\n项目\t限值\n铅\t≤ 90 mg/kg\n完',
          translation: 'Limits',
        },
        { path: '4.12.1', text: '甲' },
        { path: '4.12.1.2', text: '' },
        { path: 'A.1', text: '附录' },
      ],
    });
    const { text } = await akn(slug);
    expect(aknProblems(text)).toEqual([]);
    expect(text).toContain('<heading>A &lt; B &amp; &quot;C&quot;</heading>');
    expect(text).toContain('<tr><td><p>铅</p></td><td><p>≤ 90 mg/kg</p></td></tr>');
    expect([...text.matchAll(/eId="(sec_[^"]+)"/g)].map(([, id]) => id)).toEqual([
      'sec_4',
      'sec_4-12',
      'sec_4-12-1',
      'sec_4-12-1-2',
      'sec_A-1',
    ]);
    const english = (await akn(slug, { language: 'en' })).text;
    expect(aknProblems(english)).toEqual([]);
    expect(english).toContain('<p>The following apply.</p>');
    expect(english).toMatch(/<FRBRtranslation href="[^"]+\/zho@2026-01-01" fromLanguage="zho"/);
    expect(english).toMatch(/eId="sec_A-1" xml:lang="zh-CN"/);
  });

  test('is refused where nothing is in force, and of what nobody may know', async () => {
    expect((await akn(NOTICE, { as_of: '2026-05-12' })).status).toBe(404);
    const { app } = database.current;
    const slug = await anInstrument(app);
    await aDraft(app, slug);
    expect((await akn(slug)).status).toBe(404);
  });

  const one = `<akomaNtoso xmlns="x"><act name="a"><meta></meta><body><section eId="s"><content><p>x</p></content></section></body></act></akomaNtoso>`;
  test.each([
    [one, 'meta: identification is missing before the end'],
    [one.replace('<p>x</p>', '<b>x</b>'), 'content: p table is missing before b'],
    [one.replace('<section eId="s">', '<section>'), 'section lacks eId'],
    [one.replace('</body>', ''), 'the text is not well-formed: it reads back differently'],
    [one.replace('<content>', 'text<content>'), 'section holds text'],
    [one.replace('eId="s"', 'eId="s" status="lost"'), 'section cannot have status lost'],
    [one.replace('<body>', '<conclusions/><body>'), 'act: body is missing before conclusions'],
  ])('would be found wrong in %s', (xml, problem) => {
    expect(aknProblems(xml)).toContain(problem);
  });
});

const asked = (
  given: { instrument?: string; query?: string; headers?: Record<string, string>; path?: string } = {},
) => {
  const url = new URL(`http://127.0.0.1:3000${given.path ?? '/feeds/rules.atom'}${given.query ?? ''}`);
  return {
    app: database.current.app,
    instrument: given.instrument ?? null,
    request: new Request(url, { headers: given.headers }),
    url,
    request_id: 'R-TEST',
  };
};

async function readFeed(response: Response) {
  const parser = new Parser({ customFields: { item: ['category'] } });
  return parser.parseString(await response.text());
}

describe('the feed of published versions', () => {
  test('needs no key, comes the newest first and carries the head of the chain', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app, { title: '<公告> & 通知' });
    const draft = await aDraft(app, slug, { label: 'secret plan' });
    const { id } = await aVersion(app, slug, { label: '1 < 2', confirmed: false });
    const response = await answerRuleFeed(asked());
    expect(response.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
    const text = await response.clone().text();
    const feed = await readFeed(response);
    expect(feed.items[0]).toMatchObject({
      id: `urn:uuid:${id}`,
      link: `http://127.0.0.1:3000/rules/${slug}?on=2026-01-01`,
    });
    expect(feed.items[0]?.title).toContain('&lt;公告&gt; &amp; 通知');
    expect(text).toContain('Known as reported only, not confirmed.');
    expect(text).not.toContain('secret plan');
    expect(text).not.toContain(draft.id);
    const proof = await call(app, getProof, { actor: reader, params: { id } });
    const { head } = proof.json(z.object({ head: z.object({ sequence: z.int(), sha256: z.string() }) }));
    expect(text).toContain(`link ${head.sequence}, sha-256 ${head.sha256}`);
  });

  test('of one instrument holds its versions alone, tells a withdrawal, and is 404 for what nobody may know', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const hidden = await anInstrument(app);
    await aDraft(app, hidden);
    const { id } = await aVersion(app, slug);
    held(await withdrawVersion(app, approver, { id, reason: 'never issued' }));
    const text = await (await answerRuleFeed(asked({ instrument: slug }))).text();
    expect(text.match(/<entry>/g)).toHaveLength(1);
    expect(text).toContain('Withdrawn: never issued');
    const missing = await answerRuleFeed(asked({ instrument: hidden }));
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  test('is written in the language that is asked for, and costs nothing when it is unchanged', async () => {
    const chinese = await answerRuleFeed(asked({ query: '?language=zh-CN' }));
    expect(await chinese.text()).toContain('自2026-05-13起施行。');
    const english = await answerRuleFeed(asked());
    const etag = english.headers.get('etag') ?? '';
    expect((await answerRuleFeed(asked({ headers: { 'if-none-match': etag } }))).status).toBe(304);
  });
});

test('the calendar holds a day for each date, with an id that stays', async () => {
  const { app } = database.current;
  const slug = await anInstrument(app);
  const { id } = await aVersion(app, slug, { valid_from: '2031-01-01', transition_until: '2031-06-30' });
  await aDraft(app, slug, { label: 'secret plan', valid_from: '2032-01-01' });
  const path = `/feeds/rules/${slug}.ics`;
  const response = await answerRuleCalendar(asked({ instrument: slug, path }));
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const text = await response.text();
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(2);
  expect(text).toContain('DTSTART;VALUE=DATE:20310101');
  expect(text).toContain('DTSTART;VALUE=DATE:20310630');
  expect(text.replaceAll('\r\n ', '')).toContain(`UID:${id}-effective@greenlane`);
  expect(text).not.toContain('secret');
  expect(await (await answerRuleCalendar(asked({ instrument: slug, path }))).text()).toBe(text);
});
