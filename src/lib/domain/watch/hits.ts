/** `field` counts the fields of the item; places are of the field's own text. */
export type FieldSpan = { field: number; start: number; end: number };

/**
 * Where each atom of a set of queries stands in one item. One table serves item after item: what an earlier
 * item left is told by its number, so that nothing is cleared or allocated.
 */
export class HitTable {
  #item = 0;
  /** Of each atom: the item that it was last found in, and its newest hit there. */
  #seen_in: Int32Array;
  #newest: Int32Array;
  /** Of each hit: field, start, end, and the hit of the same atom before it. */
  #hits = new Int32Array(4 * 1024);
  #count = 0;
  #atoms: number[] = [];

  constructor(atom_count: number) {
    this.#seen_in = new Int32Array(atom_count);
    this.#newest = new Int32Array(atom_count);
  }

  begin(): void {
    this.#item += 1;
    this.#count = 0;
    this.#atoms = [];
  }

  add(atom: number, field: number, start: number, end: number): void {
    const is_first = this.#seen_in[atom] !== this.#item;
    const at = this.#count * 4;
    if (at === this.#hits.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.#hits);
      this.#hits = larger;
    }
    this.#hits[at] = field;
    this.#hits[at + 1] = start;
    this.#hits[at + 2] = end;
    this.#hits[at + 3] = is_first ? -1 : (this.#newest[atom] ?? -1);
    this.#newest[atom] = this.#count;
    this.#count += 1;
    if (!is_first) return;
    this.#seen_in[atom] = this.#item;
    this.#atoms.push(atom);
  }

  /** The atoms that the item has. */
  get atoms(): readonly number[] {
    return this.#atoms;
  }

  has(atom: number): boolean {
    return this.#seen_in[atom] === this.#item;
  }

  /** All places of an atom, the last first. */
  spansOf(atom: number): FieldSpan[] {
    const spans: FieldSpan[] = [];
    for (let hit = this.has(atom) ? (this.#newest[atom] ?? -1) : -1; hit >= 0;) {
      const at = hit * 4;
      spans.push({
        field: this.#hits[at] ?? 0,
        start: this.#hits[at + 1] ?? 0,
        end: this.#hits[at + 2] ?? 0,
      });
      hit = this.#hits[at + 3] ?? -1;
    }
    return spans;
  }
}
