import type { Baseline } from '#lib/domain/clearance/overview.ts';
import type { Language } from './text.ts';

export type BaselineWords = {
  population: string;
  source_title: string;
  derivation: string | null;
  note: string | null;
};

/** What is said of a baseline, in the reader's language where it was written in it, else in the other. */
export function baselineWords(baseline: Baseline, language: Language): BaselineWords {
  const { population, source_title, derivation, note } = baseline;
  const { population_zh, source_title_zh, derivation_zh, note_zh } = baseline;
  return language === 'zh-CN'
    ? {
        population: population_zh ?? population,
        source_title: source_title_zh ?? source_title,
        derivation: derivation_zh ?? derivation,
        note: note_zh ?? note,
      }
    : { population, source_title, derivation: derivation ?? derivation_zh, note: note ?? note_zh };
}
