import { UnreadableFile, type Bytes } from './source-row.ts';

const ASCII = /^[\u0000-\u007f]*$/;

/**
 * Decodes a stream of bytes as it comes. With `charset` by that; else by its byte-order mark, else as UTF-8
 * until a byte says otherwise and as GB18030, which contains GBK and GB2312, from there on: Chinese files
 * without a mark are the rule. `told` hears which it was.
 */
export async function* textChunks(
  bytes: Bytes,
  charset: string | null,
  told: (charset: string) => void,
): AsyncGenerator<string> {
  const decoder = charset === null ? new Detecting(told) : named(charset, told);
  for await (const chunk of bytes) yield decoder.decode(chunk);
  const last = decoder.decode(null);
  if (last !== '') yield last;
}

type Decoder = { decode: (chunk: Uint8Array | null) => string };

function named(charset: string, told: (charset: string) => void): Decoder {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(/^(gb|cp936|ms936)/i.test(charset) ? 'gb18030' : charset);
  } catch (cause) {
    throw new UnreadableFile('file.charset', { charset: charset.slice(0, 40) }, { cause });
  }
  told(decoder.encoding);
  return { decode: (chunk) => (chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()) };
}

class Detecting implements Decoder {
  #decoder: TextDecoder | null = null;
  #is_certain = false;
  #is_ascii_so_far = true;
  /** Bytes at the end of the last chunk that belong to a character not yet whole. */
  #tail = new Uint8Array(0);
  readonly #told: (charset: string) => void;

  constructor(told: (charset: string) => void) {
    this.#told = told;
  }

  decode(chunk: Uint8Array | null): string {
    if (!this.#decoder) {
      if (!chunk) return '';
      this.#decoder = this.#begin(chunk);
    }
    if (this.#is_certain) return this.#decodeWith(this.#decoder, chunk);
    try {
      const text = this.#decodeWith(this.#decoder, chunk);
      this.#is_ascii_so_far &&= ASCII.test(text);
      if (chunk && this.#is_ascii_so_far) this.#tail = highTail(chunk);
      return text;
    } catch {
      // UTF-8 with a broken character keeps being UTF-8 when whole ones came before it.
      const encoding = this.#is_ascii_so_far ? 'gb18030' : 'utf-8';
      this.#decoder = new TextDecoder(encoding);
      this.#is_certain = true;
      this.#told(encoding);
      const joined = chunk ? Buffer.concat([this.#tail, chunk]) : this.#tail;
      return this.#decodeWith(this.#decoder, joined) + (chunk ? '' : this.#decoder.decode());
    }
  }

  #begin(chunk: Uint8Array): TextDecoder {
    const mark =
      chunk[0] === 0xff && chunk[1] === 0xfe
        ? 'utf-16le'
        : chunk[0] === 0xfe && chunk[1] === 0xff
          ? 'utf-16be'
          : null;
    this.#is_certain = mark !== null;
    this.#told(mark ?? 'utf-8');
    return new TextDecoder(mark ?? 'utf-8', { fatal: mark === null });
  }

  #decodeWith(decoder: TextDecoder, chunk: Uint8Array | null): string {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  }
}

function highTail(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  let start = chunk.length;
  while (start > 0 && chunk.length - start < 3 && (chunk[start - 1] ?? 0) >= 0x80) start -= 1;
  return new Uint8Array(chunk.subarray(start));
}
