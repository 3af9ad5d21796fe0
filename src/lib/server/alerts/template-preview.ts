import type { TemplateChannel } from '#lib/domain/alerts/template.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import { addressesOf } from '#lib/server/supervisor/address.ts';
import { listAlerts } from './alerts.ts';
import { digestParts } from './compose.ts';
import type { Letter } from './letter.ts';
import { mailOf } from './mail-letter.ts';
import type { Message } from './message.ts';
import { linesOf, titleOf } from './payload.ts';
import { recipientOf, type Who } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';
import type { Template } from './templates.ts';
import { messageOfAlert, sampleMessage } from './test-send.ts';

export type Preview = { subject: string; text: string; html: string | null; is_sample: boolean };

/** A digest is shown with so many of the newest alerts: enough to see its shape. */
const DIGEST_ALERTS = 3;

/** What the text would say of alerts of the reader: the one that is named, else the newest, else a sample. */
export async function previewTemplate(
  app: App,
  { actor, firm }: Who,
  asked: Template & { channel: TemplateChannel; language: Language; alert_id: string | null },
): Promise<({ ok: true } & Preview) | AlertRefusal> {
  const { channel, language, subject, body } = asked;
  const is_digest = channel.endsWith('_digest');
  const newest = await listAlerts(app, { actor, firm }, { limit: is_digest ? DIGEST_ALERTS : 1, language });
  const ids = asked.alert_id === null ? newest.map(({ id }) => id) : [asked.alert_id];
  const messages: Message[] = [];
  for (const alert_id of is_digest ? ids.slice(0, DIGEST_ALERTS) : ids.slice(0, 1)) {
    const message = await messageOfAlert(app, recipientOf(actor, firm).firm_id, { alert_id, language });
    if (!message) return alertRefusal('alert_unknown');
    messages.push(message);
  }
  const is_sample = messages.length === 0;
  if (is_sample) messages.push(sampleMessage(app, language));
  const letter = letterAbout(app, { messages, language, is_digest });
  if (!letter) return alertRefusal('alert_unknown');
  const written = { ...letter, template: { subject, body, firm: firm?.name ?? '' } };
  if (channel === 'robot' || channel === 'robot_digest')
    return { ok: true, subject: titleOf(written), text: linesOf(written).join('\n'), html: null, is_sample };
  const mail = mailOf(written, { to: '', unsubscribe_url: letter.url, from_host: 'localhost' });
  return { ok: true, subject: mail.subject, text: mail.text, html: mail.html ?? null, is_sample };
}

function letterAbout(
  app: App,
  { messages, language, is_digest }: { messages: Message[]; language: Language; is_digest: boolean },
): Omit<Letter, 'template'> | null {
  const [message] = messages;
  if (!message) return null;
  const { title, url, occurred_at: at } = message;
  const single = { id: 'preview', language, title, at, messages, digest: null, url };
  if (!is_digest) return single;
  const period = { mode: 'daily', period_end: app.now(), time_zone: null, count: messages.length };
  return {
    ...single,
    ...digestParts(language, period),
    at: app.now(),
    url: `${addressesOf(app.config).address}/alerts`,
  };
}
