import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMailer } from '#lib/server/mail/mailer.ts';
import { useMailServer } from '../support/mail-server.ts';

const server = useMailServer();
let mailer: ReturnType<typeof createMailer>;

beforeAll(() => {
  mailer = createMailer({ smtp_url: server.url, mail_from: 'Greenlane <greenlane@example.org>' });
});
afterAll(() => mailer.close());

test('sends a mail in Chinese, from the sender that was set', async () => {
  const sent = await mailer.send({ to: 'li@example.org', subject: '婴儿床', text: '第4.12条' });
  expect(sent).toEqual({ ok: true });
  const mail = server.take('li@example.org');
  expect(mail.from).toBe('greenlane@example.org');
  expect(mail.subject).toBe('婴儿床');
  expect(mail.text).toContain('第4.12条');
});

test('puts no header in that a name or a subject brings along', async () => {
  await mailer.send({ to: 'wu@example.org', subject: 'Hello\r\nBcc: spy@example.org', text: 'x' });
  const mail = server.take('wu@example.org');
  expect(mail.subject).toBe('Hello Bcc: spy@example.org');
  expect(mail.recipients).toEqual(['wu@example.org']);
});

test('says whether a refusal is for good', async () => {
  expect(await mailer.send({ to: 'refused@example.org', subject: 'x', text: 'x' })).toMatchObject({
    ok: false,
    is_retryable: false,
  });
  expect(await mailer.send({ to: 'later@example.org', subject: 'x', text: 'x' })).toMatchObject({
    ok: false,
    is_retryable: true,
  });
});

test('says that there is no mail server', async () => {
  const none = createMailer({ smtp_url: null, mail_from: 'x@example.org' });
  expect(none.is_configured).toBe(false);
  expect(await none.send({ to: 'a@example.org', subject: 'x', text: 'x' })).toMatchObject({ ok: false });
});
