import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Limit, LimitChange } from './diff-limits.ts';
import type { Segment } from './diff-run.ts';
import { diffText, type TextDiff } from './diff-text.ts';
import { diffVersions, type DiffedProvision, type ProvisionDiff } from './diff.ts';
import type { ClauseMapping } from './match-provisions.ts';
import { PROVISION_STATUSES } from './version.ts';

type Case = { name: string; before: string; after: string; expected: string };

/** The cases of a fixture: a name behind the mark, then before, =>, after, ==, and what is expected. */
function casesOf(file: string, mark: string): Case[] {
  const text = readFileSync(new URL(`../../../../tests/fixtures/rules/${file}`, import.meta.url), 'utf8');
  return text
    .split(`\n${mark} `)
    .slice(1)
    .map((part) => {
      const [head = '', expected = ''] = part.split('\n==\n');
      const [name = '', ...lines] = head.split('\n');
      const at = lines.indexOf('=>');
      const [before, after] = [lines.slice(0, at).join('\n'), lines.slice(at + 1).join('\n')];
      return { name, before, after, expected: expected.trim() };
    });
}

function showSegments(segments: readonly Segment[]): string {
  return segments
    .map(({ op, text, is_limit }) => {
      const mark = is_limit ? '!' : '';
      if (op === 'same') return text;
      return op === 'removed' ? `[-${mark}${text}-]` : `[+${mark}${text}+]`;
    })
    .join('');
}

function showLimit(limit: Limit | null): string {
  if (!limit) return 'nothing';
  if (limit.kind === 'date') return `day ${limit.day}`;
  return [limit.comparator, limit.value, limit.unit].filter((part) => part !== null).join(' ');
}

function showChange(change: LimitChange): string {
  const percent = change.change_percent;
  const by =
    percent === null ? '' : ` ${percent > 0 ? '+' : '−'}${Math.abs(Math.round(percent * 10) / 10)} %`;
  const parts = change.changes.length > 0 ? ` (${change.changes.join(', ')})` : '';
  return `limit: ${showLimit(change.before)} → ${showLimit(change.after)}${parts}${by}${change.is_converted ? ' converted' : ''}`;
}

function showText(diff: TextDiff): string {
  const blocks = diff.blocks.flatMap((block) =>
    block.kind === 'text'
      ? [showSegments(block.segments)]
      : block.rows.map((row) => `row ${row.op}: ${row.cells.map(showSegments).join(' | ')}`),
  );
  return [...blocks, ...diff.limits.map(showChange)].join('\n');
}

const TEXTS = casesOf('clause-pairs.txt', '#');

describe('pairs of clauses', () => {
  it('are at least forty', () => {
    expect(TEXTS.length).toBeGreaterThanOrEqual(40);
  });

  it.each(TEXTS)('$name', ({ before, after, expected }) => {
    expect(showText(diffText(before, after))).toBe(expected);
  });
});

function provisionOf(line: string): DiffedProvision {
  const [path = '', title = '', text = '', status, title_translation] = line.split(' | ');
  return {
    path,
    title,
    text: text.replaceAll('¶', '\n'),
    title_translation: title_translation ?? null,
    translation: null,
    status: PROVISION_STATUSES.find((known) => known === status?.trim()) ?? null,
  };
}

function showProvision(diff: ProvisionDiff<DiffedProvision>): string[] {
  const paths = [...new Set([diff.before?.path, diff.after?.path].filter((path) => path !== undefined))];
  const change = `${diff.change}${diff.change === 'moved' && diff.is_changed ? ' and changed' : ''}`;
  const { before, after } = diff.status;
  return [
    `${paths.join(' → ')} ${change}${diff.is_mapped ? ' (mapped)' : ''}`,
    ...(before !== after && diff.before && diff.after
      ? [`  status ${before ?? 'none'} → ${after ?? 'none'}`]
      : []),
    ...diff.text.limits.map(
      (limit) => `  limit ${limit.before?.text ?? 'nothing'} → ${limit.after?.text ?? 'nothing'}`,
    ),
    ...(diff.title_translation.some(({ op }) => op !== 'same')
      ? [`  title in translation: ${showSegments(diff.title_translation)}`]
      : []),
  ];
}

describe('pairs of versions', () => {
  it.each(casesOf('version-pairs.txt', '##'))('$name', ({ before, after, expected }) => {
    const lines = before.split('\n');
    const mapping: ClauseMapping = lines
      .filter((line) => line.startsWith('!map '))
      .map((line) => {
        const [from = '', to = ''] = line.slice(5).split(' -> ');
        return { before: from === 'none' ? null : from, after: to === 'none' ? null : to };
      });
    const diff = diffVersions(
      lines.filter((line) => !line.startsWith('!')).map(provisionOf),
      after.split('\n').map(provisionOf),
      { is_one_instrument: !lines.includes('!replaced'), mapping },
    );
    const unmapped = (['before', 'after'] as const).flatMap((side) =>
      diff.unmapped[side].length > 0 ? [`unmapped ${side}: ${diff.unmapped[side].join(', ')}`] : [],
    );
    expect([...diff.provisions.flatMap(showProvision), ...unmapped].join('\n')).toBe(expected);
  });
});
