import { textsOf } from '#lib/i18n/texts.ts';
import type { Format } from './endpoint.ts';
import { partsOf, restOf, type Letter } from './letter.ts';
import type { Message } from './message.ts';
import { wordedOf } from './worded.ts';
import { dingtalkQuery, feishuSignature, signedHeaders } from './sign.ts';

export type Prepared = { url: string; headers: Record<string, string>; body: string | Uint8Array };
export type Secrets = { secrets: readonly string[]; signing_key: string | null };

/** Robots refuse messages beyond some 20 kB, and nobody reads a chat message of a page. */
const ROBOT_MESSAGES_MAX = 10;

/** The request of one attempt: the body is the same every time, time stamps and signatures are of the attempt. */
export function prepare(
  letter: Letter,
  endpoint: { url: string; format: Format } & Secrets,
  at: Date,
): Prepared {
  const json = { 'content-type': 'application/json' };
  const [secret = ''] = endpoint.secrets;
  switch (endpoint.format) {
    case 'standard': {
      const body = JSON.stringify(standardBody(letter));
      const headers = signedHeaders({ id: letter.id, at, body }, endpoint);
      return { url: endpoint.url, headers: { ...json, ...headers }, body };
    }
    case 'dingtalk': {
      const url = new URL(endpoint.url);
      for (const [name, value] of Object.entries(dingtalkQuery(secret, at)))
        url.searchParams.set(name, value);
      const markdown = { title: titleOf(letter), text: markdownOf(letter) };
      return { url: url.href, headers: json, body: JSON.stringify({ msgtype: 'markdown', markdown }) };
    }
    case 'wecom': {
      const markdown = { content: markdownOf(letter) };
      return { url: endpoint.url, headers: json, body: JSON.stringify({ msgtype: 'markdown', markdown }) };
    }
    case 'feishu':
      return { url: endpoint.url, headers: json, body: JSON.stringify(feishuBody(letter, secret, at)) };
    case 'slack':
      return { url: endpoint.url, headers: json, body: JSON.stringify(slackBody(letter)) };
    case 'teams':
      return { url: endpoint.url, headers: json, body: JSON.stringify(teamsBody(letter)) };
    default:
      return endpoint.format satisfies never;
  }
}

/** `{ type, timestamp, data }` of Standard Webhooks. */
function standardBody({ at, digest, messages, language }: Letter) {
  const timestamp = at.toISOString();
  if (!digest) {
    const [message] = messages;
    return { type: message?.kind ?? 'unknown', timestamp, data: message ? dataOf(message) : {} };
  }
  return {
    type: 'digest',
    timestamp,
    data: {
      mode: digest.mode,
      period_end: digest.period_end.toISOString(),
      count: digest.count,
      language,
      items: messages.map((message) => ({
        type: message.kind,
        timestamp: message.occurred_at.toISOString(),
        data: dataOf(message),
      })),
    },
  };
}

function dataOf(message: Message) {
  const { event_id, alert_id, language, title, changed, from, means, to_do, why, url, subject_id, event } =
    message;
  const saved_searches = message.found;
  const impact = message.impact?.of === 'firm' ? message.impact.impact : null;
  const told = { what_changed: changed, from_when: from, what_it_means: means, what_to_do: to_do, why };
  return { event_id, alert_id, subject_id, language, title, ...told, saved_searches, url, impact, event };
}

function markdownOf(letter: Letter): string {
  const text = textsOf(letter.language);
  const shown = letter.messages.slice(0, ROBOT_MESSAGES_MAX);
  const rest = restOf(letter) + letter.messages.length - shown.length;
  const more = rest > 0 ? [text('alerts.digest.more', { n: rest })] : [];
  const listed = shown.map(
    (message) => `- [${plain(message.title)}](${message.url}): ${plain(message.changed)}`,
  );
  const worded = wordedOf(letter, { place: plain, changes: [...listed, ...more].join('\n') });
  if (worded)
    return [
      `### ${plain(worded.title)}`,
      ...worded.lines.filter((line) => line !== ''),
      `[${text('alerts.message.open')}](${letter.url})`,
    ].join('\n\n');
  const blocks = letter.digest
    ? listed
    : shown.flatMap((message) =>
        partsOf(message).map((part) => `**${part.heading}**\n\n${plain(part.text)}`),
      );
  return [
    `### ${plain(letter.title)}`,
    ...blocks,
    ...more,
    `[${text('alerts.message.open')}](${letter.url})`,
  ].join('\n\n');
}

/** Titles come from outside: what would be markup or call somebody by name is shown as it is. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]()#<>~|]/g, '\\$&').replaceAll('@', '＠');
}

export function titleOf(letter: Letter): string {
  return wordedOf(letter)?.title ?? letter.title;
}

function feishuBody(letter: Letter, secret: string, at: Date) {
  const text = textsOf(letter.language);
  const lines = linesOf(letter).map((line) => [{ tag: 'text', text: line }]);
  const link = [{ tag: 'a', text: text('alerts.message.open'), href: letter.url }];
  const post = { title: titleOf(letter), content: [...lines, link] };
  return {
    ...feishuSignature(secret, at),
    msg_type: 'post',
    content: { post: { [letter.language === 'zh-CN' ? 'zh_cn' : 'en_us']: post } },
  };
}

/** What a robot says, without markup. */
export function linesOf(letter: Letter): string[] {
  const text = textsOf(letter.language);
  const shown = letter.messages.slice(0, ROBOT_MESSAGES_MAX);
  const rest = restOf(letter) + letter.messages.length - shown.length;
  const more = rest > 0 ? [text('alerts.digest.more', { n: rest })] : [];
  const listed = shown.map((message) => `${message.title}: ${message.changed}`);
  const worded = wordedOf(letter, { changes: [...listed, ...more].join('\n') });
  if (worded) return worded.lines.flatMap((line) => line.split('\n')).filter((line) => line !== '');
  const lines = letter.digest
    ? listed
    : shown.flatMap((message) => partsOf(message).map((part) => `${part.heading}: ${part.text}`));
  return [...lines, ...more];
}

function slackBody(letter: Letter) {
  const text = textsOf(letter.language);
  const escaped = (line: string) =>
    line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const section = (line: string) => ({ type: 'section', text: { type: 'mrkdwn', text: line } });
  return {
    text: escaped(titleOf(letter)),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: titleOf(letter).slice(0, 150) } },
      ...linesOf(letter).map((line) => section(escaped(line).slice(0, 3_000))),
      section(`<${letter.url}|${escaped(text('alerts.message.open'))}>`),
    ],
  };
}

function teamsBody(letter: Letter) {
  const text = textsOf(letter.language);
  const block = (line: string, weight = 'Default') => ({ type: 'TextBlock', text: line, wrap: true, weight });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          version: '1.4',
          body: [block(titleOf(letter), 'Bolder'), ...linesOf(letter).map((line) => block(line))],
          actions: [{ type: 'Action.OpenUrl', title: text('alerts.message.open'), url: letter.url }],
        },
      },
    ],
  };
}
