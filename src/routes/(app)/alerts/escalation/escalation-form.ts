import {
  ESCALATION_DAYS_MAX,
  PATIENCE_HOURS_MAX,
  type Escalation,
} from '#lib/server/alerts/escalation-setting.ts';
import { formText } from '#lib/ui/form-text.ts';

/** The days as they were typed, full-width digits too; null when one of them is no such number. */
export function readEscalationForm(form: FormData): Escalation | null {
  const number = (name: string, max: number) => {
    const written = formText(form, name).normalize('NFKC').trim();
    if (written === '') return null;
    return /^\d{1,4}$/.test(written) && Number(written) <= max ? Number(written) : undefined;
  };
  const deputy_days = number('deputy_days', ESCALATION_DAYS_MAX);
  const executive_days = number('executive_days', ESCALATION_DAYS_MAX);
  const patience_hours = number('patience_hours', PATIENCE_HOURS_MAX);
  if (deputy_days === undefined || executive_days === undefined || typeof patience_hours !== 'number')
    return null;
  return { deputy_id: formText(form, 'deputy_id') || null, deputy_days, executive_days, patience_hours };
}
