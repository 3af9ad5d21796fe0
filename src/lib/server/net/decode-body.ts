import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress, type InputType } from 'node:zlib';
import { TooLarge } from './receive.ts';

/** An answer that is not what its headers say. */
export class BadAnswer extends Error {}

type Unpack = (
  bytes: InputType,
  options: { maxOutputLength: number },
  done: (cause: Error | null, result: Buffer) => void,
) => void;

const UNPACKERS: Readonly<Record<string, Unpack>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: inflate,
  br: brotliDecompress,
  zstd: zstdDecompress,
};
/** What stands there by mistake: names of encodings, and words for none. */
const UNPACKED = new Set([
  'identity',
  'none',
  'binary',
  '8bit',
  'chunked',
  'utf-8',
  'utf8',
  'gbk',
  'gb2312',
  'gb18030',
]);
/** More layers than a server would use are there to multiply. */
const LAYERS_MAX = 2;

export async function decodeBody(
  bytes: Uint8Array,
  written: string | undefined,
  bytes_max: number,
): Promise<Uint8Array> {
  const layers = (written ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !UNPACKED.has(part));
  if (layers.length > LAYERS_MAX) throw new BadAnswer(`compressed ${layers.length} times`);
  let found = bytes;
  for (const layer of layers.toReversed()) {
    const unpack = UNPACKERS[layer];
    if (!unpack) throw new BadAnswer(`compressed with ${layer.slice(0, 40)}`);
    if (found.byteLength > 0) found = await unpacked(unpack, layer, found, bytes_max);
  }
  return found;
}

async function unpacked(
  unpack: Unpack,
  layer: string,
  bytes: Uint8Array,
  bytes_max: number,
): Promise<Uint8Array> {
  const attempt = (by: Unpack) =>
    new Promise<Uint8Array>((resolve, reject) => {
      by(bytes, { maxOutputLength: bytes_max }, (cause, result) => (cause ? reject(cause) : resolve(result)));
    });
  try {
    return await attempt(unpack);
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE')
      throw new TooLarge(`more than ${bytes_max} bytes unpacked`, { cause });
    // Some servers call the bare stream deflate, without the two bytes that belong before it.
    if (layer === 'deflate' && unpack !== inflateRaw) return unpacked(inflateRaw, layer, bytes, bytes_max);
    throw new BadAnswer(`says ${layer} and is not`, { cause });
  }
}

export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
