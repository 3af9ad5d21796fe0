import { parseClause } from '#lib/domain/text/clauses.ts';
import { parseStandardNo, standardText } from '#lib/domain/text/standard-no.ts';
import { LAB_STATUSES, type LabRecord, type LabScopeLine, type LabStatus } from './lab.ts';

/** What the operator records about a laboratory. */
export type LabInput = Omit<LabRecord, 'id' | 'recorded_at'>;

const STATUS_WORDS: Readonly<Record<string, LabStatus>> = {
  已核实: 'verified',
  有效: 'verified',
  valid: 'verified',
  未核实: 'unverified',
  暂停: 'suspended',
  撤销: 'withdrawn',
  注销: 'withdrawn',
  revoked: 'withdrawn',
  过期: 'expired',
  已过期: 'expired',
};

/** The status that a word names in English or Chinese; null for another word. */
export function readLabStatus(written: string): LabStatus | null {
  const word = written.normalize('NFKC').trim().toLowerCase();
  return LAB_STATUSES.find((status) => status === word) ?? STATUS_WORDS[word] ?? null;
}

/** One number of a standard as it is stored; a text that is none stays as it was written. */
export function standardAsStored(written: string): string {
  const standard = parseStandardNo(written);
  return standard ? standardText(standard) : written.normalize('NFKC').trim();
}

/**
 * Accredited scope as people type it, a standard a line with its clauses behind a colon and a limitation in
 * brackets: `GB 31701-2026: 4.8, 4.11 (only textile parts)`. `unreadable` are clauses that are none.
 */
export function readScopeLines(text: string): { lines: LabScopeLine[]; unreadable: string[] } {
  const unreadable: string[] = [];
  const lines = text.split(/[\n;；]+/).flatMap((line) => {
    const parts =
      /^(?<standard>[^:：(（]+)(?:[:：](?<clauses>[^(（]*))?(?:[(（](?<limitation>.*)[)）]\s*)?$/.exec(
        line.trim(),
      )?.groups;
    if (!parts?.standard?.trim()) return [];
    const clauses = (parts.clauses ?? '').split(/[,，、\s]+/).flatMap((written) => {
      if (written.trim() === '') return [];
      const path = parseClause(written);
      if (path === null) unreadable.push(written);
      return path === null ? [] : [path];
    });
    return [
      {
        standard: standardAsStored(parts.standard),
        clauses: clauses.length > 0 ? clauses : null,
        limitation: parts.limitation?.trim() || null,
      },
    ];
  });
  return { lines, unreadable };
}

/** The same scope as it is typed. */
export function scopeText(scope: readonly LabScopeLine[]): string {
  return scope
    .map(
      ({ standard, clauses, limitation }) =>
        `${standard}${clauses ? `: ${clauses.join(', ')}` : ''}${limitation ? ` (${limitation})` : ''}`,
    )
    .join('\n');
}
