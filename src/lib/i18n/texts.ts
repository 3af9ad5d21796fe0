import { en } from './en.ts';
import { translator, type Language, type Text } from './text.ts';
import { zh_cn } from './zh-CN.ts';

const TRANSLATORS: Record<Language, Text> = { en: translator('en', en), 'zh-CN': translator('zh-CN', zh_cn) };

/** All texts of a language, for the server and the command line; pages get theirs from the root layout. */
export function textsOf(language: Language): Text {
  return TRANSLATORS[language];
}
