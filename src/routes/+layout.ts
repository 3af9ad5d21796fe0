import { formats } from '#lib/i18n/format.ts';
import { translator, type Dictionary, type Language } from '#lib/i18n/text.ts';
import type { LayoutLoad } from './$types';

// Pages are HTML and forms. Those that need more than `shell.js` say so with `csr = true` beside them.
export const csr = false;

// One chunk a language: a visitor loads the dictionary that is read, and never the other.
const DICTIONARIES: Record<Language, () => Promise<Dictionary>> = {
  en: async () => (await import('#lib/i18n/en.ts')).en,
  'zh-CN': async () => (await import('#lib/i18n/zh-CN.ts')).zh_cn,
};

export const load: LayoutLoad = async ({ data }) => ({
  ...data,
  view: {
    language: data.language,
    text: translator(data.language, await DICTIONARIES[data.language]()),
    format: formats(data.language, data.this_year),
  },
});
