import { variablesOf } from '#lib/domain/alerts/template.ts';
import type { Segment } from '#lib/domain/rules/diff-run.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Mail } from '#lib/server/mail/mailer.ts';
import { partsOf, restOf, type Letter } from './letter.ts';
import type { ClauseChange, Message } from './message.ts';
import { wordedLines, wordedOf, type WordedLine } from './worded.ts';

/** A digest of many keeps to the sentences; the texts of clauses are a click away. */
const CLAUSES_WITH_TEXT_MAX = 3;

/**
 * A letter as mail, in HTML and text. The HTML is one column without images, scripts or style sheets, which
 * mail programs drop; what was removed is struck through and what is new underlined as well as coloured.
 */
export function mailOf(
  letter: Letter,
  { to, unsubscribe_url, from_host }: { to: string; unsubscribe_url: string; from_host: string },
): Mail {
  return {
    to,
    subject: wordedOf(letter)?.title ?? letter.title,
    text: textOf(letter, unsubscribe_url),
    html: htmlOf(letter, unsubscribe_url),
    message_id: `<${letter.id}@${from_host}>`,
    headers: {
      // RFC 2369 and RFC 8058: mail programs show a button, and a POST to it is enough.
      'List-Unsubscribe': `<${unsubscribe_url}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
    },
  };
}

function textOf(letter: Letter, unsubscribe_url: string): string {
  const text = textsOf(letter.language);
  if (wordedOf(letter))
    return [
      ...wordedText(letter),
      text('alerts.message.only_customs'),
      `${text('alerts.message.unsubscribe')}: ${unsubscribe_url}`,
    ].join('\n\n');
  return [
    letter.title,
    ...messageTexts(letter),
    `${text('alerts.message.open')}: ${letter.url}`,
    text('alerts.message.only_customs'),
    `${text('alerts.message.unsubscribe')}: ${unsubscribe_url}`,
  ].join('\n\n');
}

/** In somebody's own words, with the texts of the clauses where they asked for them. */
function wordedText(letter: Letter): string[] {
  return wordedLines(letter).flatMap(({ filled, block }) => {
    if (block === 'changes') return messageTexts(letter);
    return block === 'clauses' ? letter.messages.flatMap((one) => clauseTexts(letter, one)) : [filled];
  });
}

/** Every message, and how many are not shown. */
function messageTexts(letter: Letter): string[] {
  const rest = restOf(letter);
  return [
    ...letter.messages.map((message) => messageText(letter, message)),
    ...(rest > 0 ? [textsOf(letter.language)('alerts.digest.more', { n: rest })] : []),
  ];
}

function clauseTexts(letter: Letter, message: Message): string[] {
  return clausesIn(letter, message).map((clause) =>
    `${headingOf(clause, letter)}\n${clause.segments.map(segmentText).join('')}`.trimEnd(),
  );
}

function messageText(letter: Letter, message: Message): string {
  const text = textsOf(letter.language);
  const clauses = clauseTexts(letter, message);
  return [
    ...(letter.digest ? [message.title] : []),
    ...partsOf(message).map((part) => `${part.heading}: ${part.text}`),
    ...(clauses.length > 0 ? [text('alerts.message.text_only')] : []),
    ...clauses,
    ...(message.chain ? [message.chain] : []),
    ...(letter.digest ? [message.url] : []),
  ].join('\n');
}

function segmentText({ op, text }: Segment): string {
  if (op === 'same' || text === '') return text;
  return op === 'removed' ? `[-${text}-]` : `{+${text}+}`;
}

function clausesIn(letter: Letter, { clauses }: Message): ClauseChange[] {
  if (!letter.digest) return clauses;
  return letter.messages.length <= CLAUSES_WITH_TEXT_MAX ? clauses : [];
}

function headingOf({ path, title, change }: ClauseChange, { language }: Letter): string {
  const text = textsOf(language);
  const mark =
    change === 'added'
      ? ` (${text('alerts.message.added')})`
      : change === 'removed'
        ? ` (${text('alerts.message.removed')})`
        : '';
  return `${path}${title ? ` ${title}` : ''}${mark}`;
}

const BODY = 'margin:0;padding:24px;background:#ffffff;color:#1c1b19;font:15px/1.6 sans-serif';
const COLUMN = 'max-width:640px;margin:0 auto';
const HEADING = 'margin:16px 0 2px;font-size:13px;color:#5d5a54';
const CLAUSE = 'margin:8px 0;padding:8px 12px;border-left:3px solid #c9c4ba;white-space:pre-wrap';
const REMOVED = 'color:#8a2d1c;background:#fbeae6;text-decoration:line-through';
const ADDED = 'color:#1d5c3a;background:#e5f3ea;text-decoration:underline';
const SMALL = 'font-size:12px;color:#5d5a54';

function htmlOf(letter: Letter, unsubscribe_url: string): string {
  const text = textsOf(letter.language);
  const own = wordedOf(letter) ? wordedHtml(letter) : null;
  const said = own ?? [
    `<h1 style="font-size:20px;line-height:1.3">${escaped(letter.title)}</h1>`,
    ...messagesHtml(letter),
    `<p><a href="${escaped(letter.url)}">${escaped(text('alerts.message.open'))}</a></p>`,
  ];
  const parts = [
    ...said,
    `<p style="${SMALL}">${escaped(text('alerts.message.only_customs'))}<br>` +
      `<a style="${SMALL}" href="${escaped(unsubscribe_url)}">${escaped(text('alerts.message.unsubscribe'))}</a></p>`,
  ];
  return (
    `<!doctype html><html lang="${letter.language}"><head><meta charset="utf-8">` +
    `<title>${escaped(letter.title)}</title></head><body style="${BODY}"><div style="${COLUMN}">` +
    `${parts.join('\n')}</div></body></html>`
  );
}

/** A heading before a variable stands out, an address alone is a link; nothing that was typed is markup. */
function wordedHtml(letter: Letter): string[] {
  return wordedLines(letter).flatMap((line) => {
    if (line.block === 'changes') return messagesHtml(letter);
    if (line.block === 'clauses') return letter.messages.flatMap((message) => clauseHtml(letter, message));
    return [lineHtml(line, letter)];
  });
}

function lineHtml({ written, filled }: WordedLine, { language }: Letter): string {
  const [name, ...more] = variablesOf(written);
  const is_alone = more.length === 0 && /^\s*[{｛]{2}[^{}｛｝]*[}｝]{2}\s*$/.test(written);
  if (is_alone && name === 'title')
    return `<h1 style="font-size:20px;line-height:1.3">${escaped(filled)}</h1>`;
  if (is_alone && name === 'link')
    return `<p><a href="${escaped(filled)}">${escaped(textsOf(language)('alerts.message.open'))}</a></p>`;
  const heading = /^([^{}｛｝:：]{1,60}[:：])\s*[{｛]{2}/.exec(written)?.[1];
  if (heading === undefined || !filled.startsWith(heading)) return `<p>${escaped(filled)}</p>`;
  return `<p><strong>${escaped(heading)}</strong>${escaped(filled.slice(heading.length))}</p>`;
}

function messagesHtml(letter: Letter): string[] {
  const rest = restOf(letter);
  const more = textsOf(letter.language)('alerts.digest.more', { n: rest });
  return [
    ...letter.messages.map((message) => messageHtml(letter, message)),
    ...(rest > 0 ? [`<p>${escaped(more)}</p>`] : []),
  ];
}

function clauseHtml(letter: Letter, message: Message): string[] {
  return clausesIn(letter, message).map(
    (clause) =>
      `<h3 style="${HEADING}">${escaped(headingOf(clause, letter))}</h3>` +
      // Of a clause whose text is not held there is nothing to quote.
      (clause.segments.every(({ text }) => text === '')
        ? ''
        : `<div style="${CLAUSE}">${clause.segments.map(segmentHtml).join('')}</div>`),
  );
}

function messageHtml(letter: Letter, message: Message): string {
  const heading = letter.digest
    ? `<h2 style="font-size:16px;margin:24px 0 0"><a href="${escaped(message.url)}">${escaped(message.title)}</a></h2>`
    : '';
  const parts = partsOf(message).map(
    (part) =>
      `<h3 style="${HEADING}">${escaped(part.heading)}</h3><p style="margin:0">${escaped(part.text)}</p>`,
  );
  const clauses = clauseHtml(letter, message);
  const chain = message.chain
    ? [`<p style="${SMALL};word-break:break-all">${escaped(message.chain)}</p>`]
    : [];
  return [heading, ...parts, ...clauses, ...chain].join('\n');
}

function segmentHtml({ op, text, is_limit }: Segment): string {
  const shown = is_limit ? `<strong>${escaped(text)}</strong>` : escaped(text);
  switch (op) {
    case 'same':
      return shown;
    case 'removed':
      return `<del style="${REMOVED}">${shown}</del>`;
    case 'added':
      return `<ins style="${ADDED}">${shown}</ins>`;
    default:
      return op satisfies never;
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
