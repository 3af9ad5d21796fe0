import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { TemplateChannel } from '#lib/domain/alerts/template.ts';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { closePeriods } from '#lib/server/alerts/digests.ts';
import { builtIn } from '#lib/server/alerts/templates.ts';
import {
  getTemplates,
  postTemplatePreview,
  putTemplate,
  removeTemplate,
} from '#lib/server/alerts/templates-api.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, anEndpoint, aPerson, happens, subscribe, useReceiver } from '../support/alerts.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { operatorActor } from '../support/factories.ts';
import { useMailServer } from '../support/mail-server.ts';
import { anInstrument, aVersion } from '../support/rules.ts';

const mails = useMailServer();
const receiver = useReceiver({ robot: (_request, response) => response.end('{"errcode":0}') });
const database = useDatabase({
  DATA_DIR: useDataDir(),
  SMTP_URL: mails.url,
  MAIL_FROM: 'Greenlane <alerts@example.org>',
  ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8',
});
const operator = operatorActor(['alerts:read', 'alerts:write']);
const EMAIL = { channel: 'email', language: 'en' } as const;
const app = () => database.current.app;
const deliver = () => deliverDue(database.current.worker, { clock: async () => new Date() });
const listed = z.object({
  items: z.array(z.looseObject({ channel: z.string(), language: z.string(), of: z.string() })),
});
const problem = z.object({
  errors: z.array(
    z.looseObject({ field: z.string(), line: z.number(), code: z.string(), message: z.string() }),
  ),
});

beforeEach(async () => {
  await sql`truncate subscription, delivery, alert, message_template cascade`.execute(
    database.current.owner.db,
  );
});

