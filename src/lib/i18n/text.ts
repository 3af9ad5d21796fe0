import type { en } from './en.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];
export type TextKey = keyof typeof en;
export type Dictionary = Record<TextKey, string>;
export type TextParams = Record<string, string | number>;
export type Text = (key: TextKey, params?: TextParams) => string;

/**
 * A function that says a text in one language. `{name}` is replaced by the parameter, a number in the
 * language's own notation; `{n|record|records}` chooses by the English plural of `n`.
 */
export function translator(language: Language, dictionary: Dictionary): Text {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 20 });
  const plurals = new Intl.PluralRules(language);
  const show = (value: string | number) => (typeof value === 'number' ? numbers.format(value) : value);
  return (key, params = {}) =>
    dictionary[key].replace(
      /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
      (whole, name: string, one?: string, other?: string) => {
        const value = params[name];
        if (value === undefined) return whole;
        if (one === undefined || other === undefined) return show(value);
        return plurals.select(Number(value)) === 'one' ? one : other;
      },
    );
}

/** The language to answer in: the first of the header's languages that we have, else English. */
export function negotiateLanguage(accept_language: string | null): Language {
  for (const part of (accept_language ?? '').toLowerCase().split(',')) {
    const tag = part.split(';')[0]?.trim() ?? '';
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}
