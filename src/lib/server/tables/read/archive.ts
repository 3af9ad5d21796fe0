import type { Readable } from 'node:stream';
import { Parser } from 'htmlparser2';
import yauzl from 'yauzl';
import { UnreadableFile } from './source-row.ts';

/** A workbook of many sheets and pictures has hundreds of parts. */
const PARTS_MAX = 10_000;
/** Sheets pack to a tenth or a fiftieth; what unpacks to more than this many times its size was made to harm. */
const RATIO_MAX = 400;
/** Below this size any ratio is harmless. */
const RATIO_BYTES_MIN = 64 * 1024 * 1024;

/** The parts of a zip archive, read from disk as they are needed. */
export type Archive = {
  has: (part: string) => boolean;
  /** The unpacked bytes of a part; refused when it says that it has more than `bytes_max`. */
  open: (part: string, bytes_max: number) => Promise<Readable>;
  close: () => void;
};

export async function openArchive(file: string): Promise<Archive> {
  const zip = await new Promise<yauzl.ZipFile>((done, failed) =>
    yauzl.open(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, opened) =>
      error ? failed(new UnreadableFile('file.not_xlsx', {}, { cause: error })) : done(opened),
    ),
  );
  const parts = new Map<string, yauzl.Entry>();
  await new Promise<void>((done, failed) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      parts.set(entry.fileName.replace(/^\//, ''), entry);
      if (parts.size > PARTS_MAX) failed(new UnreadableFile('file.not_xlsx'));
      else zip.readEntry();
    });
    zip.on('end', () => done());
    zip.on('error', (cause: Error) => failed(new UnreadableFile('file.not_xlsx', {}, { cause })));
    zip.readEntry();
  });
  return {
    has: (part) => parts.has(part),
    close: () => zip.close(),
    open: async (part, bytes_max) => {
      const entry = parts.get(part);
      if (!entry) throw new UnreadableFile('file.not_xlsx');
      requireModest(entry, bytes_max);
      return new Promise<Readable>((done, failed) =>
        zip.openReadStream(entry, (error, stream) =>
          error ? failed(new UnreadableFile('file.not_xlsx', {}, { cause: error })) : done(stream),
        ),
      );
    },
  };
}

/** An archive states its sizes itself; one that lies breaks off where its lie ends. */
function requireModest(entry: yauzl.Entry, bytes_max: number): void {
  const { uncompressedSize: bytes, compressedSize: packed } = entry;
  if (bytes > bytes_max || (bytes > RATIO_BYTES_MIN && bytes > packed * RATIO_MAX))
    throw new UnreadableFile('file.too_large_unpacked', {
      megabytes: Math.floor(Math.min(bytes_max, packed * RATIO_MAX) / 1024 / 1024) || 1,
    });
}

export type Handlers = {
  open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

/** A streaming parser of one part; names come without their namespace prefix. */
export function xmlParser(handlers: Handlers): Parser {
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  return new Parser(
    {
      onopentag: (name, attributes) => handlers.open(local(name), attributes),
      ontext: (text) => handlers.text?.(text),
      onclosetag: (name) => handlers.close?.(local(name)),
    },
    { xmlMode: true, decodeEntities: true },
  );
}

/** The bytes of a part as they are unpacked; ending the loop early ends the unpacking. */
export async function* partBytes(
  archive: Archive,
  part: string,
  bytes_max: number,
): AsyncGenerator<Uint8Array> {
  const stream = await archive.open(part, bytes_max);
  try {
    for await (const chunk of stream) {
      const bytes: unknown = chunk;
      if (bytes instanceof Uint8Array) yield bytes;
    }
  } catch (cause) {
    throw new UnreadableFile('file.not_xlsx', {}, { cause });
  } finally {
    stream.destroy();
  }
}

export async function parsePart(
  archive: Archive,
  part: string,
  about: Handlers & { bytes_max: number },
): Promise<void> {
  const parser = xmlParser(about);
  const decoder = new TextDecoder();
  for await (const bytes of partBytes(archive, part, about.bytes_max))
    parser.write(decoder.decode(bytes, { stream: true }));
  parser.end();
}
