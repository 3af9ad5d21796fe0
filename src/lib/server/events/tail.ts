import type pg from 'pg';
import { standing, type Holder } from '#lib/server/accounts/standing.ts';
import type { App } from '#lib/server/app.ts';
import { EVENT_CHANNEL } from './append.ts';
import { isAfter, writePosition, type Position } from './position.ts';
import { endOfSpine, eventsAfter, followEvents, type SpineEvent } from './read.ts';

/** How often the spine is read while somebody listens; a notification only makes it sooner. */
const LOOK_MS = 1_000;
/** Events of one look; the next one follows at once when there were as many. */
const EVENTS_MAX = 500;
/** A line that is silent for longer is cut by proxies. */
const KEEP_ALIVE_MS = 15_000;
/** Each is an open connection of this process. */
const STREAMS_MAX = 10_000;
/** Who reads so slowly that as much waits is cut off; its program comes back with `Last-Event-ID`. */
const WAITING_BYTES_MAX = 1024 * 1024;

/** Whose events; `holder` is by what right, asked again and again while the stream is open. */
type Owner = { firm_id: string | null; holder?: Holder };
type Stream = Owner & {
  controller: ReadableStreamDefaultController<Uint8Array>;
  last: Position;
  /** What came while older events were still being sent. */
  queued: SpineEvent[] | null;
};

/** The one reader of the spine in this process, for all its open streams. */
export type Tail = {
  /** A stream of server-sent events after `last` (from now on without one); null when there are too many. */
  open: (owner: Owner, last: Position | null) => Promise<ReadableStream<Uint8Array> | null>;
  close: () => void;
};

const encoder = new TextEncoder();
const KEEP_ALIVE = encoder.encode(': \n\n');

export function createTail(app: Pick<App, 'db' | 'pool' | 'log' | 'now'>): Tail {
  const streams = new Set<Stream>();
  let position: Position | null = null;
  let timer: NodeJS.Timeout | null = null;
  let keep_alive: NodeJS.Timeout | null = null;
  let listener: pg.PoolClient | null = null;
  let is_looking = false;
  let is_closed = false;

  const drop = (stream: Stream) => {
    streams.delete(stream);
    if (streams.size === 0) rest();
  };
  const send = (stream: Stream, bytes: Uint8Array) => {
    try {
      if ((stream.controller.desiredSize ?? 0) < -WAITING_BYTES_MAX) {
        stream.controller.close();
        drop(stream);
      } else stream.controller.enqueue(bytes);
    } catch {
      // The other side is gone; its cancel is on the way.
      drop(stream);
    }
  };
  const end = (stream: Stream) => {
    drop(stream);
    try {
      stream.controller.close();
    } catch {
      // Closed by its own side already.
    }
  };
  /** Ends the streams of keys, sessions, roles and grants that ended. */
  const weed = async () => {
    const holders = [...streams].flatMap(({ holder }) => (holder ? [holder] : []));
    const stands = await standing(app.db, holders, app.now());
    for (const stream of streams) if (stream.holder && !stands(stream.holder)) end(stream);
  };
  const hand = (stream: Stream, event: SpineEvent, bytes: Uint8Array) => {
    if (stream.queued) stream.queued.push(event);
    else if (isAfter(event, stream.last)) {
      stream.last = event;
      send(stream, bytes);
    }
  };
  const look = async (): Promise<void> => {
    if (is_looking || streams.size === 0 || is_closed) return;
    is_looking = true;
    let found = 0;
    try {
      position ??= await endOfSpine(app.db);
      const firm_ids = [
        ...new Set([...streams].flatMap(({ firm_id }) => (firm_id === null ? [] : [firm_id]))),
      ];
      const is_operator = [...streams].some(({ firm_id }) => firm_id === null);
      const events = await followEvents(app.db, {
        after: position,
        firm_ids,
        is_operator,
        limit: EVENTS_MAX,
      });
      found = events.length;
      // Before anything is handed out: who lost the right a moment ago hears none of it.
      if (found > 0) await weed();
      for (const event of events) {
        const bytes = frameOf(event);
        for (const stream of streams) if (mayHear(stream, event)) hand(stream, event, bytes);
      }
      position = events.at(-1) ?? position;
      if (!listener && streams.size > 0) listener = await listen();
      // The last stream may have ended while the connection was made.
      if (streams.size === 0) rest();
    } catch (cause) {
      app.log.error({ err: cause }, 'the spine could not be read; it is tried again in a second');
    } finally {
      is_looking = false;
      plan(found === EVENTS_MAX ? 0 : LOOK_MS);
    }
  };
  const plan = (ms: number) => {
    if (timer) clearTimeout(timer);
    timer = streams.size === 0 || is_closed ? null : setTimeout(() => void look(), ms);
  };
  const listen = async (): Promise<pg.PoolClient> => {
    const client = await app.pool.pg.connect();
    client.on('notification', () => void look());
    client.on('error', () => {
      if (listener === client) listener = null;
      client.release(true);
    });
    await client.query(`listen ${EVENT_CHANNEL}`);
    return client;
  };
  /** Nobody listens: nothing is asked, and the connection goes back. */
  const rest = () => {
    if (timer) clearTimeout(timer);
    if (keep_alive) clearInterval(keep_alive);
    timer = null;
    keep_alive = null;
    position = null;
    listener?.release(true);
    listener = null;
  };

  return {
    async open({ firm_id, holder }, last) {
      if (is_closed || streams.size >= STREAMS_MAX) return null;
      position ??= await endOfSpine(app.db);
      const start = position;
      let opened: Stream | null = null;
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            const stream: Stream = { firm_id, holder, controller, last: last ?? start, queued: [] };
            opened = stream;
            streams.add(stream);
            // A first line at once: it tells both sides that the connection stands.
            controller.enqueue(encoder.encode('retry: 1000\n\n'));
            void catchUp(app, stream, {
              hasOlder: last !== null,
              isOpen: () => streams.has(stream),
              send: (bytes) => send(stream, bytes),
            }).catch((cause: unknown) => {
              app.log.error({ err: cause }, 'a stream could not be brought up to date');
              end(stream);
            });
          },
          cancel() {
            if (opened) drop(opened);
          },
        },
        { highWaterMark: 0, size: (chunk) => chunk?.byteLength ?? 0 },
      );
      keep_alive ??= setInterval(() => {
        for (const stream of streams) send(stream, KEEP_ALIVE);
        weed().catch((cause: unknown) => app.log.error({ err: cause }, 'open streams could not be weeded'));
      }, KEEP_ALIVE_MS);
      if (!timer && !is_looking) plan(0);
      return body;
    },
    close() {
      is_closed = true;
      for (const { controller } of streams)
        try {
          controller.close();
        } catch {
          // Closed by its own side already.
        }
      streams.clear();
      rest();
    },
  };
}

