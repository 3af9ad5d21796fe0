import type { Language } from './text.ts';

type Titled = { title: string | null; title_translation: string | null; language: string };

/** The title in the reader's language where there is one, else as it is; with what tells which it is. */
export function titleIn(
  reader: Language,
  { title, title_translation, language }: Titled,
): { shown: string | null; original: string | null } {
  const is_own = language.slice(0, 2) === reader.slice(0, 2);
  const shown = is_own ? title : (title_translation ?? title);
  return { shown, original: shown === title ? null : title };
}
