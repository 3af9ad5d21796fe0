import {
  DESCRIPTION_LENGTH_MAX,
  FORMATS,
  isSecretUsable,
  OVERLAP_HOURS_MAX,
} from '#lib/server/alerts/endpoint.ts';
import { OVERLAP_HOURS_DEFAULT, type EndpointInput } from '#lib/server/alerts/endpoints.ts';
import { alertRefusal, type AlertRefusal } from '#lib/server/alerts/refusal.ts';
import { formText } from '#lib/ui/form-text.ts';

/** What the form of a new endpoint says, or why it cannot be used; the address itself is judged where it is kept. */
export function readEndpointForm(form: FormData): { ok: true; input: EndpointInput } | AlertRefusal {
  const format = FORMATS.find((one) => one === formText(form, 'format')) ?? 'standard';
  const secret = formText(form, 'secret') || null;
  const description = formText(form, 'description') || null;
  if (!isSecretUsable(format, secret)) return alertRefusal('secret_unusable', 'secret');
  if ((description?.length ?? 0) > DESCRIPTION_LENGTH_MAX)
    return alertRefusal('description_long', 'description', { max: DESCRIPTION_LENGTH_MAX });
  const is_asymmetric = formText(form, 'is_asymmetric') === 'on' && format === 'standard';
  return { ok: true, input: { url: formText(form, 'url'), format, description, secret, is_asymmetric } };
}

/** Hours typed in either width of digits, held within what a rotation allows. */
export function readOverlapHours(written: string): number {
  const hours = Number(written.normalize('NFKC'));
  if (written === '' || !Number.isFinite(hours)) return OVERLAP_HOURS_DEFAULT;
  return Math.min(Math.max(hours, 0), OVERLAP_HOURS_MAX);
}
