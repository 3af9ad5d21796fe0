import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { FeedEntry } from '#lib/domain/watch/feed.ts';
import {
  ADDRESS,
  CHINESE,
  JAPANESE,
  KOREAN,
  OTHER_ALPHABETS,
  RUSSIAN,
  TRADITIONAL,
  WESTERN,
  type Said,
} from '../../../../../tests/fixtures/feeds/entries.ts';
import { FAULTS } from '../../../../../tests/fixtures/feeds/faults.ts';
import { ODD_DOCUMENTS, type OddDocument } from '../../../../../tests/fixtures/feeds/odd-documents.ts';
import { jsonFeed, UTF8_WRITERS, XML_WRITERS } from '../../../../../tests/fixtures/feeds/writers.ts';
import { readFeedBytes } from './read-feed-bytes.ts';

/** One document of the corpus and what a reader has to find in it. */
type Case = { name: string; bytes: Uint8Array; header?: string; said: OddDocument['said'] };

/** RSS 1.0 names an item by its address. */
const saidIn = (format: string, said: readonly Said[]) =>
  format === 'rss 1.0' ? said.map((one) => ({ ...one, id: one.url })) : said;

const utf8 = (text: string) => new TextEncoder().encode(text);
const UTF8_FORMATS = { ...XML_WRITERS, ...UTF8_WRITERS };

function faultyCases(): Case[] {
  return Object.entries(UTF8_FORMATS).flatMap(([format, write]) =>
    FAULTS.filter(({ applies }) => applies?.(format) ?? true).map(({ name, damage }) => ({
      name: `${format}, ${name}`,
      bytes: utf8(damage(write(CHINESE))),
      said: saidIn(format, CHINESE),
    })),
  );
}

const ENCODINGS: readonly { encoding: string; declared: string; said: readonly Said[] }[] = [
  { encoding: 'gbk', declared: 'GB2312', said: CHINESE },
  { encoding: 'gbk', declared: 'gbk', said: CHINESE },
  { encoding: 'gb18030', declared: 'GB18030', said: CHINESE },
  { encoding: 'gbk', declared: 'x-gbk', said: CHINESE },
  { encoding: 'gbk', declared: 'cp936', said: CHINESE },
  { encoding: 'big5', declared: 'Big5', said: TRADITIONAL },
  { encoding: 'big5hkscs', declared: 'big5-hkscs', said: TRADITIONAL },
  { encoding: 'cp950', declared: 'cp950', said: TRADITIONAL },
  { encoding: 'shift_jis', declared: 'Shift_JIS', said: JAPANESE },
  { encoding: 'euc-jp', declared: 'EUC-JP', said: JAPANESE },
  { encoding: 'euc-kr', declared: 'ks_c_5601-1987', said: KOREAN },
  { encoding: 'windows-1252', declared: 'ISO-8859-1', said: WESTERN },
  { encoding: 'windows-1251', declared: 'windows-1251', said: RUSSIAN },
  { encoding: 'koi8-r', declared: 'koi8-r', said: RUSSIAN },
];
const ENCODED_FORMATS = ['rss 2.0', 'rss 1.0', 'atom 1.0'] as const;

function encodedCases(): Case[] {
  return ENCODINGS.flatMap(({ encoding, declared, said: entries }) =>
    ENCODED_FORMATS.flatMap((format) => {
      const xml = (XML_WRITERS[format] ?? (() => ''))(entries);
      const said = saidIn(format, entries);
      const name = `${format} in ${encoding} called ${declared}`;
      const bytes = (declaration: string) => Uint8Array.from(iconv.encode(`${declaration}${xml}`, encoding));
      const with_name = (name_said: string) => bytes(`<?xml version="1.0" encoding="${name_said}"?>\n`);
      return [
        { name: `${name}, declared inside as ${declared}`, bytes: with_name(declared), said },
        { name: `${name}, a character cut in two`, bytes: withCutTail(with_name(declared)), said },
        { name: `${name}, declared by the header as ${declared}`, bytes: bytes(''), header: declared, said },
        { name: `${name}, declared as utf-8`, bytes: with_name('utf-8'), said },
        {
          name: `${name}, said by the header to be utf-8`,
          bytes: with_name(declared),
          header: 'utf-8',
          said,
        },
        ...(entries === WESTERN || entries === RUSSIAN
          ? []
          : [
              { name: `${name}, not declared`, bytes: bytes(''), said },
              { name: `${name}, declared as iso-8859-1`, bytes: with_name('iso-8859-1'), said },
            ]),
      ];
    }),
  );
}

function undeclaredCases(): Case[] {
  return OTHER_ALPHABETS.flatMap(({ encodings, title, text }) =>
    encodings.map((encoding) => {
      const said = [{ ...notice, title, text, html: `<p>${text}</p>` }];
      const xml = (XML_WRITERS['rss 2.0'] ?? (() => ''))(said);
      const name = `"${title}" in ${encoding}, not declared`;
      return { name, bytes: Uint8Array.from(iconv.encode(xml, encoding)), said };
    }),
  );
}

const notice = {
  id: 'sample-2026-24',
  url: 'https://notices.example/2026/24',
  published_at: '2026-05-20T08:00:00.000Z',
};

/** A summary that a server cut by its bytes, in a part of the feed that says nothing about its entries. */
function withCutTail(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes, ...utf8('<!-- '), 0xb9, ...utf8(' -->')]);
}

