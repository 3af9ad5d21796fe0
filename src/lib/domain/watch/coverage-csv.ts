import type { Coverage } from './coverage.ts';

/** The ledger of a source as CSV: each stretch of time with its state, then notes as `#` comments. */
export function coverageCsv(
  source: { name: string; url: string; ended_at?: Date | null },
  coverage: Coverage & { addresses?: readonly { from_at: Date; url: string }[] },
): string {
  const rows: [Date, Date, string][] = [];
  let at = coverage.from_at;
  for (const { from_at, to_at, reason } of coverage.gaps) {
    if (from_at > at) rows.push([at, from_at, 'watched']);
    rows.push([from_at, to_at, reason]);
    at = to_at;
  }
  if (coverage.to_at > at) rows.push([at, coverage.to_at, 'watched']);
  const lines = rows.map(([from, to, state]) => `${from.toISOString()},${to.toISOString()},${state}`);
  const notes = [
    `# source: ${oneLine(source.name)}`,
    `# address: ${oneLine(source.url)}`,
    ...(source.ended_at ? [`# watched until: ${source.ended_at.toISOString()}`] : []),
    `# watched: ${coverage.watched_seconds} s, ${(coverage.share * 100).toFixed(2)} %`,
    ...(coverage.addresses ?? []).map(
      ({ from_at, url }) => `# watched from ${from_at.toISOString()} at: ${oneLine(url)}`,
    ),
    ...coverage.imports.map((import_at) => `# brought in by a person: ${import_at.toISOString()}`),
  ];
  return ['from,to,state', ...lines, ...notes, ''].join('\r\n');
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
