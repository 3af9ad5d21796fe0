import { columnNames, type Columns } from '#lib/domain/tables/columns.ts';
import { foldName } from '#lib/domain/text/fold.ts';
import { conflictOf, TERM_KINDS, type GlossaryTerm, type TermKind } from './glossary.ts';
import { IntakeCells } from './intake-cells.ts';
import type { IntakeProblem } from './intake-problem.ts';

export type TermInput = {
  kind: TermKind;
  zh: string;
  en: string;
  aliases: string[];
  source: string;
  confirmed: boolean;
};

export const TERM_LENGTH_MAX = 200;
export const TERM_SOURCE_LENGTH_MAX = 300;
export const ALIASES_MAX = 50;

const SYNONYMS = {
  kind: ['type', '类别', '种类'],
  zh: ['chinese', 'zh-CN', '中文'],
  en: ['english', '英文'],
  aliases: ['spellings', 'other spellings', '其他写法', '别名'],
  source: ['来源', '依据'],
  confirmed: ['已确认', '确认'],
} as const satisfies Record<string, readonly string[]>;
export type TermField = keyof typeof SYNONYMS;
export const TERM_COLUMNS = columnNames<TermField>(SYNONYMS, [['zh'], ['en'], ['kind']]);

const KIND_WORDS: ReadonlyMap<string, TermKind> = new Map([
  ...TERM_KINDS.map((kind) => [kind, kind] as const),
  ...['检测项目', '试验', '测试', 'testname'].map((word) => [word, 'test'] as const),
  ...['判定', '结论'].map((word) => [word, 'verdict'] as const),
  ...['单位'].map((word) => [word, 'unit'] as const),
  ...['标题', '表头', '栏目'].map((word) => [word, 'heading'] as const),
]);

export type ReadTermRow = { ok: true; row: TermInput } | { ok: false; problems: IntakeProblem[] };

/** Reads the rows of a glossary; a row is a term with its spellings. */
export function createTermReader(
  columns: Columns<TermField>,
  serial_days: number,
): (cells: readonly string[]) => ReadTermRow {
  return (cells) => {
    const row = new IntakeCells<TermField>(cells, columns, serial_days);
    const word = row.needed('kind', 60);
    const kind = KIND_WORDS.get(foldName(word));
    if (word !== '' && !kind) row.wrong('kind', 'kind_unknown', { value: word });
    const aliases = row.list('aliases', TERM_LENGTH_MAX);
    if (aliases.length > ALIASES_MAX) row.wrong('aliases', 'too_many', { count_max: ALIASES_MAX });
    const input = {
      zh: row.needed('zh', TERM_LENGTH_MAX),
      en: row.needed('en', TERM_LENGTH_MAX),
      aliases: [...new Set(aliases)],
      source: row.needed('source', TERM_SOURCE_LENGTH_MAX),
      confirmed: row.yesNo('confirmed') ?? false,
    };
    if (row.problems.length > 0 || !kind) return { ok: false, problems: row.problems };
    return { ok: true, row: { kind, ...input } };
  };
}

/** What stops a term: a spelling that another of its kind has, so that a line would have two translations. */
export function termProblem(term: GlossaryTerm, others: readonly GlossaryTerm[]): IntakeProblem | null {
  const conflict = conflictOf(term, others);
  if (!conflict) return null;
  const { spelling, other } = conflict;
  return { field: 'aliases', code: 'term_known', params: { value: spelling, zh: other.zh, en: other.en } };
}
