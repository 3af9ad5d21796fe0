import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import {
  getAlert,
  getAlertCounts,
  getAlerts,
  patchAlert,
  postAcknowledgement,
} from '#lib/server/alerts/alerts-api.ts';
import { getDeliveries, getDelivery, postReplay, postReplays } from '#lib/server/alerts/deliveries-api.ts';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import {
  getEndpoints,
  postEndpoint,
  postEndpointTest,
  removeEndpoint,
} from '#lib/server/alerts/endpoints-api.ts';
import { answerAlertCalendar, answerAlertFeed } from '#lib/server/alerts/feeds.ts';
import { postFeedToken, removeFeedToken } from '#lib/server/alerts/feeds-api.ts';
import {
  getSubscriptions,
  patchSubscription,
  postSubscription,
  removeSubscription,
} from '#lib/server/alerts/subscriptions-api.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, anEndpoint, aPerson, happens, subscribe, useReceiver } from '../support/alerts.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { operatorActor } from '../support/factories.ts';
import { anInstrument, aDraft, aVersion } from '../support/rules.ts';

const database = useDatabase({ DATA_DIR: useDataDir(), ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const receiver = useReceiver({ broken: (_request, response) => response.writeHead(500).end() });
let actor: Actor;
let other: Actor;

beforeAll(async () => {
  actor = (await aFirm(database.current.owner)).actor;
  other = (await aFirm(database.current.owner)).actor;
});

const problem = z.object({ detail: z.string(), errors: z.array(z.object({ code: z.string() })).optional() });
const list = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().nullable(),
});
const app = () => database.current.app;
const codeOf = (answer: { json: <T>(schema: z.ZodType<T>) => T }) => answer.json(problem).errors?.[0]?.code;

describe('a subscription', () => {
  test('is made, changed, listed and deleted by its firm, and unknown to another', async () => {
    const made = await call(app(), postSubscription, {
      actor,
      body: {
        topic: { instruments: ['gb-31701-2026'], provisions: ['4.12'] },
        channels: [{ kind: 'inbox' }],
      },
    });
    expect(made.status).toBe(201);
    const { id } = made.json(
      z.looseObject({ id: z.string(), of: z.literal('firm'), mode: z.literal('immediate') }),
    );
    const changed = await call(app(), patchSubscription, {
      actor,
      params: { id },
      body: { mode: 'daily', quiet_hours: { from: '22:00', to: '07:00' } },
    });
    expect(JSON.parse(changed.text)).toMatchObject({
      mode: 'daily',
      quiet_hours: { from: '22:00', to: '07:00' },
      topic: { provisions: ['4.12'] },
    });
    expect((await call(app(), getSubscriptions, { actor })).json(list).items).toHaveLength(1);
    expect((await call(app(), getSubscriptions, { actor: other })).json(list).items).toEqual([]);
    expect((await call(app(), removeSubscription, { actor: other, params: { id } })).status).toBe(404);
    expect((await call(app(), removeSubscription, { actor, params: { id } })).status).toBe(204);
    expect((await call(app(), getSubscriptions, { actor })).json(list).items).toEqual([]);
  });

  test.each([
    [{ channels: [] }, 422],
    [{ channels: [{ kind: 'inbox' }], topic: { kinds: ['rule.eaten'] } }, 422],
    [{ channels: [{ kind: 'push' }] }, 422],
    [{ channels: [{ kind: 'webhook', endpoint_id: '00000000-0000-4000-8000-000000000000' }] }, 422],
    [{ channels: [{ kind: 'inbox' }], quiet_hours: { from: '25:00', to: '07:00' } }, 422],
  ])('is refused with a sentence: %j', async (body, status) => {
    const answer = await call(app(), postSubscription, { actor, body });
    expect(answer.status).toBe(status);
    expect(answer.json(problem).detail).toMatch(/^[A-Z].{15,}\.$/);
  });

  test('of a person stays their own; with a webhook it is the firm’s', async () => {
    const { owner } = database.current;
    const { firm } = await aFirm(owner);
    const [li, wu] = [await aPerson(owner, firm), await aPerson(owner, firm)];
    await subscribe(app(), li, { channels: [{ kind: 'email' }] });
    await anEndpoint(app(), li, { url: `${receiver.url}/x` });
    await subscribe(app(), li, { channels: [{ kind: 'webhook' }] });
    const seen = async (who: Actor) => (await call(app(), getSubscriptions, { actor: who })).json(list).items;
    expect((await seen(li)).map(({ of }) => of)).toEqual(['firm', 'person']);
    expect((await seen(wu)).map(({ of }) => of)).toEqual(['firm']);
    const mixed = await call(app(), postSubscription, {
      actor: li,
      body: { channels: [{ kind: 'email' }, { kind: 'webhook' }] },
    });
    expect(codeOf(mixed)).toBe('webhook_with_personal_channel');
  });
});

