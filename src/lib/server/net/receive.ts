import type { Dispatcher } from 'undici';

/** Statuses that lead to another address. */
export const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** How a request is ended before its answer is whole, and why it was. */
export type Ending = { cause: Error | null; end: ((cause: Error) => void) | null };

export type OneRequest = {
  method: 'GET' | 'HEAD' | 'POST';
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array | undefined;
  ending: Ending;
  bytes_max: number;
};

export class TooLarge extends Error {}
export class Ended extends Error {
  override readonly name = 'AbortError';
}

/** A redirect's own page is never read; a short one is waited for, so that its connection can be used again. */
const REDIRECT_BYTES_MAX = 65_536;

export type Received = { status: number; headers: Readonly<Record<string, string>>; chunks: Uint8Array[] };

/** Takes an answer straight off its connection: most are a few headers, for which no stream is made. */
export function receive(
  agent: Dispatcher,
  url: URL,
  { method, headers, body, ending, bytes_max }: OneRequest,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let received: Received = { status: 0, headers: {}, chunks: [] };
    let is_over = false;
    let is_redirect = false;
    let size = 0;
    const refuse = (cause: Error) => {
      is_over = true;
      reject(cause);
      controller?.abort(cause);
    };
    ending.end = refuse;
    if (ending.cause) {
      refuse(ending.cause);
      return;
    }
    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: { 'accept-encoding': 'gzip, deflate, br, zstd', ...headers },
        body: body ?? null,
      },
      {
        onRequestStart(started) {
          controller = started;
          // It may have been ended while it waited for its connection.
          if (is_over) started.abort(ending.cause ?? new Ended('the request was ended'));
        },
        onResponseStart(_controller, status, given) {
          if (status < 200) return;
          received = { status, headers: flat(given), chunks: [] };
          size = 0;
          is_redirect = REDIRECTS.has(status) && received.headers.location !== undefined;
          const is_too_large = Number(received.headers['content-length'] ?? 0) > bytes_max;
          if (!is_redirect && is_too_large) refuse(new TooLarge(`more than ${bytes_max} bytes`));
        },
        onResponseData(answering, bytes) {
          if (is_over) return;
          size += bytes.byteLength;
          if (is_redirect) {
            if (size <= REDIRECT_BYTES_MAX) return;
            is_over = true;
            resolve(received);
            answering.abort(new Ended('the page of a redirect is not read'));
          } else if (size > bytes_max) refuse(new TooLarge(`more than ${bytes_max} bytes`));
          else received.chunks.push(bytes);
        },
        onResponseEnd() {
          is_over = true;
          resolve(received);
        },
        onResponseError(_controller, cause) {
          is_over = true;
          reject(cause);
        },
      },
    );
  });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) found[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
  }
  return found;
}
