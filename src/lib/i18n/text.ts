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

/** The language to answer in: of those the header accepts and we have, the most wanted; else English. */
export function negotiateLanguage(accept_language: string | null): Language {
  const wanted = (accept_language ?? '').toLowerCase().split(',').map(readRange);
  // Sorting is stable: of equally wanted languages the first one counts.
  const [best] = wanted.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  return best?.language ?? 'en';
}

/** One part of Accept-Language (`zh-CN;q=0.9`); a language that we lack, or a broken weight, weighs nothing. */
function readRange(part: string): { language: Language; weight: number } {
  const [, tag, weight = '1'] = /^\s*([a-z]+)[a-z0-9-]*\s*(?:;\s*q\s*=\s*(\S+)\s*)?$/.exec(part) ?? [];
  const language = tag === 'zh' ? 'zh-CN' : 'en';
  return { language, weight: tag === 'zh' || tag === 'en' ? Number(weight) || 0 : 0 };
}
