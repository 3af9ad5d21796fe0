import { isDay } from '#lib/domain/text/calendar-day.ts';
import { ALERT_STATES, type AlertChange } from '#lib/server/alerts/alerts.ts';
import { formText } from '#lib/ui/form-text.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';

/** As many as the inbox shows at once. */
const IDS_MAX = 100;
const NOTE_LENGTH_MAX = 4_000;

/** The alerts that were ticked, or the one that is open. */
export function readAlertIds(form: FormData): string[] {
  const written = form.getAll('id').flatMap((one) => (typeof one === 'string' && isUuid(one) ? [one] : []));
  return [...new Set(written)].slice(0, IDS_MAX);
}

/**
 * What is to change. A field that the form lacks stays as it is; `owner_id` says `nobody` where an owner is
 * taken off, and nothing where the owner stays. One field for both: why it does not apply, or what a
 * colleague should know.
 */
export function readAlertChange(form: FormData): AlertChange {
  const state = ALERT_STATES.find((one) => one === formText(form, 'state'));
  const owner = formText(form, 'owner_id');
  const day = formText(form, 'due_on');
  const note = formText(form, 'note').slice(0, NOTE_LENGTH_MAX);
  return {
    state,
    ...(owner === 'nobody' ? { owner_id: null } : isUuid(owner) ? { owner_id: owner } : {}),
    ...(form.has('due_on') ? { due_on: isDay(day) ? day : null } : {}),
    ...(state === 'excluded' ? { reason: note } : note === '' ? {} : { comment: note }),
  };
}
