import type { Text } from '#lib/i18n/text.ts';
import type { ToldEvent } from './content.ts';
import type { Message } from './message.ts';

/** What is said of an alert that nobody has acknowledged: it names the alert itself, and leads to it. */
export function escalatedSentences(
  { kind, data, subject_id }: ToldEvent,
  { text, address }: { text: Text; address: string },
): Partial<Message> {
  if (kind !== 'alert.escalated') return {};
  const said = (field: string) => {
    const value = data[field];
    return typeof value === 'string' ? value : '';
  };
  const day = said('valid_from');
  return {
    changed: text('escalation.message.changed', {
      title: said('title'),
      label: said('label'),
    }),
    from: text('alerts.message.in_force', { day }),
    to_do: text('escalation.message.to_do', { day }),
    why: text(
      data.step === 'executive' ? 'escalation.message.why_executive' : 'escalation.message.why_deputy',
    ),
    url: `${address}/alerts?view=all&id=${subject_id ?? ''}`,
  };
}
