import { parseClause } from '#lib/domain/text/clauses.ts';
import { parseStandardNo, standardText } from '#lib/domain/text/standard-no.ts';
import { LAB_STATUSES, type LabRecord, type LabScopeLine, type LabSite, type LabStatus } from './lab.ts';

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
 * brackets: `GB 31701-2026: 4.8, 4.11 (only textile parts)`. A line that reads as one of `known` is that one, so
 * that what nobody touched stays as it was, whatever signs it holds. `unreadable` are clauses that are none, and
 * lines that name no standard.
 */
export function readScopeLines(
  text: string,
  known: readonly LabScopeLine[] = [],
): { lines: LabScopeLine[]; unreadable: string[] } {
  const unreadable: string[] = [];
  const by_text = new Map(known.map((line) => [scopeLineText(line), line]));
  const lines = linesOf(text).flatMap((line) => {
    const kept = by_text.get(line);
    if (kept) return [kept];
    return line.split(/[;；]+/).flatMap((part) => readScopeLine(part.trim(), unreadable));
  });
  return { lines, unreadable };
}

function readScopeLine(line: string, unreadable: string[]): LabScopeLine[] {
  if (line === '') return [];
  const parts =
    /^(?<standard>[^:：(（]+)(?:[:：](?<clauses>[^(（]*))?(?:[(（](?<limitation>.*)[)）]\s*)?$/.exec(
      line,
    )?.groups;
  if (!parts?.standard?.trim()) {
    unreadable.push(line);
    return [];
  }
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
}

/** The same scope as it is typed. */
export function scopeText(scope: readonly LabScopeLine[]): string {
  return scope.map(scopeLineText).join('\n');
}

function scopeLineText({ standard, clauses, limitation }: LabScopeLine): string {
  return oneLine(
    `${standard}${clauses ? `: ${clauses.join(', ')}` : ''}${limitation ? ` (${limitation})` : ''}`,
  );
}

/** How a site that is not accredited is marked where sites are typed; both are read in either language. */
const NOT_ACCREDITED = { en: ' (not accredited)', 'zh-CN': '（未认可）' } as const;
const MARK = /\s*[(（]\s*(?:not accredited|unaccredited|未认可|未获认可|不在认可范围)\s*[)）]$/i;

/**
 * Places of work as people type them, one a line with its address behind a colon, and a mark behind one that is
 * not accredited: `Yuyao: 1 Sample Road (not accredited)`. A line that reads as one of `known` is that one. Where
 * no address is given, names may also be parted by `、` or `;`.
 */
export function readSites(text: string, known: readonly LabSite[] = []): LabSite[] {
  const by_text = new Map(
    known.flatMap((site) => [
      [siteText(site, 'en'), site] as const,
      [siteText(site, 'zh-CN'), site] as const,
    ]),
  );
  return linesOf(text).flatMap((line) => {
    const kept = by_text.get(line);
    if (kept) return [kept];
    return line
      .split(/[;；|]+/)
      .flatMap((part) => (/[:：]/.test(part) ? [part] : part.split('、')))
      .flatMap((part) => readSite(part.trim()));
  });
}

function readSite(written: string): LabSite[] {
  const place = written.replace(MARK, '');
  const [name = '', ...rest] = place.split(/[:：]/);
  if (name.trim() === '') return [];
  const address = place.slice(name.length + 1).trim();
  return [
    {
      name: name.trim(),
      address: rest.length > 0 && address !== '' ? address : null,
      is_accredited: place === written,
    },
  ];
}

/** The same sites as they are typed. */
export function sitesText(sites: readonly LabSite[], language: keyof typeof NOT_ACCREDITED): string {
  return sites.map((site) => siteText(site, language)).join('\n');
}

function siteText({ name, address, is_accredited }: LabSite, language: keyof typeof NOT_ACCREDITED): string {
  return oneLine(`${name}${address ? `: ${address}` : ''}${is_accredited ? '' : NOT_ACCREDITED[language]}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function linesOf(text: string): string[] {
  return text
    .split(/[\r\n]+/)
    .map(oneLine)
    .filter((line) => line !== '');
}
