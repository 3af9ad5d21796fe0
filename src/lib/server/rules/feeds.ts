import { createHash } from 'node:crypto';
import { Feed } from 'feed';
import ical from 'ical-generator';
import { sql } from 'kysely';
import { DATE_NAME } from '#lib/i18n/rule-names.ts';
import { LANGUAGES, negotiateLanguage, type Language, type Text } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { holdsEtag } from '#lib/server/http/etag.ts';
import { problem, problemResponse } from '#lib/server/http/problem.ts';
import { ruleCalendar } from './calendar.ts';
import { chainHead } from './chain.ts';
import { ruleRefusal, ruleSentence } from './refusal.ts';
import { readPublished } from './rule-actor.ts';
import { readInstrument, versionRows, type StoredInstrument, type VersionRow } from './version.ts';

/** What a reader of feeds fetches at most; older versions are in the API. */
const ENTRIES_MAX = 100;
/** Readers come every few minutes; a proxy may answer them for one. */
const CACHE_SECONDS = 60;

/** A public request for a feed; `instrument` is a slug, null for all. */
export type FeedRequest = {
  app: App;
  instrument: string | null;
  request: Request;
  url: URL;
  request_id: string;
};

/** Atom (RFC 4287) of what was published, the newest first, with the head of the chain as a witness. */
export async function answerRuleFeed(asked: FeedRequest): Promise<Response> {
  const language = languageOf(asked);
  const found = await publishedVersions(asked);
  if (!found) return notFound(asked, language);
  const text = textsOf(language);
  const { instrument, versions, head } = found;
  const feed = new Feed({
    id: asked.url.origin + asked.url.pathname,
    title: escaped(
      instrument
        ? text('rules.feed.title_of', { title: titleIn(instrument, language) })
        : text('rules.feed.title'),
    ),
    description: text('rules.feed.head', { sequence: String(head.sequence), sha256: head.sha256 }),
    link: `${asked.url.origin}/rules${instrument ? `/${instrument.slug}` : ''}`,
    feedLinks: { atom: asked.url.href },
    updated: versions.map(changedAt).reduce((last, one) => (one > last ? one : last), new Date(0)),
    generator: 'Greenlane',
    author: { name: 'Greenlane' },
  });
  for (const version of versions)
    feed.addItem({
      id: `urn:uuid:${version.id}`,
      title: escaped(`${version.instrument_slug} · ${version.label}: ${titleIn(version, language)}`),
      link: linkOf(asked.url, version),
      date: changedAt(version),
      ...(version.recorded_at ? { published: version.recorded_at } : {}),
      description: escaped(summaryOf(version, text)),
      category: [
        { term: version.withdrawn_at ? 'withdrawn' : 'published' },
        { term: version.instrument_slug },
      ],
    });
  return answer(asked, feed.atom1(), 'application/atom+xml; charset=utf-8');
}

/** iCalendar (RFC 5545) of the days on which rules begin, end or stop taking comments. */
export async function answerRuleCalendar(asked: FeedRequest): Promise<Response> {
  const language = languageOf(asked);
  const found = await publishedVersions(asked);
  if (!found) return notFound(asked, language);
  const text = textsOf(language);
  const { instrument } = found;
  const name = instrument
    ? text('rules.feed.dates_of', { title: titleIn(instrument, language) })
    : text('rules.feed.dates');
  const calendar = ical({ name, prodId: { company: 'Greenlane', product: 'rules' } });
  for (const { day, kind, version } of await ruleCalendar(asked.app, { instrument: asked.instrument }))
    calendar.createEvent({
      id: `${version.id}-${kind}@greenlane`,
      allDay: true,
      start: new Date(`${day}T00:00:00Z`),
      stamp: version.recorded_at ?? new Date(0),
      summary: text(DATE_NAME[kind], { title: `${version.instrument_slug} · ${version.label}` }),
      description: `${titleIn(version, language)}\n${summaryOf(version, text)}`,
      url: linkOf(asked.url, version),
    });
  return answer(asked, calendar.toString(), 'text/calendar; charset=utf-8');
}

/** Null where nobody may know of the instrument. */
function publishedVersions({ app, instrument: slug }: FeedRequest) {
  return readPublished(app, async (tx) => {
    const instrument = slug === null ? null : await readInstrument(tx, slug);
    if (slug !== null && !instrument) return null;
    const condition =
      slug === null ? sql`v.state = 'published'` : sql`v.state = 'published' and i.slug = ${slug}`;
    const versions = await versionRows(tx, condition, sql`coalesce(w.at, v.recorded_at) desc`);
    return { instrument, versions: versions.slice(0, ENTRIES_MAX), head: await chainHead(tx) };
  });
}

function changedAt(version: VersionRow): Date {
  return version.withdrawn_at ?? version.recorded_at ?? new Date(0);
}

/** One or two sentences: from when, what kind of record, how certain. */
function summaryOf(version: VersionRow, text: Text): string {
  const { valid_from, comment_until, stage, is_repeal } = version;
  const sentences = [
    stage === 'published' && valid_from !== null
      ? text(is_repeal ? 'rules.feed.repealed' : 'rules.feed.effective', { day: valid_from })
      : text('rules.feed.proposal'),
    ...(comment_until === null ? [] : [text('rules.feed.comments', { day: comment_until })]),
    ...(version.corrects === null ? [] : [text('rules.feed.corrects')]),
    ...(version.confirmed ? [] : [text('rules.feed.unconfirmed')]),
    ...(version.withdrawn_reason === null
      ? []
      : [text('rules.feed.withdrawn', { reason: version.withdrawn_reason })]),
  ];
  return sentences.join(' ');
}

/** The title in the reader's language where there is one; the original, which is always there, else. */
function titleIn(titled: Pick<StoredInstrument, 'title' | 'title_translation'>, language: Language): string {
  const { title, title_translation } = titled;
  const is_chinese = /\p{Script=Han}/u.test(title);
  return is_chinese === (language === 'zh-CN') ? title : (title_translation ?? title);
}

function linkOf(url: URL, version: VersionRow): string {
  const day = version.valid_from;
  return `${url.origin}/rules/${version.instrument_slug}${day === null ? '' : `?on=${day}`}`;
}

function languageOf({ url, request }: FeedRequest): Language {
  const asked = url.searchParams.get('language');
  const known = LANGUAGES.find((language) => language === asked);
  return known ?? negotiateLanguage(request.headers.get('accept-language'));
}

/** Atom titles are HTML here. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function answer({ request }: FeedRequest, body: string, media_type: string): Response {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  const headers = {
    etag,
    'cache-control': `public, max-age=${CACHE_SECONDS}`,
    vary: 'accept-language',
  };
  if (holdsEtag(request, etag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, 'content-type': media_type } });
}

function notFound({ instrument, request_id }: FeedRequest, language: Language): Response {
  const sentence = ruleSentence(ruleRefusal('instrument_unknown', { slug: instrument ?? '' }), language);
  return problemResponse(problem(404, sentence), request_id);
}
