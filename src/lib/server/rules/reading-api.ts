import { z } from 'zod';
import { LINK_KINDS } from '#lib/domain/rules/chain.ts';
import { holdsEtag } from '#lib/server/http/etag.ts';
import { operation } from '#lib/server/http/operation.ts';
import { akomaNtoso } from './akn.ts';
import { summariseVersion, versionSummary } from './answers.ts';
import { DATE_KINDS, ruleCalendar } from './calendar.ts';
import { day } from './draft-input.ts';
import { instant, pointQuery, READ, slugParams } from './instruments-api.ts';
import { lawOn, lawTimeline } from './law.ts';
import { proveVersion } from './proof.ts';
import { orRefuse, ruleRefusal } from './refusal.ts';
import { sha256 } from './sha256.ts';

export const getAkomaNtoso = operation({
  method: 'get',
  path: '/instruments/{slug}.akn.xml',
  tag: 'Rules',
  summary: 'The rule in force on a day as Akoma Ntoso 3.0',
  access: READ,
  params: slugParams,
  query: pointQuery.extend({
    language: z.enum(['zh-CN', 'en']).optional().describe('Translations in place of the original.'),
  }),
  response: { description: 'One act with its metadata and body.', media_type: 'application/akn+xml' },
  run: async ({ app, params: { slug }, query, request }) => {
    const law = await lawOn(app, slug, query);
    if (!law) return orRefuse(ruleRefusal('instrument_unknown', { slug }));
    const { version, as_of, instrument } = law;
    if (!version || law.state !== 'in_force')
      return orRefuse(ruleRefusal('nothing_in_force', { slug, day: as_of }));
    const text = akomaNtoso({ ...law, version }, query.language ?? instrument.language);
    const etag = `"${sha256(text).slice(0, 32)}"`;
    const headers = {
      etag,
      'cache-control': 'private, no-cache',
      vary: 'authorization, cookie, greenlane-firm',
    };
    if (holdsEtag(request, etag)) return new Response(null, { status: 304, headers });
    return new Response(text, {
      headers: { ...headers, 'content-type': 'application/akn+xml; charset=utf-8' },
    });
  },
});

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const when = z.iso.datetime({ offset: true });

export const getTimeline = operation({
  method: 'get',
  path: '/instruments/{slug}/timeline',
  tag: 'Rules',
  summary: 'The law of all days, as known at a moment',
  access: READ,
  params: slugParams,
  query: z.object({ known_at: instant.optional() }),
  response: {
    description: 'Stretches of days in order and without gaps; null is open.',
    schema: z.object({
      instrument: z.string(),
      known_at: when,
      intervals: z.array(
        z.object({
          from: z.iso.date().nullable(),
          to: z.iso.date().nullable(),
          state: z.enum(['in_force', 'repealed', 'expired', 'none']),
          version: versionSummary.nullable(),
        }),
      ),
    }),
  },
  run: async ({ app, params: { slug }, query }) => {
    const found = await lawTimeline(app, slug, query.known_at ?? null);
    if (!found) return orRefuse(ruleRefusal('instrument_unknown', { slug }));
    const intervals = found.intervals.map(({ from, to, law }) => ({
      from,
      to,
      state: law.state,
      version: law.state === 'none' ? null : summariseVersion(law.version),
    }));
    return { instrument: slug, known_at: found.known_at.toISOString(), intervals };
  },
});

export const getCalendar = operation({
  method: 'get',
  path: '/rules/calendar',
  tag: 'Rules',
  summary: 'Days on which rules begin, end or stop taking comments',
  access: READ,
  query: z.object({ from: day.optional(), to: day.optional(), instrument: z.string().max(63).optional() }),
  response: {
    description: 'In the order of the days.',
    schema: z.object({
      items: z.array(z.object({ day: z.iso.date(), kind: z.enum(DATE_KINDS), version: versionSummary })),
    }),
  },
  run: async ({ app, query }) => {
    const dates = await ruleCalendar(app, query);
    return { items: dates.map((date) => ({ ...date, version: summariseVersion(date.version) })) };
  },
});

const link = z.object({
  sequence: z.int(),
  kind: z.enum(LINK_KINDS),
  version_id: z.uuid(),
  content_sha256: hash,
  recorded_at: when,
  previous_sha256: hash,
  sha256: hash,
});

export const getProof = operation({
  method: 'get',
  path: '/versions/{id}/proof',
  tag: 'Rules',
  summary: 'The hash chain up to a version',
  description:
    'Each link is the sha-256 of its own canonical JSON (RFC 8785) without `sha256`; `content_sha256` is that of the text in `contents`, and `previous_sha256` the link before, zeros for the first.',
  access: READ,
  params: z.object({ id: z.uuid().toLowerCase() }),
  response: {
    description: 'All links up to the publication, and the texts that the links of this version hold.',
    schema: z.object({
      version_id: z.uuid(),
      links: z.array(link),
      contents: z.array(z.object({ sequence: z.int(), kind: z.enum(LINK_KINDS), content: z.string() })),
      head: z.object({ sequence: z.int(), sha256: hash }),
    }),
  },
  run: async ({ app, actor, params: { id } }) => orRefuse(await proveVersion(app, actor, id)).proof,
});
