import { createHash } from 'node:crypto';
import { Feed } from 'feed';
import ical from 'ical-generator';
import { LANGUAGES, negotiateLanguage, type Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { sentenceOf, tooManyGuesses } from '#lib/server/accounts/refusal.ts';
import type { App } from '#lib/server/app.ts';
import { holdsEtag } from '#lib/server/http/etag.ts';
import { problem, problemResponse } from '#lib/server/http/problem.ts';
import { inboxOf, type ToldAlert } from './alerts.ts';
import { firmOfFeedToken } from './feed-tokens.ts';
import { partsOf } from './letter.ts';
import { alertRefusal, alertSentence } from './refusal.ts';

/** What a reader of feeds fetches at most; older alerts are in the inbox. */
const ENTRIES_MAX = 100;

export type AlertFeedRequest = {
  app: App;
  token: string;
  request: Request;
  url: URL;
  request_id: string;
  client_address: string;
};

/** Atom (RFC 4287) of a firm's inbox, the newest first. */
export async function answerAlertFeed(asked: AlertFeedRequest): Promise<Response> {
  const language = languageOf(asked);
  const alerts = await inboxBehind(asked, language);
  if ('refused' in alerts) return alerts.refused;
  const title = textsOf(language)('alerts.feed.title');
  const feed = new Feed({
    // The token stays out of what readers pass on to each other.
    id: `${asked.url.origin}/alerts`,
    title,
    link: `${asked.url.origin}/alerts`,
    updated: alerts[0]?.created_at ?? new Date(0),
    generator: 'Greenlane',
    author: { name: 'Greenlane' },
  });
  for (const { id, created_at, message } of alerts)
    feed.addItem({
      id: `urn:uuid:${id}`,
      title: escaped(message.title),
      link: message.url,
      date: created_at,
      description: partsOf(message)
        .map((part) => `<p><b>${escaped(part.heading)}</b> ${escaped(part.text)}</p>`)
        .join(''),
      category: [{ term: message.kind }],
    });
  return answer(asked, feed.atom1(), 'application/atom+xml; charset=utf-8');
}

/** iCalendar (RFC 5545) of the days that a firm's alerts are due. */
export async function answerAlertCalendar(asked: AlertFeedRequest): Promise<Response> {
  const language = languageOf(asked);
  const alerts = await inboxBehind(asked, language);
  if ('refused' in alerts) return alerts.refused;
  const name = textsOf(language)('alerts.feed.dates');
  const calendar = ical({ name, prodId: { company: 'Greenlane', product: 'alerts' } });
  for (const { id, due_on, message, created_at } of alerts) {
    const days = [
      ...(due_on === null ? [] : [{ day: due_on, kind: 'due' }]),
      ...(message.day === null ? [] : [{ day: message.day, kind: 'effective' }]),
    ];
    for (const { day, kind } of days)
      calendar.createEvent({
        id: `${id}-${kind}@greenlane`,
        allDay: true,
        start: new Date(`${day}T00:00:00Z`),
        stamp: created_at,
        summary: message.title,
        description: partsOf(message)
          .map((part) => `${part.heading}: ${part.text}`)
          .join('\n'),
        url: message.url,
      });
  }
  return answer(asked, calendar.toString(), 'text/calendar; charset=utf-8');
}

async function inboxBehind(
  asked: AlertFeedRequest,
  language: Language,
): Promise<ToldAlert[] | { refused: Response }> {
  const { app, token, client_address: address, request_id } = asked;
  const { found, wait_seconds } = await lookUp(app, { what: 'feed', address }, () =>
    firmOfFeedToken(app, token),
  );
  if (found !== null)
    return inboxOf(app, { firm_id: found, user_id: null }, { limit: ENTRIES_MAX, language });
  if (wait_seconds === 0) return { refused: notFound(asked, language) };
  const headers = { 'retry-after': String(wait_seconds) };
  return {
    refused: problemResponse(
      problem(429, sentenceOf(tooManyGuesses(wait_seconds), language), undefined, headers),
      request_id,
    ),
  };
}

function languageOf({ url, request }: AlertFeedRequest): Language {
  const asked = url.searchParams.get('language');
  const known = LANGUAGES.find((language) => language === asked);
  return known ?? negotiateLanguage(request.headers.get('accept-language'));
}

/** Atom titles are HTML here. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function answer({ request }: AlertFeedRequest, body: string, media_type: string): Response {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  const headers = { etag, 'cache-control': 'private, no-cache', vary: 'accept-language' };
  if (holdsEtag(request, etag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, 'content-type': media_type } });
}

function notFound({ request_id }: AlertFeedRequest, language: Language): Response {
  return problemResponse(problem(404, alertSentence(alertRefusal('feed_unknown'), language)), request_id);
}
