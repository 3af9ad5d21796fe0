import { collectDefaultMetrics, Gauge as PromGauge, Histogram, Registry } from 'prom-client';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { GAUGES } from './gauges.ts';
import { problem, problemResponse } from './problem.ts';

export type ObservedRequest = {
  method: string;
  /** The route with its parameters unfilled (`/api/v1/items/[id]`); null when no route matched. */
  route: string | null;
  status: number;
  seconds: number;
};

/** A number that a noun tells on each scrape, listed in gauges.ts; one value for each set of labels. */
export type Gauge = {
  name: `greenlane_${string}`;
  help: string;
  label_names?: readonly string[];
  read: (app: App) => Promise<{ labels?: Record<string, string>; value: number }[]>;
};

/** A gauge that is not read by then is left out, so that a slow database does not cost the whole scrape. */
const GAUGE_TIMEOUT_MS = 2_000;
/** Each noun tells a handful of states or kinds; more would be a label that holds ids. */
const GAUGE_VALUES_MAX = 200;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const registry = new Registry();
let has_defaults = false;

const requests = new Histogram({
  name: 'greenlane_http_request_duration_seconds',
  help: 'Time from the first byte of a request to the end of its answer, by route and class of status.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
  registers: [registry],
});

/** Counts one answered request. Labels are bounded: the route is a pattern, the status its class. */
export function observeRequest(observed: ObservedRequest): void {
  requests.observe(
    {
      method: METHODS.includes(observed.method) ? observed.method : 'other',
      route: observed.route ?? 'none',
      status: `${Math.floor(observed.status / 100)}xx`,
    },
    observed.seconds,
  );
}

/** `/metrics`: for clients on this machine, or an operator's key with the scope admin. */
export async function answerMetrics(request: {
  app: App;
  actor: Actor | null;
  headers: Headers;
  client_address: string;
  request_id: string;
}): Promise<Response> {
  const { app, actor } = request;
  if (!isLocalClient(request.client_address, request.headers) && !actor?.operator_scopes.includes('admin')) {
    const refused = actor
      ? problem(403, 'Metrics need a key of the operator with the scope admin.')
      : problem(404, 'There is nothing at this address.');
    return problemResponse(refused, request.request_id);
  }
  return new Response(await metricsText(app), {
    headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
  });
}

/** Everything this process can say about itself, in the text format of Prometheus. */
export async function metricsText(app: App, gauges: readonly Gauge[] = GAUGES): Promise<string> {
  // Not at import: the default metrics hold a timer and an observer, which a test or a command never needs.
  if (!has_defaults) collectDefaultMetrics({ register: registry });
  has_defaults = true;
  // Gauges are made anew for each scrape: a label that is gone disappears, and two scrapes cannot mix.
  const scrape = new Registry();
  for (const gauge of [POOL, ...gauges]) {
    const values = await readGauge(app, gauge);
    if (!values) continue;
    const shown = new PromGauge({
      name: gauge.name,
      help: gauge.help,
      labelNames: [...(gauge.label_names ?? [])],
      registers: [scrape],
    });
    for (const { labels, value } of values.slice(0, GAUGE_VALUES_MAX)) shown.set(labels ?? {}, value);
  }
  return `${await registry.metrics()}\n${await scrape.metrics()}`;
}

const POOL: Gauge = {
  name: 'greenlane_db_pool_connections',
  help: 'Connections of the database pool; waiting counts requests that have none yet.',
  label_names: ['state'],
  read: async ({ pool }) => [
    { labels: { state: 'busy' }, value: pool.pg.totalCount - pool.pg.idleCount },
    { labels: { state: 'idle' }, value: pool.pg.idleCount },
    { labels: { state: 'waiting' }, value: pool.pg.waitingCount },
  ],
};

async function readGauge(app: App, gauge: Gauge): Promise<Awaited<ReturnType<Gauge['read']>> | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('not read in time')), GAUGE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([gauge.read(app), late]);
  } catch (cause) {
    // The other numbers are still worth having, above all when the database is what fails.
    app.log.warn({ err: cause, gauge: gauge.name }, 'a gauge could not be read');
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether the request comes from this machine itself. A reverse proxy on the same machine passes on the
 * requests of the whole world, and says so in a header; a page in a browser that was lured to this address
 * by a rebound name says another host.
 */
export function isLocalClient(client_address: string, headers: Headers): boolean {
  const is_loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(client_address);
  const is_forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some((name) =>
    headers.has(name),
  );
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '');
  return is_loopback && !is_forwarded && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}
