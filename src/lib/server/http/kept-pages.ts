import { randomUUID } from 'node:crypto';

/**
 * Pages that were rendered for one reader's view and one state of the data, kept in memory. Whoever asks names
 * both: a page is found only under the key of everything that it was made for, and only while the version is
 * the one it was made from.
 */

/** About 500 pages of 120 kB: the firms of a morning, and a small part of what the process may take. */
const BYTES_MAX = 64 * 1024 * 1024;
/** As much again as the page itself, for its pieces and headers. */
const ENTRY_BYTES = 4_096;

/** What stands between the pieces of a page, and is new in every answer. */
type Fresh = 'nonce' | 'request_id';
type KeptPage = {
  version: string;
  headers: readonly (readonly [name: string, value: string])[];
  /** The one that the headers carry of the answer that was kept. */
  nonce: string | null;
  pieces: readonly (Buffer | Fresh)[];
  bytes: number;
};

type Asked = {
  /** Everything that the page depends on beside the data: who, where, in which language. */
  key: string;
  /** The state of the data, read after the question came. */
  version: string;
  /** Stands in the page, so that a reader can quote it. */
  request_id: string;
  /** Renders the page; null where it must not be kept, beside the answer itself. */
  render: () => Promise<{ response: Response; may_keep: boolean }>;
};

export class KeptPages {
  readonly #pages = new Map<string, KeptPage>();
  /** What is rendered just now, by key and version; never fails. */
  readonly #rendering = new Map<string, Promise<void>>();
  readonly #bytes_max: number;
  #bytes = 0;

  constructor(bytes_max = BYTES_MAX) {
    this.#bytes_max = bytes_max;
  }

  /** How much is held. */
  get bytes(): number {
    return this.#bytes;
  }

  async answer(asked: Asked): Promise<Response> {
    const { key, version, request_id } = asked;
    const name = JSON.stringify([version, key]);
    // Whoever asks while the very same is rendered waits for it, instead of rendering it too.
    const rendered = this.#rendering.get(name);
    if (rendered) await rendered;
    const kept = this.#pages.get(key);
    if (kept?.version === version) {
      // A Map remembers the order of insertion: what was asked for last goes last.
      this.#pages.delete(key);
      this.#pages.set(key, kept);
      return responseOf(kept, request_id);
    }
    this.#drop(key);
    const answer = this.#rendered(asked);
    const rendering = answer.then(
      () => undefined,
      () => undefined,
    );
    this.#rendering.set(name, rendering);
    await rendering;
    if (this.#rendering.get(name) === rendering) this.#rendering.delete(name);
    return answer;
  }

  async #rendered({ key, version, request_id, render }: Asked): Promise<Response> {
    const { response, may_keep } = await render();
    if (!may_keep || response.status !== 200 || response.headers.has('set-cookie')) return response;
    const body = await response.text();
    this.#keep(key, pageOf({ response, body, version, request_id }));
    return new Response(body, { status: 200, headers: response.headers });
  }

  #keep(key: string, page: KeptPage): void {
    this.#drop(key);
    if (page.bytes > this.#bytes_max) return;
    this.#pages.set(key, page);
    this.#bytes += page.bytes;
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#bytes_max) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#pages.get(key)?.bytes ?? 0;
    this.#pages.delete(key);
  }
}

type Rendered = { response: Response; body: string; version: string; request_id: string };

function pageOf({ response, body, version, request_id }: Rendered): KeptPage {
  const policy = response.headers.get('content-security-policy') ?? '';
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? null;
  const pieces: (Buffer | Fresh)[] = [];
  for (const [index, part] of (nonce ? body.split(nonce) : [body]).entries()) {
    if (index > 0) pieces.push('nonce');
    for (const [at, text] of part.split(request_id).entries()) {
      if (at > 0) pieces.push('request_id');
      pieces.push(Buffer.from(text));
    }
  }
  // The tag was made of a body that is never sent again; with it a browser would keep the nonce of another answer.
  const headers = [...response.headers].filter(([name]) => name !== 'etag' && name !== 'content-length');
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, ENTRY_BYTES);
  return { version, headers, nonce, pieces, bytes };
}

function responseOf(page: KeptPage, request_id: string): Response {
  // 122 bits from the system's generator, which is asked for many at once: a tenth of the time of 16 bytes each.
  const nonce = randomUUID();
  const fresh = { nonce: Buffer.from(nonce), request_id: Buffer.from(request_id) };
  const body = Buffer.concat(page.pieces.map((piece) => (typeof piece === 'string' ? fresh[piece] : piece)));
  const headers = page.headers.map(([name, value]): [string, string] => [
    name,
    page.nonce ? value.replaceAll(page.nonce, nonce) : value,
  ]);
  headers.push(['content-length', String(body.length)]);
  // A stream, because a response copies a buffer.
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(body);
      controller.close();
    },
  });
  return new Response(stream, { status: 200, headers });
}
