import { COPY_HEADER } from './copy-buffer.ts';

const TWO_32 = 0x1_0000_0000;
const DAYS_1970_TO_2000 = 10_957;

/** One row that is read: each field once, in the order and type of the columns. */
export class CopyRow {
  #bytes: Buffer = Buffer.alloc(0);
  #view = viewOf(this.#bytes);
  #at = 0;
  #next = 0;
  #has_header = false;

  feed(chunk: Buffer): void {
    this.#bytes =
      this.#next < this.#bytes.length ? Buffer.concat([this.#bytes.subarray(this.#next), chunk]) : chunk;
    this.#view = viewOf(this.#bytes);
    this.#next = 0;
  }

  /** Moves to the next row; false when it has not come whole. */
  advance(): boolean {
    const { length } = this.#bytes;
    if (!this.#has_header) {
      if (length < COPY_HEADER.length) return false;
      this.#has_header = true;
      this.#next = COPY_HEADER.length;
    }
    let at = this.#next + 2;
    if (at > length) return false;
    const fields = this.#view.getInt16(at - 2);
    for (let left = fields; left > 0; left -= 1) {
      if (at + 4 > length) return false;
      at += 4 + Math.max(0, this.#view.getInt32(at));
    }
    if (at > length) return false;
    this.#at = this.#next + 2;
    this.#next = at;
    return fields >= 0;
  }

  /**
   * A 64-bit integer below 2^53, such as the microseconds of a `timestamptz` since 2000. None is NaN, which
   * is never before or after anything: beside `null` every number of millions of rows would be an object.
   */
  int8(): number {
    const at = this.#at + 4;
    if (this.#length() < 0) return NaN;
    return this.#view.getInt32(at) * TWO_32 + this.#view.getUint32(at + 4);
  }

  /** None is 0: the columns that are read so are never null. */
  int4(): number {
    const at = this.#at + 4;
    return this.#length() < 0 ? 0 : this.#view.getInt32(at);
  }

  /** A day counted from 1970-01-01. */
  date(): number {
    return this.int4() + DAYS_1970_TO_2000;
  }

  /** None is empty. The bytes hold until the next are fed. */
  bytes(): Uint8Array {
    const at = this.#at + 4;
    return this.#bytes.subarray(at, at + Math.max(0, this.#length()));
  }

  /** The number of a text that repeats from row to row; -1 for none. */
  name(names: Names): number {
    const at = this.#at + 4;
    const length = this.#length();
    return length < 0 ? -1 : names.numberOf(this.#bytes, at, at + length);
  }

  bool(): boolean | null {
    const at = this.#at + 4;
    return this.#length() < 0 ? null : this.#bytes[at] === 1;
  }

  #length(): number {
    const length = this.#view.getInt32(this.#at);
    this.#at += 4 + Math.max(0, length);
    return length;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Texts that repeat, such as codes of offices, numbered from 0 in the order of their coming. A text is known
 * by its bytes: decoding three of each of millions of rows took longer than all the rest.
 */
export class Names {
  readonly #known: { bytes: Buffer; text: string }[] = [];
  readonly #by_hash = new Map<number, number>();

  numberOf(bytes: Buffer, start: number, end: number): number {
    let hash = end - start;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    for (;;) {
      const number = this.#by_hash.get(hash);
      if (number === undefined) {
        this.#by_hash.set(hash, this.#known.length);
        const own = Buffer.from(bytes.subarray(start, end));
        return this.#known.push({ bytes: own, text: own.toString('utf8') }) - 1;
      }
      const known = this.#known[number];
      if (known && isAt(known.bytes, bytes, start, end)) return number;
      // Another text of the same hash: the next place is its own.
      hash = (hash + 1) | 0;
    }
  }

  text(number: number): string | undefined {
    return this.#known[number]?.text;
  }
}

function isAt(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let index = 0; index < known.length; index += 1)
    if (known[index] !== bytes[start + index]) return false;
  return true;
}
