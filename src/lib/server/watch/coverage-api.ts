import { z } from 'zod';
import { coverageCsv } from '#lib/domain/watch/coverage-csv.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { sourceCoverage } from './coverage.ts';
import { watchMeasures } from './measures.ts';
import { NOT_THERE, requireSource } from './sources-api.ts';
import { findSourceEver } from './sources.ts';

const by_id = z.object({ id: z.uuid().toLowerCase() });
const instant = z.iso.datetime({ offset: true });
const DAYS = 30;
const DAY_MS = 86_400_000;
const range = {
  from: instant.optional().describe('Thirty days before the end unless said.'),
  to: instant.optional().describe('Now unless said; for a source that is watched no more, its last moment.'),
};

function rangeOf(
  query: { from?: string; to?: string },
  { now, ended_at = null }: { now: Date; ended_at?: Date | null },
): { from_at: Date; to_at: Date } {
  const to_at = query.to ? new Date(query.to) : (ended_at ?? now);
  const from_at = query.from ? new Date(query.from) : new Date(to_at.getTime() - DAYS * DAY_MS);
  const end_at = to_at > now ? now : to_at;
  if (from_at < end_at) return { from_at, to_at: end_at };
  const message = `The time from ${from_at.toISOString()} to ${end_at.toISOString()} is none: give a from that lies before to, and before now.`;
  refuse(422, message, [{ field: 'from', code: 'range', message }]);
}

export const getSourceCoverage = operation({
  method: 'get',
  path: '/sources/{id}/coverage',
  tag: 'Watch',
  summary: 'When a source was watched, with every gap and its reason',
  description:
    'The ledger as proof: JSON, or a CSV with `format=csv`. It is kept and given when the source is watched no more.',
  access: { scope: 'watch:read', side: 'operator' },
  params: by_id,
  query: z.object({ ...range, format: z.enum(['json', 'csv']).default('json') }),
  response: {
    description: 'The ledger.',
    schema: z.object({
      source_id: z.uuid(),
      name: z.string(),
      url: z.string(),
      ended_at: instant.nullable().describe('When it was taken away; null while it is watched.'),
      from: instant,
      to: instant,
      watched_seconds: z.int(),
      share: z.number().describe('Of the whole time, from 0 to 1.'),
      gaps: z.array(
        z.object({
          from: instant,
          to: instant,
          reason: z.enum(['changed_layout', 'blocked', 'failing', 'paused', 'not_watched']),
        }),
      ),
      addresses: z
        .array(z.object({ from: instant, url: z.string() }))
        .describe('What was watched, each from when on: the address of a source may be changed.'),
      imports: z.array(instant).describe('When a person brought a page in.'),
    }),
  },
  run: async ({ app, params, query }) => {
    const source = (await findSourceEver(app, params.id)) ?? refuse(404, NOT_THERE);
    const { ended_at } = source;
    const coverage = await sourceCoverage(app, source, rangeOf(query, { now: app.now(), ended_at }));
    if (query.format === 'csv')
      return new Response(coverageCsv(source, coverage), {
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="coverage-${source.slug}.csv"`,
          'cache-control': 'private, no-cache',
        },
      });
    const { from_at, to_at, watched_seconds, share, gaps, addresses, imports } = coverage;
    return {
      source_id: source.id,
      name: source.name,
      url: source.url,
      ended_at: ended_at?.toISOString() ?? null,
      from: from_at.toISOString(),
      to: to_at.toISOString(),
      watched_seconds,
      share,
      gaps: gaps.map((gap) => ({
        from: gap.from_at.toISOString(),
        to: gap.to_at.toISOString(),
        reason: gap.reason,
      })),
      addresses: addresses.map(({ from_at: at, url }) => ({ from: at.toISOString(), url })),
      imports: imports.map((at) => at.toISOString()),
    };
  },
});

const step = z.object({ n: z.int(), p50_hours: z.number().nullable(), p90_hours: z.number().nullable() });

export const getWatchMeasures = operation({
  method: 'get',
  path: '/watch/measures',
  tag: 'Watch',
  summary: 'How fast news travels: published, fetched, confirmed, told',
  description:
    'What stood there when a source was first read, or was published before, tells nothing and is left out, and so is what a new query finds in the archive. Where only the day of publication is known, it counts from the beginning of that day; without one not at all. Told is the first who asked to hear of it: in the inbox at once, else when it was delivered.',
  access: { scope: 'watch:read', side: 'operator' },
  query: z.object({ ...range, source_id: z.uuid().toLowerCase().optional() }),
  response: {
    description: 'Median and slowest tenth of each step, in hours.',
    schema: z.object({
      from: instant,
      to: instant,
      published_to_fetched: step,
      fetched_to_confirmed: step,
      confirmed_to_told: step,
    }),
  },
  run: async ({ app, query }) => {
    if (query.source_id) await requireSource(app, query.source_id);
    const { from_at, to_at } = rangeOf(query, { now: app.now() });
    const measures = await watchMeasures(app, { source_id: query.source_id ?? null, from_at, to_at });
    return { from: from_at.toISOString(), to: to_at.toISOString(), ...measures };
  },
});
