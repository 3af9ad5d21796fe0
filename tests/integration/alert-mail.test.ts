import { sql } from 'kysely';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { closePeriods } from '#lib/server/alerts/digests.ts';
import { describeUnsubscribe, stopMail } from '#lib/server/alerts/unsubscribe.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, aPerson, happens, subscribe } from '../support/alerts.ts';
import { useDatabase } from '../support/database.ts';
import { anInstrument, aVersion } from '../support/rules.ts';
import { freePort } from '../support/start.ts';

const port = await freePort();
const received: (ParsedMail & { recipients: string[] })[] = [];
/** Answers to a recipient, the next one first; then everybody is taken. */
let refusals: number[] = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: (_address, _session, done) => {
    const code = refusals.shift();
    done(code ? Object.assign(new Error('mailbox trouble'), { responseCode: code }) : null);
  },
  onData: (stream, session, done) => {
    const recipients = session.envelope.rcptTo.map(({ address }) => address);
    simpleParser(stream).then(
      (mail) => {
        received.push({ ...mail, recipients });
        done();
      },
      (cause: Error) => done(cause),
    );
  },
});
beforeAll(() => new Promise<void>((listening) => server.listen(port, '127.0.0.1', () => listening())));
afterAll(() => new Promise<void>((closed) => server.close(() => closed())));

const database = useDatabase({
  DATA_DIR: useDataDir(),
  SMTP_URL: `smtp://127.0.0.1:${port}`,
  MAIL_FROM: 'Greenlane <alerts@example.org>',
  ORIGIN: 'https://greenlane.example.org',
});
const deliver = (now = new Date()) =>
  deliverDue(database.current.worker, { clock: async () => now, random: () => 0.5 });
beforeEach(async () => {
  await sql`truncate subscription, delivery, digest_entry cascade`.execute(database.current.owner.db);
  received.length = 0;
  refusals = [];
});

function header(mail: ParsedMail | undefined, name: string): string {
  return mail?.headerLines.find(({ key }) => key === name)?.line ?? '';
}