describe('an endpoint', () => {
  test('shows its secret once, and a private address is refused', async () => {
    const made = await call(app(), postEndpoint, { actor, body: { url: `${receiver.url}/hook` } });
    expect(made.status).toBe(201);
    const { id, secret } = made.json(z.looseObject({ id: z.string(), secret: z.string() }));
    expect(secret).toMatch(/^whsec_.{44}$/);
    const listed = await call(app(), getEndpoints, { actor });
    expect(listed.text).not.toContain(secret.slice(6));
    for (const url of ['http://10.1.2.3/x', 'http://[::ffff:10.0.0.1]/', 'http://169.254.169.254/latest/'])
      expect(codeOf(await call(app(), postEndpoint, { actor, body: { url } }))).toBe('address_not_allowed');
    for (const url of ['ftp://example.org/', 'https://a:b@example.org/', 'x'])
      expect(codeOf(await call(app(), postEndpoint, { actor, body: { url } }))).toBe('address_unusable');
    const stored = await database.current.owner.db.selectFrom('endpoint').select('secret_sealed').execute();
    for (const row of stored) expect(row.secret_sealed.toString('latin1')).not.toContain(secret.slice(6));
    // Asked again under one key, it is told again; and what is kept for that is sealed as well.
    const repeated = {
      actor,
      body: { url: `${receiver.url}/again` },
      headers: { 'idempotency-key': 'endpoint-1' },
    };
    const first = await call(app(), postEndpoint, repeated);
    const again = first.json(z.looseObject({ id: z.string(), secret: z.string() }));
    expect((await call(app(), postEndpoint, repeated)).text).toBe(first.text);
    const answers = await database.current.owner.db.selectFrom('idempotency_key').select('answer').execute();
    expect(JSON.stringify(answers)).not.toContain(again.secret.slice(6));
    await call(app(), removeEndpoint, { actor, params: { id: again.id } });
    const tested = await call(app(), postEndpointTest, { actor, params: { id } });
    expect(JSON.parse(tested.text)).toMatchObject({ is_success: true, status: 200 });
    expect(receiver.take('/hook')).toHaveLength(1);
    expect((await call(app(), removeEndpoint, { actor, params: { id } })).status).toBe(204);
  });
});

describe('an alert', () => {
  test('reaches every firm that asked, with its reason, in the transaction of the publication', async () => {
    const slug = await anInstrument(app(), { title: '关于玩具的公告' });
    const [by_clause, by_other_clause, everything, nobody] = await Promise.all(
      [0, 1, 2, 3].map(async () => (await aFirm(database.current.owner)).actor),
    );
    if (!by_clause || !by_other_clause || !everything || !nobody) throw new Error('four firms');
    await subscribe(app(), by_clause, { topic: { instruments: [slug], provisions: ['4'] } });
    await subscribe(app(), by_clause, { topic: { kinds: ['rule.published'] } });
    await subscribe(app(), by_other_clause, { topic: { instruments: [slug], provisions: ['4.1'] } });
    await subscribe(app(), everything);
    await aDraft(app(), slug, { label: '0.9' });
    await aVersion(app(), slug, { provisions: [{ path: '4.12', text: '扭矩不应大于 20 N·cm。' }] });
    const inbox = async (who: Actor, query = {}) =>
      (await call(app(), getAlerts, { actor: who, query })).json(list).items;
    expect(await inbox(by_clause)).toMatchObject([
      {
        kind: 'rule.published',
        state: 'unread',
        why: 'You follow clause 4, “关于玩具的公告”, this kind of news.',
      },
    ]);
    expect(await inbox(by_clause, { language: 'zh-CN' })).toMatchObject([
      { title: '关于玩具的公告：1.0已发布', why: '您订阅了条款4、“关于玩具的公告”、此类消息。' },
    ]);
    expect(await inbox(by_other_clause)).toEqual([]);
    expect(await inbox(everything)).toMatchObject([{ why: 'You follow everything.' }]);
    expect(await inbox(nobody)).toEqual([]);
    // What is not approved reaches nobody: the draft has no event.
    const kinds = await database.current.owner.db.selectFrom('event').select('data').execute();
    expect(JSON.stringify(kinds)).not.toContain('0.9');
  });

  test('is worked on: acknowledged, assigned, dated, excluded with a reason, each with its line of history', async () => {
    const { owner } = database.current;
    const { firm } = await aFirm(owner);
    const li = await aPerson(owner, firm);
    await subscribe(app(), li);
    await happens(app());
    const [alert] = (await call(app(), getAlerts, { actor: li, query: { state: 'unread' } })).json(
      list,
    ).items;
    const params = { id: alert?.id ?? '' };
    for (let twice = 0; twice < 2; twice += 1)
      expect((await call(app(), postAcknowledgement, { actor: li, params })).status).toBe(200);
    const excluded = await call(app(), patchAlert, { actor: li, params, body: { state: 'excluded' } });
    expect(codeOf(excluded)).toBe('note_missing');
    const stranger = await aPerson(owner, (await aFirm(owner)).firm);
    const assigned = await call(app(), patchAlert, { actor: li, params, body: { owner_id: stranger.id } });
    expect(codeOf(assigned)).toBe('member_unknown');
    const body = { state: 'in_work', owner_id: li.id, due_on: '2026-09-21', comment: '请核对扭矩' };
    expect((await call(app(), patchAlert, { actor: li, params, body })).status).toBe(200);
    const found = (await call(app(), getAlert, { actor: li, params })).json(
      z.looseObject({ history: z.array(z.looseObject({ act: z.string(), actor: z.string() })) }),
    );
    expect(found.history.map(({ act }) => act)).toEqual([
      'acknowledged',
      'moved',
      'assigned',
      'due',
      'commented',
    ]);
    expect(JSON.parse((await call(app(), getAlertCounts, { actor: li })).text)).toMatchObject({
      unread: 0,
      in_work: 1,
    });
    expect((await call(app(), getAlert, { actor: stranger, params })).status).toBe(404);
  });

  test('of the operator alone reaches no firm', async () => {
    const operator = operatorActor(['alerts:read', 'alerts:write']);
    const { actor: firm } = await aFirm(database.current.owner);
    await subscribe(app(), firm);
    await subscribe(app(), operator);
    await happens(app(), {
      kind: 'source.unhealthy',
      audience: 'operator',
      data: { name: '宁波海关', health: 'blocked' },
      about: {},
    });
    expect((await call(app(), getAlerts, { actor: firm })).json(list).items).toEqual([]);
    expect((await call(app(), getAlerts, { actor: operator })).json(list).items).toMatchObject([
      { title: 'Source 宁波海关: blocked, which does not mean no news' },
    ]);
  });
});

