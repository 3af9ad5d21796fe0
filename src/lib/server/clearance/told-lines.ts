/** What a line of a file told again, as it was stored before: one goods item of a declaration. */
export type ToldAgain = { declaration_no: string; item_no: number; line: number };

const SERIES_LENGTH = 9;
const SLOTS_START = 1024;
/** Multiplier of Fibonacci hashing (Knuth, "The Art of Computer Programming", 6.4): 2^32 / φ. */
const SPREAD = 0x9e3779b1;

/**
 * The lines of a running import that said what was stored already. A later line that says otherwise
 * contradicts them; without this, a file that is sent again would correct itself. Ten bytes a line and as
 * much room again, because five million lines in a Map would take all the memory that an import may use.
 */
export class ToldLines {
  /** By office, year and direction. */
  readonly #series = new Map<string, Series>();

  add({ declaration_no, item_no, line }: ToldAgain): void {
    const name = declaration_no.slice(0, SERIES_LENGTH);
    let series = this.#series.get(name);
    if (!series) this.#series.set(name, (series = new Series()));
    series.add(serialOf(declaration_no), item_no, line);
  }

  /** The first line that told this item again; null when none did. */
  find(declaration_no: string, item_no: number): number | null {
    const series = this.#series.get(declaration_no.slice(0, SERIES_LENGTH));
    return series?.find(serialOf(declaration_no), item_no) ?? null;
  }
}

function serialOf(declaration_no: string): number {
  return Number(declaration_no.slice(SERIES_LENGTH));
}

/** A table with open addressing; a line of 0 is an empty slot, since lines count from 1. */
class Series {
  #serials = new Uint32Array(SLOTS_START);
  #items = new Uint16Array(SLOTS_START);
  #lines = new Uint32Array(SLOTS_START);
  #size = 0;

  add(serial: number, item_no: number, line: number): void {
    if (this.#size * 3 >= this.#lines.length * 2) this.#grow();
    const slot = this.#slotOf(serial, item_no);
    if (this.#lines[slot] !== 0) return;
    this.#serials[slot] = serial;
    this.#items[slot] = item_no;
    this.#lines[slot] = line;
    this.#size += 1;
  }

  find(serial: number, item_no: number): number | null {
    return this.#lines[this.#slotOf(serial, item_no)] || null;
  }

  /** Where it stands, or would. */
  #slotOf(serial: number, item_no: number): number {
    const mask = this.#lines.length - 1;
    let slot = (Math.imul(serial + item_no, SPREAD) >>> 8) & mask;
    while (this.#lines[slot] !== 0 && (this.#serials[slot] !== serial || this.#items[slot] !== item_no))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [serials, items, lines] = [this.#serials, this.#items, this.#lines];
    const slots = lines.length * 2;
    this.#serials = new Uint32Array(slots);
    this.#items = new Uint16Array(slots);
    this.#lines = new Uint32Array(slots);
    this.#size = 0;
    for (const [slot, line] of lines.entries())
      if (line !== 0) this.add(serials[slot] ?? 0, items[slot] ?? 0, line);
  }
}
