import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import iconv from 'iconv-lite';

/** One request as the server saw it, for proving how politely it was asked. */
export type Visit = { host: string; path: string; at_ms: number; ended_ms: number | null; status: number };

export type Reply = {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Never answers. */
  is_hanging?: boolean;
};
export type Handler = (request: IncomingMessage, visits: number) => Reply;

/**
 * A server that behaves like the official sites, on loopback. Each address of 127.0.0.0/8 is a host of its
 * own; pages are set by the test and may change between two visits.
 */
export class OfficialSites {
  readonly visits: Visit[] = [];
  readonly #pages = new Map<string, Handler>();
  readonly #counts = new Map<string, number>();
  readonly #server: Server;
  port = 0;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((ready) => this.#server.listen(0, '0.0.0.0', ready));
    const address = this.#server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The address of a path on one of the hosts, `n` from 1. */
  url(path: string, n = 1): string {
    return `http://127.0.0.${n}:${this.port}${path}`;
  }

  /** What is answered at a path from now on, with ETag and 304 by the body unless the reply says otherwise. */
  set(path: string, reply: Reply | Handler): void {
    this.#pages.set(path, typeof reply === 'function' ? reply : () => reply);
  }

  visitsTo(path: string): number {
    return this.visits.filter((visit) => visit.path === path).length;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const visit: Visit = {
      host: request.headers.host ?? '',
      path,
      at_ms: performance.now(),
      ended_ms: null,
      status: 0,
    };
    this.visits.push(visit);
    response.on('close', () => (visit.ended_ms = performance.now()));
    const handler = this.#pages.get(path);
    const count = (this.#counts.get(path) ?? 0) + 1;
    this.#counts.set(path, count);
    const reply = handler?.(request, count) ?? { status: 404, body: 'not found' };
    if (reply.is_hanging) return;
    const body = Buffer.from(reply.body ?? '');
    const etag = reply.headers?.etag;
    const is_same = etag !== undefined && request.headers['if-none-match'] === etag;
    visit.status = is_same ? 304 : (reply.status ?? 200);
    response.writeHead(visit.status, { 'content-type': 'text/html; charset=utf-8', ...reply.headers });
    response.end(is_same ? undefined : body);
  }
}

export const gb18030 = (text: string): Uint8Array => Uint8Array.from(iconv.encode(text, 'gb18030'));

export type Row = { title: string; href: string; date: string };

/** A list as EasySite makes it (customs.gov.cn and its districts). */
export function easySiteList(rows: readonly Row[], { list_class = 'conList_ul', views = 0 } = {}): string {
  const items = rows
    .map(
      ({ title, href, date }) =>
        ` <li><a href="${href}" title="${title}">${title.slice(0, 20)}...</a><span>${date}</span></li>`,
    )
    .join('\n');
  return `<html><body><input type="hidden" id="eprotalCurrentPageId" value="470760"/>
<ul class="${list_class}">
${items}
 <li><a href="/none/index.html" title="近期无更新">近期无更新</a><span>2026-05-06</span></li>
</ul><p>浏览次数：${views}</p>
<div class="easysite-page-wrap"><a title="尾页" tagname="LASTPAGE">尾页</a></div></body></html>`;
}

/** A data store as Hanweb jCMS makes it (*.ningbo.gov.cn). */
export function hanwebList(rows: readonly Row[]): string {
  const records = rows
    .map(
      ({ title, href, date }) =>
        `<record><![CDATA[<li><a href="${href}" target="_blank">${title}</a><p>[${date}]</p></li>]]></record>`,
    )
    .join('');
  return `<html><body><script type="text/xml"><datastore><recordset>${records}</recordset></datastore></script></body></html>`;
}

/** A list inside JSON as the market regulator's site gives it. */
export function samrList(rows: readonly Row[]): string {
  const items = rows
    .map(
      ({ title, href, date }) => `<li><a href="${href}" title="${title}">${title}</a><div>${date}</div></li>`,
    )
    .join('');
  return JSON.stringify({
    success: true,
    data: {
      html: `<div id="ajax分页"><div class="page-content"><ul>${items}</ul></div><div class="pagination" count="259"></div></div>`,
    },
  });
}

/** The wall in front of the customs sites, as plain clients meet it. */
export const RUISHU_WALL = `<html><head><meta id="x" content="{qq0000" r="m"><script r="m">$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head><body></body></html>`;
