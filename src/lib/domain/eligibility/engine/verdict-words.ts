import { foldName } from '#lib/domain/text/fold.ts';

/** What a laboratory says of one test. `not_applicable` is no pass: the rule asks for all requirements. */
export type ItemVerdict = 'pass' | 'fail' | 'not_applicable' | 'unreadable';

/** Folded, without blanks and punctuation: `N/A` is `na`, `不 合格` is `不合格`. */
const WORDS: ReadonlyMap<string, ItemVerdict> = new Map([
  ...['pass', 'passed', 'passes', 'p', 'ok', '合格', '符合', '通过', '通過', '满足', '達標', '达标'].map(
    (word) => [word, 'pass'] as const,
  ),
  ...[
    'conform',
    'conforms',
    'conforming',
    'conformity',
    'comply',
    'complies',
    'compliant',
    'satisfactory',
    'meets',
  ].map((word) => [word, 'pass'] as const),
  ...['符合要求', '单项合格', '判定合格', '√', '✓'].map((word) => [word, 'pass'] as const),
  ...[
    'fail',
    'failed',
    'fails',
    'f',
    '不合格',
    '不符合',
    '不通过',
    '不通過',
    '未通过',
    '不达标',
    '不符合要求',
  ].map((word) => [word, 'fail'] as const),
  ...[
    'nonconforming',
    'nonconformity',
    'doesnotconform',
    'doesnotcomply',
    'noncompliant',
    'notpassed',
    '×',
    '✗',
  ].map((word) => [word, 'fail'] as const),
  ...[
    'na',
    'notapplicable',
    '不适用',
    '不適用',
    '未检',
    '未检测',
    '未测',
    'nottested',
    'nt',
    'notrequested',
  ].map((word) => [word, 'not_applicable'] as const),
]);

/**
 * Reads a verdict in either language, or in both where they say the same (`N/A 不适用`, `PASS 合格`). A stroke
 * alone (`/`, `-`) is the usual sign of "does not apply".
 */
export function readVerdict(written: string): ItemVerdict {
  const word = foldName(written);
  if (word === '') return written.trim() === '' ? 'unreadable' : 'not_applicable';
  const [first, ...others] = (word.match(ONE_SCRIPT) ?? []).map((part) => WORDS.get(part) ?? 'unreadable');
  return WORDS.get(word) ?? (first && others.every((other) => other === first) ? first : 'unreadable');
}

const ONE_SCRIPT = /\p{Script=Han}+|\P{Script=Han}+/gu;
