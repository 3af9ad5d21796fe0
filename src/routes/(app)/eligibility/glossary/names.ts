import type { TermKind } from '#lib/domain/eligibility/glossary.ts';
import type { TextKey } from '#lib/i18n/text.ts';

export const KIND_NAMES = {
  test: 'glossary.kind.test',
  verdict: 'glossary.kind.verdict',
  unit: 'glossary.kind.unit',
  heading: 'glossary.kind.heading',
} satisfies Record<TermKind, TextKey>;
