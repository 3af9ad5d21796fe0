/**
 * Durations and log-bins as bytes: differences of ascending whole numbers, each in as many groups of seven bits
 * as it needs, the lowest first (LEB128). A thousand durations take 1.5 kB instead of 8 in the database's form of
 * arrays, which it writes number by number.
 */
const MORE = 0x80;
/** A whole number below 2^31 takes five bytes at most. */
const BYTES_MAX = 5;

/** Packs; its bytes hold until it packs again. */
export class Packing {
  #bytes = new Uint8Array(4096);
  #at = 0;

  /** Whole numbers of 0 or more, in ascending order. */
  ascending(values: Int32Array): Uint8Array {
    this.#begin(values.length);
    let before = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      this.#put(value - before);
      before = value;
    }
    return this.#bytes.subarray(0, this.#at);
  }

  /** Ascending bins, each with its count. */
  bins(bins: Int16Array, counts: Int32Array): Uint8Array {
    this.#begin(2 * bins.length);
    let before = 0;
    for (let index = 0; index < bins.length; index += 1) {
      const bin = bins[index] ?? 0;
      this.#put(bin - before);
      this.#put(counts[index] ?? 0);
      before = bin;
    }
    return this.#bytes.subarray(0, this.#at);
  }

  #begin(numbers: number): void {
    const most = numbers * BYTES_MAX;
    if (this.#bytes.length < most) this.#bytes = new Uint8Array(2 * most);
    this.#at = 0;
  }

  #put(value: number): void {
    let rest = value;
    while (rest >= MORE) {
      this.#bytes[this.#at] = (rest & (MORE - 1)) | MORE;
      this.#at += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#at] = rest;
    this.#at += 1;
  }
}

/** How many numbers these bytes hold: each ends with a byte that says that no more follows. */
function numbersIn(bytes: Uint8Array): number {
  let numbers = 0;
  for (let at = 0; at < bytes.length; at += 1) numbers += Number((bytes[at] ?? 0) < MORE);
  return numbers;
}

export function unpackAscending(bytes: Uint8Array): Int32Array {
  const values = new Int32Array(numbersIn(bytes));
  let value = 0;
  let at = 0;
  for (let index = 0; index < values.length; index += 1) {
    let byte = bytes[at] ?? 0;
    at += 1;
    let difference = byte & (MORE - 1);
    for (let shift = 7; byte >= MORE; shift += 7) {
      byte = bytes[at] ?? 0;
      at += 1;
      difference |= (byte & (MORE - 1)) << shift;
    }
    value += difference;
    values[index] = value;
  }
  return values;
}

export function unpackBins(bytes: Uint8Array): { bins: Int16Array; counts: Int32Array } {
  const filled = numbersIn(bytes) / 2;
  const bins = new Int16Array(filled);
  const counts = new Int32Array(filled);
  let bin = 0;
  let at = 0;
  for (let index = 0; index < 2 * filled; index += 1) {
    let byte = bytes[at] ?? 0;
    at += 1;
    let value = byte & (MORE - 1);
    for (let shift = 7; byte >= MORE; shift += 7) {
      byte = bytes[at] ?? 0;
      at += 1;
      value |= (byte & (MORE - 1)) << shift;
    }
    if (index % 2 === 0) bins[index / 2] = bin += value;
    else counts[(index - 1) / 2] = value;
  }
  return { bins, counts };
}
