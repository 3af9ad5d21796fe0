import { TEMPLATE_CHANNELS, type TemplateChannel } from '#lib/domain/alerts/template.ts';
import { LANGUAGES, type Language } from '#lib/i18n/text.ts';

export type TemplateQuery = { channel: TemplateChannel; language: Language };

/** Which text is open; without a word of it, mail in the reader's language. */
export function readTemplateQuery(
  given: { get: (name: string) => unknown },
  language: Language,
): TemplateQuery {
  return {
    channel: TEMPLATE_CHANNELS.find((one) => one === given.get('channel')) ?? 'email',
    language: LANGUAGES.find((one) => one === given.get('language')) ?? language,
  };
}
