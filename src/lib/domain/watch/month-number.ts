/** Three letters are enough in every language that feeds were seen in; longer ones where three are not. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'janv', 'gen', 'ιαν', 'янв', 'ocak'],
  ['feb', 'fev', 'fév', 'φεβ', 'фев', 'şub'],
  ['mar', 'μάώ', 'μαώ', 'mär', 'mrt', 'maart', 'μάρ', 'μαρ', 'мар', 'márc'],
  ['apr', 'abr', 'avr', 'ápr', 'απρ', 'апр', 'nis'],
  ['may', 'mai', 'maj', 'mei', 'mag', 'máj', 'máu', 'maí', 'μάι', 'μαϊ', 'μαι', 'май', 'мая'],
  ['jun', 'juin', 'jún', 'giu', 'ιούν', 'ιον', 'ιουν', 'июн', 'haz'],
  ['jul', 'juil', 'júl', 'lug', 'ιούλ', 'ιολ', 'ιουλ', 'июл', 'tem'],
  ['aug', 'ago', 'aoû', 'aou', 'août', 'αύγ', 'αυγ', 'авг', 'ağu'],
  ['sep', 'set', 'szept', 'σεπ', 'сен'],
  ['oct', 'okt', 'out', 'ott', 'οκτ', 'окт', 'eki'],
  ['nov', 'νοέ', 'νοε', 'ноя', 'kas'],
  ['dec', 'dez', 'déc', 'dic', 'δεκ', 'дек', 'ara'],
];

const CHINESE_MONTHS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];

/** The number of a month that is written in one of the languages that feeds were seen in; null for another word. */
export function monthNumber(written: string): number | null {
  const word = written.toLowerCase();
  if (word.endsWith('月'))
    return CHINESE_MONTHS.indexOf(word.slice(0, -1)) + 1 || Number(word.slice(0, -1)) || null;
  let found: { month: number; length: number } | null = null;
  for (const [index, names] of MONTHS.entries())
    for (const name of names)
      if (word.startsWith(name) && (!found || name.length > found.length))
        found = { month: index + 1, length: name.length };
  return found?.month ?? null;
}