test('says what changed word by word, from when, what to do and why, in the language of the subscription', async () => {
  const { app, owner } = database.current;
  const { firm } = await aFirm(owner);
  const li = await aPerson(owner, firm);
  const slug = await anInstrument(app, { title: '儿童用品安全' });
  await aVersion(app, slug, { provisions: [{ path: '4.12', text: '扭矩不应大于 20 N·cm。' }] });
  const topic = { instruments: [slug], provisions: ['4.12'] };
  await subscribe(app, li, { topic, channels: [{ kind: 'email' }], language: 'zh-CN' });
  const provisions = [{ path: '4.12', text: '扭矩不应大于 15 N·cm。' }];
  await aVersion(app, slug, { label: '2.0', valid_from: '2031-09-01', provisions });
  expect(await deliver()).toMatchObject({ delivered: 1 });
  const [mail] = received;
  expect(mail?.recipients).toEqual([li.email]);
  expect(mail?.subject).toBe('儿童用品安全：2.0已发布');
  expect(mail?.text).toContain('[-20 N·cm-]{+15 N·cm+}');
  expect(mail?.text).toContain('自2031-09-01起施行');
  expect(mail?.text).toContain('您订阅了条款4.12、“儿童用品安全”。');
  const html = mail?.html || '';
  expect(html).toMatch(/<del style="[^"]+"><strong>20 N·cm<\/strong><\/del>/);
  expect(html).toMatch(/<ins style="[^"]+"><strong>15 N·cm<\/strong><\/ins>/);
  expect(html).not.toMatch(/<(script|img|link|style)\b/);
  expect(header(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
});

test('goes to the owners and managers of a firm whose key subscribed, to each once, and to nobody else', async () => {
  const { app, owner } = database.current;
  const { firm, actor } = await aFirm(owner);
  const boss = await aPerson(owner, firm, 'owner');
  const manager = await aPerson(owner, firm, 'compliance_manager');
  await aPerson(owner, firm, 'executive');
  await subscribe(app, actor, { channels: [{ kind: 'email' }] });
  await subscribe(app, manager, { channels: [{ kind: 'email' }] });
  await happens(app);
  await deliver();
  expect(received.flatMap(({ recipients }) => recipients).sort()).toEqual([boss.email, manager.email].sort());
});

test('stops for good with one click, and never reaches who has left the firm', async () => {
  const { app, owner } = database.current;
  const { firm } = await aFirm(owner);
  const [li, wu] = [await aPerson(owner, firm), await aPerson(owner, firm)];
  for (const person of [li, wu]) await subscribe(app, person, { channels: [{ kind: 'email' }] });
  await happens(app);
  await deliver();
  const mail = received.find(({ recipients }) => recipients.includes(li.email));
  const [, token = ''] =
    /<https:\/\/greenlane\.example\.org\/unsubscribe\/([^>]+)>/.exec(header(mail, 'list-unsubscribe')) ?? [];
  const found = await describeUnsubscribe(app, token);
  expect(found).toMatchObject({ who: li.email, firm: firm.name });
  expect(
    await describeUnsubscribe(
      app,
      token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ),
  ).toBeNull();
  if (found) await stopMail(app, found.recipient);
  await owner.db.deleteFrom('auth.member').where('user_id', '=', wu.id).execute();
  received.length = 0;
  await happens(app);
  await deliver();
  expect(received).toEqual([]);
});

test('keeps its Message-ID over retries, and a refusal for good is a dead letter that is recorded and told', async () => {
  const { app, owner } = database.current;
  const { firm } = await aFirm(owner);
  const li = await aPerson(owner, firm);
  await subscribe(app, li, { channels: [{ kind: 'email' }] });
  refusals = [451];
  await happens(app);
  expect(await deliver()).toMatchObject({ failed: 1 });
  expect(await deliver(new Date(Date.now() + 6_000))).toMatchObject({ delivered: 1 });
  const { rows: sent } = await sql<{ id: string }>`select id from delivery where user_id = ${li.id}`.execute(
    owner.db,
  );
  expect(received.map(({ messageId }) => messageId)).toEqual([`<msg_${sent[0]?.id}@example.org>`]);
  refusals = [550];
  await happens(app);
  expect(await deliver()).toMatchObject({ dead: 1 });
  const { rows } = await sql<{ problem: string; detail: string }>`
    select t.problem, t.detail from delivery_attempt t join delivery d on d.id = t.delivery_id
    where d.state = 'dead' and d.user_id = ${li.id}`.execute(owner.db);
  expect(rows.map(({ problem }) => problem)).toEqual(['mail_refused']);
  expect(rows[0]?.detail).toContain('mailbox trouble');
  const { rows: told } = await sql`
    select from alert a join event e on e.id = a.event_id where e.kind = 'endpoint.failing' and a.firm_id = ${firm.id} and a.in_inbox`.execute(
    owner.db,
  );
  expect(told).toHaveLength(1);
});

test('is one digest for 500 changes in an hour, at the end of the hour, and none without changes', async () => {
  const { app, owner, worker } = database.current;
  const { firm } = await aFirm(owner);
  const li = await aPerson(owner, firm);
  await subscribe(app, li, { channels: [{ kind: 'email' }], mode: 'hourly' });
  await subscribe(app, li, { channels: [{ kind: 'email' }], mode: 'daily' });
  for (let count = 0; count < 500; count += 1)
    await happens(app, { data: { title: `Notice ${count}`, to_state: 'issued' } });
  const { rows } = await sql<{
    period_end: Date;
  }>`select max(period_end) as period_end from digest_entry`.execute(owner.db);
  const end = rows[0]?.period_end ?? new Date(0);
  expect(end.getTime() % 3_600_000).toBe(0);
  expect(await closePeriods(worker, new Date(end.getTime() - 3_600_001))).toMatchObject({ digests: 0 });
  const after = new Date(end.getTime() + 1);
  await closePeriods(worker, after);
  expect(await closePeriods(worker, after)).toEqual({ digests: 0, entries: 0 });
  await deliver(new Date(end.getTime() + 60_000));
  expect(received).toHaveLength(1);
  expect(received[0]?.subject).toMatch(/^500 changes until /);
  expect(received[0]?.text).toContain('And 300 more in your alerts');
});

test('waits for the end of quiet hours in the time zone of the firm', async () => {
  const { app, owner } = database.current;
  const { firm } = await aFirm(owner);
  const li = await aPerson(owner, firm);
  // Quiet around the clock but for one minute that is not now.
  const local = new Date(Date.now() + 8 * 3_600_000);
  const minute = (offset: number) => new Date(local.getTime() + offset * 60_000).toISOString().slice(11, 16);
  const quiet_hours = { from: minute(-60), to: minute(120) };
  await subscribe(app, li, { channels: [{ kind: 'email' }], quiet_hours });
  await happens(app);
  expect((await deliver()).claimed).toBe(0);
  expect((await deliver(new Date(Date.now() + 121 * 60_000))).delivered).toBe(1);
});
