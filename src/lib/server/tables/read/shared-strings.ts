/** A cell holds 32,767 characters; what goes on is no cell. */
const CELL_LENGTH_MAX = 32_767;
const BLOCK_BYTES = 1 << 20;

/**
 * The texts of a workbook, each kept once as UTF-8 in large blocks: five million short ones take 120 MB so,
 * and more than twice that as strings.
 */
export class SharedStrings {
  readonly #blocks: Buffer[] = [];
  #starts = new Uint32Array(1024);
  #block_of = new Uint16Array(1024);
  #at = BLOCK_BYTES;
  #count = 0;

  add(text: string): void {
    const bytes = Buffer.from(text.slice(0, CELL_LENGTH_MAX), 'utf8');
    let block = this.#blocks.at(-1);
    if (!block || this.#at + 3 + bytes.byteLength > block.byteLength) {
      block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, bytes.byteLength + 3));
      this.#blocks.push(block);
      this.#at = 0;
    }
    if (this.#count === this.#starts.length) this.#grow();
    this.#starts[this.#count] = this.#at;
    this.#block_of[this.#count] = this.#blocks.length - 1;
    this.#count += 1;
    block.writeUIntBE(bytes.byteLength, this.#at, 3);
    bytes.copy(block, this.#at + 3);
    this.#at += 3 + bytes.byteLength;
  }

  /** Empty where there is no such text. */
  get(index: number): string {
    const start = this.#starts[index];
    const block = this.#blocks[this.#block_of[index] ?? 0];
    if (!(index >= 0 && index < this.#count) || start === undefined || !block) return '';
    const length = block.readUIntBE(start, 3);
    return block.toString('utf8', start + 3, start + 3 + length);
  }

  #grow(): void {
    const starts = new Uint32Array(this.#count * 2);
    starts.set(this.#starts);
    this.#starts = starts;
    const block_of = new Uint16Array(this.#count * 2);
    block_of.set(this.#block_of);
    this.#block_of = block_of;
  }
}
