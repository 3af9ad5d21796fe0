import { readAnnexLines, proposeMapping, type AnnexLine } from '#lib/domain/rules/annex.ts';
import type { Slot } from '#lib/domain/rules/parameters.ts';
import type { RelationKind } from '#lib/domain/rules/version.ts';

export const RELATION_PARTS = ['kind', 'to', 'paths', 'note'] as const;
export type RelationValues = Record<(typeof RELATION_PARTS)[number], string>;
export const ANNEX_PARTS = ['title', 'clause', 'slot'] as const;
export type AnnexValues = Record<(typeof ANNEX_PARTS)[number], string> & { confirmed: boolean };

/** What stands beside the clauses of a draft, as it was typed. */
export type PartValues = {
  relations: RelationValues[];
  annex: AnnexValues[];
  /** The list of tests as it was pasted, until it is read into lines. */
  annex_text: string;
  topics: string;
};

/** Rows without content at the end of a table, to be filled in. */
export const ROWS_SPARE = 2;
const RELATIONS_MAX = 500;
const ANNEX_LINES_MAX = 500;

type Shown = {
  relations: readonly {
    kind: RelationKind;
    to_slug: string;
    paths: readonly string[];
    note: string | null;
  }[];
  annex: readonly AnnexLine[];
  topics: readonly string[];
};

export function valuesOfParts({ relations, annex, topics }: Shown): PartValues {
  return {
    relations: relations.map(({ kind, to_slug, paths, note }) => ({
      kind,
      to: to_slug,
      paths: paths.join(', '),
      note: note ?? '',
    })),
    annex: annex.map(valuesOfLine),
    annex_text: '',
    topics: topics.join('\n'),
  };
}

function valuesOfLine({ title, clause, slot, confirmed }: AnnexLine): AnnexValues {
  return { title, clause: clause ?? '', slot: slot === null ? '' : String(slot), confirmed };
}

/** The parts as they were sent; rows without content are left out. */
export function readParts(valueOf: (name: string) => string): PartValues {
  const rows = (name: string, max: number) =>
    Array.from({ length: Math.min(Number(valueOf(`${name}_count`)) || 0, max) }, (_, index) => index);
  const relations = rows('relations', RELATIONS_MAX + ROWS_SPARE).map((index) => {
    const part = (name: string) => valueOf(`relations.${index}.${name}`).trim();
    return { kind: part('kind'), to: part('to'), paths: part('paths'), note: part('note') };
  });
  const annex = rows('annex', ANNEX_LINES_MAX + ROWS_SPARE).map((index) => {
    const part = (name: string) => valueOf(`annex.${index}.${name}`).trim();
    const confirmed = part('confirmed') === 'on';
    return { title: part('title'), clause: part('clause'), slot: part('slot'), confirmed };
  });
  return {
    // The kind is a choice, so it always says something.
    relations: relations.filter(({ to, paths, note }) => to !== '' || paths !== '' || note !== ''),
    annex: annex.filter(({ title, clause, slot }) => title !== '' || clause !== '' || slot !== ''),
    annex_text: valueOf('annex_text'),
    topics: valueOf('topics'),
  };
}

/** What is sent to be kept, for its schema to judge. */
export function patchOfParts({ relations, annex, topics }: PartValues) {
  return {
    topics: listOf(topics),
    relations: relations.map(({ kind, to, paths, note }) => ({
      kind,
      to,
      paths: listOf(paths),
      note: note === '' ? null : note,
    })),
    annex: annex.map(({ title, clause, slot, confirmed }) => ({
      title,
      clause: clause === '' ? null : clause,
      slot: slot === '' ? null : Number(slot.normalize('NFKC')),
      confirmed,
    })),
  };
}

/** The lines of a pasted list behind those that stand, each with the requirement that it seems to answer. */
export function withAnnexRead(values: PartValues, slots: readonly Slot[]): PartValues {
  const read = proposeMapping(readAnnexLines(values.annex_text), slots);
  return { ...values, annex: [...values.annex, ...read.map(valuesOfLine)], annex_text: '' };
}

/** Commas of both scripts part the members of a list; a blank may stand inside one. */
function listOf(written: string): string[] {
  return written
    .split(/[\n,，、;；]+/)
    .map((member) => member.trim())
    .filter((member) => member !== '');
}
