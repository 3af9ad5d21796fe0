import type { z } from 'zod';
import type { Text } from '#lib/i18n/text.ts';

const DAYS = /(?:^valid_|_until$|_on$|_from$)/;

/** One sentence for each field that cannot be kept, in the reader's language, by the name of the field. */
export function fieldErrors(error: z.ZodError, text: Text): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) {
    const name = issue.path.join('.');
    errors[name] ??= sentenceOf(issue, name, text);
  }
  return errors;
}

function sentenceOf(issue: z.core.$ZodIssue, name: string, text: Text): string {
  if (DAYS.test(name)) return text('rules.form.day');
  if (name === 'source_url') return text('rules.form.address');
  if (name === 'parameters.slots') return text('rules.form.slots');
  if (name.includes('.offices')) return text('rules.form.offices');
  if (issue.code === 'too_small') return text('rules.form.fill');
  if (issue.code === 'too_big') return text('rules.form.too_much');
  if (issue.code === 'invalid_type') return text('rules.form.number');
  if (issue.code === 'invalid_format') return text('rules.form.word');
  return text('rules.form.invalid');
}
