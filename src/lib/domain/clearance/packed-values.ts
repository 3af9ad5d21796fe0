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

/** Numbers are unpacked into pieces of this size: an array of its own for each of thousands burdens the collector. */
const PIECE_NUMBERS = 1 << 16;

/** Unpacks; what it gave back stays as it is. */
export class Unpacking {
  #values = new Int32Array(0);
  #values_at = 0;
  #bins = new Int16Array(0);
  #bins_at = 0;

  ascending(bytes: Uint8Array): Int32Array {
    const values = this.#numbers(bytes);
    let value = 0;
    for (let index = 0; index < values.length; index += 1) {
      value += values[index] ?? 0;
      values[index] = value;
    }
    return values;
  }

  bins(bytes: Uint8Array): { bins: Int16Array; counts: Int32Array } {
    const numbers = this.#numbers(bytes);
    const length = numbers.length / 2;
    const bins = this.#bins.subarray(this.#bins_at, this.#bins_at + length);
    let bin = 0;
    for (let index = 0; index < length; index += 1) {
      bin += numbers[2 * index] ?? 0;
      bins[index] = bin;
      // The counts move up to the front of the numbers they stand among.
      numbers[index] = numbers[2 * index + 1] ?? 0;
    }
    this.#bins_at += length;
    return { bins, counts: numbers.subarray(0, length) };
  }

  #numbers(bytes: Uint8Array): Int32Array {
    const { length } = bytes;
    this.#makeRoom(length);
    const values = this.#values;
    const start = this.#values_at;
    let end = start;
    for (let at = 0; at < length; end += 1) {
      let byte = bytes[at] ?? 0;
      at += 1;
      let value = byte & (MORE - 1);
      for (let shift = 7; byte >= MORE; shift += 7) {
        byte = bytes[at] ?? 0;
        at += 1;
        value |= (byte & (MORE - 1)) << shift;
      }
      values[end] = value;
    }
    this.#values_at = end;
    return values.subarray(start, end);
  }

  /** Each number takes a byte at least. */
  #makeRoom(numbers: number): void {
    if (this.#values_at + numbers > this.#values.length) {
      this.#values = new Int32Array(Math.max(PIECE_NUMBERS, numbers));
      this.#values_at = 0;
    }
    if (this.#bins_at + numbers > this.#bins.length) {
      this.#bins = new Int16Array(Math.max(PIECE_NUMBERS, numbers));
      this.#bins_at = 0;
    }
  }
}
