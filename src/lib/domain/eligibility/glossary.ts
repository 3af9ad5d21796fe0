import { foldForMatch } from '#lib/domain/text/script.ts';

/** What a term names: a test, a verdict on one, a unit, or the heading of a field or column of a report. */
export const TERM_KINDS = ['test', 'verdict', 'unit', 'heading'] as const;
export type TermKind = (typeof TERM_KINDS)[number];
export type GlossaryLanguage = 'en' | 'zh';

export type GlossaryTerm = {
  kind: TermKind;
  zh: string;
  en: string;
  /** Other spellings in either language; those with a Chinese character are Chinese. */
  aliases: readonly string[];
};

/** What a spelling means in the other language, by the kind of term that it is. */
export type Meaning = { kind: TermKind; translation: string };
type Spelling = { folded: string; meanings: readonly Meaning[] };

/** A glossary made ready: for each language translated to, the spellings by their first character, the longest first. */
export type Glossary = Readonly<Record<GlossaryLanguage, ReadonlyMap<string, readonly Spelling[]>>>;

/** Makes a glossary ready for lines. Terms are compared folded: width, case, script, dashes and blanks do not matter. */
export function compileGlossary(terms: readonly GlossaryTerm[]): Glossary {
  return { en: spellings(terms, 'en'), zh: spellings(terms, 'zh') };
}

function spellings(terms: readonly GlossaryTerm[], to: GlossaryLanguage): ReadonlyMap<string, Spelling[]> {
  const meanings = new Map<string, Meaning[]>();
  for (const term of terms) {
    const translation = term[to];
    for (const written of writtenIn(term, to === 'en' ? 'zh' : 'en')) {
      const known = meanings.get(written) ?? [];
      if (!known.some((one) => one.kind === term.kind && one.translation === translation))
        known.push({ kind: term.kind, translation });
      meanings.set(written, known);
    }
  }
  const by_first = new Map<string, Spelling[]>();
  for (const [folded, found] of meanings) {
    const first = folded.charAt(0);
    by_first.set(first, [...(by_first.get(first) ?? []), { folded, meanings: found }]);
  }
  for (const list of by_first.values()) list.sort((a, b) => b.folded.length - a.folded.length);
  return by_first;
}

/** The folded spellings of a term in one language, each once. */
export function writtenIn(term: GlossaryTerm, language: GlossaryLanguage): Set<string> {
  const own = term.aliases.filter((alias) => isChinese(alias) === (language === 'zh'));
  return new Set([term[language], ...own].map(spellingKey).filter((key) => key !== ''));
}

export function spellingKey(written: string): string {
  return foldForMatch(written).trim();
}

export function isChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}

/**
 * A spelling of `term` that another term of its kind has already, with that term: the two would make each other's
 * translation a guess. Null when there is none.
 */
export function conflictOf<T extends GlossaryTerm>(
  term: GlossaryTerm,
  others: readonly T[],
): { spelling: string; other: T } | null {
  const own = new Set([...writtenIn(term, 'zh'), ...writtenIn(term, 'en')]);
  for (const other of others) {
    if (other.kind !== term.kind) continue;
    for (const language of ['zh', 'en'] as const)
      for (const spelling of writtenIn(other, language)) if (own.has(spelling)) return { spelling, other };
  }
  return null;
}
