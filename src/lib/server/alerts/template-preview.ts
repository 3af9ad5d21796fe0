import type { TemplateChannel } from '#lib/domain/alerts/template.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import { listAlerts } from './alerts.ts';
import type { Letter } from './letter.ts';
import { mailOf } from './mail-letter.ts';
import { recipientOf, type Who } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';
import type { Template } from './templates.ts';
import { messageOfAlert, sampleMessage } from './test-send.ts';
import { wordedOf } from './worded.ts';

export type Preview = { subject: string; text: string; is_sample: boolean };

/** What the text would say of an alert of the reader: the one that is named, else the newest, else a sample. */
export async function previewTemplate(
  app: App,
  { actor, firm }: Who,
  asked: Template & { channel: TemplateChannel; language: Language; alert_id: string | null },
): Promise<({ ok: true } & Preview) | AlertRefusal> {
  const { channel, language, subject, body } = asked;
  const [newest] = await listAlerts(app, { actor, firm }, { limit: 1, language });
  const alert_id = asked.alert_id ?? newest?.id ?? null;
  const { firm_id } = recipientOf(actor, firm);
  const message =
    alert_id === null
      ? sampleMessage(app, language)
      : await messageOfAlert(app, firm_id, { alert_id, language });
  if (!message) return alertRefusal('alert_unknown');
  const letter: Letter = {
    id: 'preview',
    language,
    title: message.title,
    at: message.occurred_at,
    messages: [message],
    digest: null,
    url: message.url,
    template: { subject, body, firm: firm?.name ?? '' },
  };
  const is_sample = alert_id === null;
  if (channel === 'robot') {
    const worded = wordedOf(letter);
    return { ok: true, subject: worded?.title ?? '', text: worded?.lines.join('\n') ?? '', is_sample };
  }
  const mail = mailOf(letter, { to: '', unsubscribe_url: message.url, from_host: 'localhost' });
  return { ok: true, subject: mail.subject, text: mail.text, is_sample };
}