describe('a text of one’s own', () => {
  test('is used for the mails of its firm alone; the operator’s for those without, and the built-in one again after a reset', async () => {
    const { owner } = database.current;
    const [own, other] = [await aFirm(owner), await aFirm(owner)];
    const [li, wang] = [await aPerson(owner, own.firm), await aPerson(owner, other.firm)];
    for (const one of [li, wang]) await subscribe(app(), one, { channels: [{ kind: 'email' }] });
    await call(app(), putTemplate, {
      actor: operator,
      params: EMAIL,
      body: { subject: 'Operator: {{title}}', body: 'From when: {{from_when}}\n{{why}}' },
    });
    await call(app(), putTemplate, {
      actor: own.actor,
      params: EMAIL,
      body: { subject: '{{firm}}: {{title}}', body: 'To do: {{what_to_do}}\n\n{{clauses}}\n{{link}}' },
    });
    const slug = await anInstrument(app(), { title: 'GB 31701-2026', language: 'en' });
    await aVersion(app(), slug, { valid_from: '2031-09-01', provisions: [{ path: '4.12', text: '9 N' }] });
    await deliver();
    const [first, second] = [mails.take(li.email), mails.take(wang.email)];
    expect(first.subject).toBe(`${own.firm.name}: GB 31701-2026: 1.0 published`);
    expect(first.text).toContain('To do: Read the comparison');
    expect(first.text).toMatch(/4\.12.*\n\{\+9 N\+\}/);
    expect(first.text).toContain('Stop these mails: ');
    expect(second.subject).toBe('Operator: GB 31701-2026: 1.0 published');
    expect(second.text).toContain('From when: In force from 2031-09-01\n\nYou follow everything.');

    await call(app(), removeTemplate, { actor: own.actor, params: EMAIL });
    await call(app(), removeTemplate, { actor: operator, params: EMAIL });
    // No day of force: the line of a text that names one is left out.
    await happens(app());
    await deliver();
    expect(mails.take(li.email).text).toContain('What changed: issued');
  });

  test('is what a robot says, with the marks of its value kept from being markup', async () => {
    const { owner } = database.current;
    const { actor } = await aFirm(owner);
    const { id } = await anEndpoint(app(), actor, { url: `${receiver.url}/robot`, format: 'dingtalk' });
    await subscribe(app(), actor, { channels: [{ kind: 'webhook', endpoint_id: id }] });
    await call(app(), putTemplate, {
      actor,
      params: { channel: 'robot', language: 'en' },
      body: { subject: 'News', body: '**{{title}}**\nFrom: {{from_when}}' },
    });
    await happens(app(), { data: { title: 'a*b@all', to_state: 'issued' } });
    await deliver();
    const [request] = receiver.take('/robot');
    const { markdown } = z
      .object({ markdown: z.object({ title: z.string(), text: z.string() }) })
      .parse(JSON.parse(request?.body ?? ''));
    expect(markdown.title).toBe('News');
    expect(markdown.text.split('\n\n').slice(0, 2)).toEqual(['### News', '**a\\*b＠all: now issued**']);
    expect(markdown.text).not.toContain('From:');
  });

  test('is what a digest says, around the list of its changes, by mail and by a robot', async () => {
    const { owner } = database.current;
    const { firm, actor } = await aFirm(owner);
    const li = await aPerson(owner, firm);
    const { id } = await anEndpoint(app(), actor, { url: `${receiver.url}/robot`, format: 'wecom' });
    await subscribe(app(), li, { channels: [{ kind: 'email' }], mode: 'daily' });
    await subscribe(app(), actor, { channels: [{ kind: 'webhook', endpoint_id: id }], mode: 'daily' });
    const body = '{{firm}} has {{count}} to read:\n{{changes}}\n\nOpen: {{link}}';
    for (const channel of ['email_digest', 'robot_digest'] as const)
      await call(app(), putTemplate, {
        actor,
        params: { channel, language: 'en' },
        body: { subject: 'Of the day, until {{until}}', body },
      });
    for (const title of ['a*b', 'second']) await happens(app(), { data: { title, to_state: 'issued' } });
    const at = new Date(Date.now() + 26 * 3_600_000);
    await closePeriods(database.current.worker, at);
    await deliverDue(database.current.worker, { clock: async () => at });
    const mail = mails.take(li.email);
    expect(mail.subject).toMatch(/^Of the day, until \d/);
    expect(mail.text).toContain(`${firm.name} has 2 to read:\n\na*b: now issued\nWhat changed: issued`);
    expect(mail.text).toMatch(/second: now issued[^]*Open: http[^]*Stop these mails: /);
    const [request] = receiver.take('/robot');
    const { content } = z
      .object({ markdown: z.object({ content: z.string() }) })
      .parse(JSON.parse(request?.body ?? '')).markdown;
    expect(content).toContain(`${firm.name} has 2 to read:\n\n- [a\\*b: now issued](http`);
    expect(content).toMatch(/\n- \[second: now issued\]/);
  });

  test('with a variable that there is none of is refused with its place, and nothing is kept', async () => {
    const { actor } = await aFirm(database.current.owner);
    const answer = await call(app(), putTemplate, {
      actor,
      params: EMAIL,
      body: { subject: '{{title}}', body: 'Hello\n{{deadline}} and {{constructor}}' },
    });
    expect(answer.status).toBe(422);
    expect(answer.json(problem).errors).toMatchObject([
      { field: 'body', line: 2, code: 'variable_unknown' },
      { field: 'body', line: 2, code: 'variable_unknown' },
    ]);
    const { items } = (await call(app(), getTemplates, { actor })).json(listed);
    expect(new Set(items.map(({ of }) => of))).toEqual(new Set(['built_in']));
  });

  test('is previewed on the newest alert, and the built-in texts can be', async () => {
    const { actor } = await aFirm(database.current.owner);
    const shown = z.object({
      subject: z.string(),
      text: z.string(),
      html: z.string().nullable(),
      is_sample: z.boolean(),
    });
    const preview = async (
      body: { subject: string; body: string },
      language: 'en' | 'zh-CN' = 'en',
      channel: TemplateChannel = 'email',
    ) => (await call(app(), postTemplatePreview, { actor, params: { channel, language }, body })).json(shown);
    expect(await preview(builtIn('email', 'en'))).toMatchObject({ is_sample: true });
    await subscribe(app(), actor);
    await happens(app());
    expect(await preview({ subject: 'S', body: '{{what_changed}}' })).toMatchObject({
      subject: 'S',
      is_sample: false,
    });
    const chinese = await preview(builtIn('email', 'zh-CN'), 'zh-CN');
    expect(chinese.text).toContain('您为何收到：您订阅了全部内容。');
    expect(chinese.html).toContain('<strong>您为何收到：</strong>您订阅了全部内容。');
    await happens(app(), { data: { title: 'Second <b>', to_state: 'issued' } });
    const digest = await preview(
      { subject: '{{count}}', body: 'Dear all\n{{changes}}' },
      'en',
      'email_digest',
    );
    expect(digest).toMatchObject({ subject: '2', is_sample: false });
    expect(digest.html).toContain('Second &lt;b&gt;: now issued</a></h2>');
    expect(digest.html?.indexOf('Dear all')).toBeLessThan(digest.html?.indexOf('Second') ?? 0);
    const robot = await preview(builtIn('robot_digest', 'en'), 'en', 'robot_digest');
    expect(robot.html).toBeNull();
    expect(robot.text.split('\n')).toEqual([
      'Second <b>: now issued: issued',
      'Interpretation of clause 4.12: now issued: issued',
    ]);
  });
});
