import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { RoleGiver } from './page-rules.ts';

const SENTENCES = {
  firm: 'accounts.request.of_firm',
  operator: 'accounts.request.of_operator',
  either: 'accounts.request.not_allowed',
} as const;

/** Why somebody may not open a page or send its form, and whom to ask for the role. */
export function notAllowedText(giver: RoleGiver, language: Language): string {
  return textsOf(language)(SENTENCES[giver]);
}