/** Sends what lies between the position of the stream and the tail's, then what came meanwhile. */
async function catchUp(
  app: Pick<App, 'db'>,
  stream: Stream,
  given: { hasOlder: boolean; isOpen: () => boolean; send: (bytes: Uint8Array) => void },
): Promise<void> {
  const { hasOlder, isOpen, send } = given;
  // Whoever comes, asks for everything and goes away again costs one page, not the whole spine.
  for (let is_more = hasOlder; is_more && isOpen();) {
    const events = await eventsAfter(app.db, stream.firm_id, { after: stream.last, limit: EVENTS_MAX });
    for (const event of events) {
      stream.last = event;
      send(frameOf(event));
    }
    is_more = events.length === EVENTS_MAX;
  }
  const queued = stream.queued ?? [];
  stream.queued = null;
  for (const event of queued)
    if (isAfter(event, stream.last)) {
      stream.last = event;
      send(frameOf(event));
    }
}

function mayHear({ firm_id }: Owner, event: SpineEvent): boolean {
  switch (event.audience) {
    case 'everyone':
      return true;
    case 'operator':
      return firm_id === null;
    case 'firm':
      return event.firm_id === firm_id;
    default:
      return event.audience satisfies never;
  }
}

function frameOf(event: SpineEvent): Uint8Array {
  const data = JSON.stringify(answerEvent(event));
  return encoder.encode(`id: ${writePosition(event)}\nevent: ${event.kind}\ndata: ${data}\n\n`);
}

/** An event as programs read it. */
export function answerEvent(event: SpineEvent) {
  const { id, kind, occurred_at, subject_id, data } = event;
  return {
    id,
    cursor: writePosition(event),
    type: kind,
    timestamp: occurred_at.toISOString(),
    subject_id,
    data,
  };
}