function wideCases(): Case[] {
  const mark: Readonly<Record<string, readonly number[]>> = {
    'utf-16le': [0xff, 0xfe],
    'utf-16be': [0xfe, 0xff],
    'utf-32le': [0xff, 0xfe, 0, 0],
    'utf-32be': [0, 0, 0xfe, 0xff],
  };
  return Object.keys(mark).flatMap((encoding) =>
    ENCODED_FORMATS.flatMap((format) => {
      const xml = `<?xml version="1.0" encoding="${encoding.slice(0, 6)}"?>${(XML_WRITERS[format] ?? (() => ''))(CHINESE)}`;
      const bare = [...iconv.encode(xml, encoding, { addBOM: false })];
      const name = `${format} in ${encoding}`;
      return [
        {
          name: `${name} with its mark`,
          bytes: Uint8Array.from([...(mark[encoding] ?? []), ...bare]),
          said: saidIn(format, CHINESE),
        },
        { name: `${name} without its mark`, bytes: Uint8Array.from(bare), said: saidIn(format, CHINESE) },
        {
          name: `${name}, the header says gbk`,
          bytes: Uint8Array.from([...(mark[encoding] ?? []), ...bare]),
          header: 'gbk',
          said: saidIn(format, CHINESE),
        },
      ];
    }),
  );
}

function wronglyDeclaredUtf8(): Case[] {
  return [
    'gb2312',
    'big5',
    'iso-8859-1',
    'windows-1252',
    'shift_jis',
    'us-ascii',
    'utf-16',
    'x-unheard-of',
  ].flatMap((declared) =>
    ENCODED_FORMATS.flatMap((format) => {
      const xml = (XML_WRITERS[format] ?? (() => ''))(CHINESE);
      return [
        {
          name: `${format} in utf-8, declared inside as ${declared}`,
          bytes: utf8(`<?xml version="1.0" encoding="${declared}"?>${xml}`),
          said: saidIn(format, CHINESE),
        },
        {
          name: `${format} in utf-8, declared by the header as ${declared}`,
          bytes: utf8(xml),
          header: declared,
          said: saidIn(format, CHINESE),
        },
      ];
    }),
  );
}

/** HZ, the seven-bit form of GB 2312, which no library at hand writes. */
function inHz(text: string): Uint8Array {
  const tilde = text.replaceAll('~', '~~');
  const runs = tilde.replace(/[^\u0000-\u007f]+/gu, (run) => {
    const seven_bit = [...iconv.encode(run, 'gbk')].map((byte) => String.fromCharCode(byte & 0x7f)).join('');
    return `~{${seven_bit}~}`;
  });
  return Uint8Array.from(runs, (character) => character.charCodeAt(0));
}

function jsonCases(): Case[] {
  return (['1', '1.1'] as const).flatMap((version) => {
    const feed = jsonFeed(version, CHINESE);
    const text = JSON.stringify(feed);
    const name = `JSON Feed ${version}`;
    return [
      { name, bytes: utf8(text), said: CHINESE },
      { name: `${name}, spread over lines`, bytes: utf8(JSON.stringify(feed, null, 2)), said: CHINESE },
      { name: `${name} after a mark`, bytes: utf8(`\uFEFF${text}`), said: CHINESE },
      { name: `${name} after blank lines`, bytes: utf8(`\n\n  ${text}`), said: CHINESE },
      {
        name: `${name} with escapes`,
        bytes: utf8(
          text.replace(/[^\u0000-\u007f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
        ),
        said: CHINESE,
      },
      { name: `${name} after a comment`, bytes: utf8(`/* ours */ ${text}`), said: CHINESE },
      { name: `${name} as an argument`, bytes: utf8(`show(${text});`), said: CHINESE },
      { name: `${name} with something behind it`, bytes: utf8(`${text};<!-- 0.2 s -->`), said: CHINESE },
      { name: `${name} that breaks off`, bytes: utf8(`${text.slice(0, -2)},{"id":"x","tit`), said: CHINESE },
      { name: `${name} with a comma too many`, bytes: utf8(text.replace(/\}\]\}$/, '},]}')), said: CHINESE },
      {
        name: `${name} in gbk`,
        bytes: Uint8Array.from(iconv.encode(text, 'gbk')),
        header: 'gbk',
        said: CHINESE,
      },
      {
        name: `${name} in gbk, not declared`,
        bytes: Uint8Array.from(iconv.encode(text, 'gbk')),
        said: CHINESE,
      },
      {
        name: `${name} in utf-16`,
        bytes: Uint8Array.from(iconv.encode(text, 'utf-16le', { addBOM: true })),
        said: CHINESE,
      },
      {
        name: `${name} with items that are none`,
        bytes: utf8(text.replace('"items":[', '"items":[null,7,"x",')),
        said: CHINESE,
      },
    ];
  });
}

const CASES: readonly Case[] = [
  ...faultyCases(),
  ...encodedCases(),
  ...undeclaredCases(),
  ...wideCases(),
  ...wronglyDeclaredUtf8(),
  ...ENCODED_FORMATS.map((format) => ({
    name: `${format} in hz`,
    bytes: inHz(`<?xml version="1.0" encoding="hz-gb-2312"?>${(XML_WRITERS[format] ?? (() => ''))(CHINESE)}`),
    said: saidIn(format, CHINESE),
  })),
  ...jsonCases(),
  ...ODD_DOCUMENTS.map(({ name, text, said }) => ({ name, bytes: utf8(text), said })),
];

function seen({ id, title, url, published_at, text }: FeedEntry) {
  return { id, title, url, published_at, text };
}

describe('the corpus of feeds', () => {
  it('has more than 400 documents, each with a name of its own', () => {
    expect(CASES.length).toBeGreaterThan(400);
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  it.each(CASES)('$name', async ({ bytes, header, said }) => {
    const { result } = await readFeedBytes(bytes, { address: ADDRESS, header: header ?? null });
    if (!result.ok) throw new Error(result.problem);
    expect(result.feed.entries.map(seen)).toEqual(
      said.map(({ id, title, url, published_at, text }) => ({ id, title, url, published_at, text })),
    );
  });
});