describe('a delivery', () => {
  test('is listed with its attempts and sent again with the same id, one or all since a time', async () => {
    const { actor: mine } = await aFirm(database.current.owner);
    const { id: endpoint_id } = await anEndpoint(app(), mine, { url: `${receiver.url}/again` });
    // Two subscriptions, one endpoint: it hears it once.
    for (const kinds of [null, ['pending_item.moved']])
      await subscribe(app(), mine, { topic: { kinds }, channels: [{ kind: 'webhook', endpoint_id }] });
    await happens(app());
    await deliverDue(database.current.worker);
    const [delivery, ...more] = (
      await call(app(), getDeliveries, { actor: mine, query: { state: 'delivered' } })
    ).json(list).items;
    expect(more).toEqual([]);
    const params = { id: delivery?.id ?? '' };
    expect((await call(app(), postReplay, { actor: other, params })).status).toBe(404);
    expect((await call(app(), postReplay, { actor: mine, params })).status).toBe(200);
    expect(codeOf(await call(app(), postReplay, { actor: mine, params }))).toBe('delivery_waits');
    await deliverDue(database.current.worker);
    const sent = receiver.take('/again');
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    const found = (await call(app(), getDelivery, { actor: mine, params })).json(
      z.looseObject({ attempts: z.array(z.looseObject({ status: z.number() })) }),
    );
    expect(found.attempts.map(({ status }) => status)).toEqual([200, 200]);
    await database.current.owner.db
      .updateTable('delivery')
      .set({ state: 'dead' })
      .where('id', '=', params.id)
      .execute();
    const replayed = await call(app(), postReplays, { actor: mine, body: { since: '2020-01-01T00:00:00Z' } });
    expect(JSON.parse(replayed.text)).toEqual({ replayed: 1 });
    expect((await call(app(), postReplays, { actor: mine, body: {} })).status).toBe(422);
  });
});

describe('a feed', () => {
  test('is opened by its token in Atom and iCalendar, by nothing else, and by nothing once it is revoked', async () => {
    const { actor: mine } = await aFirm(database.current.owner);
    await subscribe(app(), mine);
    const slug = await anInstrument(app(), { title: 'Interpretation <4.12>', language: 'en' });
    await aVersion(app(), slug, { valid_from: '2031-09-01' });
    const made = await call(app(), postFeedToken, { actor: mine });
    const { id, token } = made.json(z.looseObject({ id: z.string(), token: z.string() }));
    const url = new URL('http://127.0.0.1:3000/feeds/x/alerts.atom?language=zh-CN');
    const ask = (answer: typeof answerAlertFeed, given: string) =>
      answer({
        ...{ app: app(), token: given, request: new Request(url), url, request_id: 'R-TEST' },
        client_address: '127.0.0.1',
      });
    const atom = await (await ask(answerAlertFeed, token)).text();
    expect(atom).toContain('您订阅了全部内容。');
    expect(atom).toContain('Interpretation &lt;4.12&gt;');
    expect(atom).not.toContain(token);
    expect(await (await ask(answerAlertCalendar, token)).text()).toContain('DTSTART;VALUE=DATE:20310901');
    expect((await ask(answerAlertFeed, token.replace(/.$/, '_'))).status).toBe(404);
    expect((await call(app(), removeFeedToken, { actor: mine, params: { id } })).status).toBe(204);
    expect((await ask(answerAlertFeed, token)).status).toBe(404);
  });
});
