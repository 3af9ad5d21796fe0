import { cellOf, type Cell } from './cell.ts';
import { chooseShown, firmsOf, type DisclosureGroup } from './disclosure.ts';

/** Declarations of several firms that are alike in all that is asked for, each once, with what they took. */
export type CohortAtom = {
  customs_office: string;
  category: string;
  channel: string;
  /** A further category of declarations that are counted elsewhere: only its own category counts it. */
  is_extra: boolean;
  /** The firms, as small numbers, that all hold these declarations. */
  holders: readonly number[];
  seconds: Int32Array;
};

/** What is single in a cell; the district or the office, never both. */
type Shape = { place: 'all' | 'district' | 'office'; by_category: boolean; by_channel: boolean };

export type CohortCell = Shape & {
  /** The code of the office or of the district; null for all. */
  customs_office: string | null;
  category: string | null;
  channel: string | null;
  firms: number;
  cell: Cell;
};

/** The most useful first: where not all can be shown, it is the later ones that are left out. */
const SHAPES: readonly Shape[] = [
  { place: 'all', by_category: false, by_channel: false },
  { place: 'district', by_category: false, by_channel: false },
  { place: 'office', by_category: false, by_channel: false },
  { place: 'all', by_category: false, by_channel: true },
  { place: 'all', by_category: true, by_channel: false },
  { place: 'district', by_category: false, by_channel: true },
  { place: 'office', by_category: false, by_channel: true },
  { place: 'all', by_category: true, by_channel: true },
  { place: 'district', by_category: true, by_channel: false },
  { place: 'office', by_category: true, by_channel: false },
  { place: 'district', by_category: true, by_channel: true },
  { place: 'office', by_category: true, by_channel: true },
];

/**
 * The cells over several firms that may be shown, and how many are left out: see `disclosure.ts` for the rule.
 * All atoms are of one measure, direction and month.
 */
export function cohortCells(atoms: readonly CohortAtom[]): { cells: CohortCell[]; left_out: number } {
  const { groups, group_of } = groupAtoms(atoms);
  const candidates = SHAPES.flatMap((shape) => candidatesOf(shape, atoms));
  const is_shown = chooseShown(
    groups,
    candidates.map(({ members }) => ({
      groups: [...new Set(members.flatMap((one) => group_of.get(one) ?? []))],
    })),
  );
  const shown = candidates.filter((_candidate, index) => is_shown[index]);
  return {
    cells: shown.map(({ members, n, ...key }) => ({
      ...key,
      firms: firmsOf(members.map(asGroup)),
      cell: joined(members, n),
    })),
    left_out: candidates.length - shown.length,
  };
}

const asGroup = ({ holders }: CohortAtom): DisclosureGroup => ({ holders: [holders] });

function groupAtoms(atoms: readonly CohortAtom[]): {
  groups: DisclosureGroup[];
  group_of: Map<CohortAtom, number>;
} {
  const places = new Map<string, number>();
  const holders: (readonly number[])[][] = [];
  const group_of = new Map<CohortAtom, number>();
  for (const atom of atoms) {
    const name = `${atom.customs_office} ${atom.category} ${atom.channel} ${atom.is_extra}`;
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    (holders[place] ??= []).push(atom.holders);
    group_of.set(atom, place);
  }
  return { groups: holders.map((sets) => ({ holders: sets })), group_of };
}

type CellCandidate = Omit<CohortCell, 'firms' | 'cell'> & { members: CohortAtom[]; n: number };

/** The cells of one shape, the one with the most declarations first. */
function candidatesOf(shape: Shape, atoms: readonly CohortAtom[]): CellCandidate[] {
  const found = new Map<string, CellCandidate>();
  for (const atom of atoms) {
    if (atom.is_extra && !shape.by_category) continue;
    const key = {
      customs_office: placeOf(shape, atom),
      category: shape.by_category ? atom.category : null,
      channel: shape.by_channel ? atom.channel : null,
    };
    const name = JSON.stringify(key);
    const candidate = found.get(name) ?? { ...shape, ...key, members: [], n: 0 };
    found.set(name, candidate);
    candidate.members.push(atom);
    candidate.n += atom.seconds.length;
  }
  return [...found.values()].sort((a, b) => b.n - a.n);
}

function placeOf({ place }: Shape, { customs_office }: CohortAtom): string | null {
  switch (place) {
    case 'all':
      return null;
    case 'district':
      return `${customs_office.slice(0, 2)}00`;
    case 'office':
      return customs_office;
    default:
      return place satisfies never;
  }
}

function joined(members: readonly CohortAtom[], n: number): Cell {
  const seconds = new Int32Array(n);
  let at = 0;
  for (const atom of members) {
    seconds.set(atom.seconds, at);
    at += atom.seconds.length;
  }
  return cellOf(seconds);
}
