import { describe, expect, it } from 'vitest';
import type { FeedEntry } from '#lib/domain/watch/feed.ts';
import { readFeedText } from './read-feed.ts';

function entriesOf(text: string): FeedEntry[] {
  const result = readFeedText(text, 'https://notices.example/list/feed.xml');
  if (!result.ok) throw new Error(result.problem);
  return result.feed.entries;
}

function only(text: string): FeedEntry {
  const [entry, ...more] = entriesOf(text);
  if (!entry || more.length > 0) throw new Error('one entry was expected');
  return entry;
}

const rssItem = (inside: string, attributes = '') =>
  only(
    `<rss version="2.0"${attributes}><channel><title>Sample</title><link>https://notices.example/</link><item>${inside}</item></channel></rss>`,
  );
const atomEntry = (inside: string, attributes = '') =>
  only(
    `<feed xmlns="http://www.w3.org/2005/Atom"${attributes}><title>Sample</title><entry>${inside}</entry></feed>`,
  );

describe('an entry that lacks something', () => {
  it('takes its title from the summary', () => {
    expect(
      rssItem('<description>&lt;p&gt;First line&lt;/p&gt;&lt;p&gt;Second&lt;/p&gt;</description>'),
    ).toMatchObject({
      title: 'First line',
      is_title_substituted: true,
    });
  });

  it('takes its title from the name of its file', () => {
    expect(rssItem('<link>/a/%E5%85%AC%E5%91%8A.pdf</link>')).toMatchObject({
      title: '公告.pdf',
      is_title_substituted: true,
    });
  });

  it('leads to the permalink of its guid', () => {
    expect(rssItem('<title>a</title><guid>https://notices.example/7</guid>').url).toBe(
      'https://notices.example/7',
    );
  });

  it('does not follow a guid that says it is no permalink', () => {
    expect(rssItem('<title>a</title><guid isPermaLink="false">https://notices.example/7</guid>').url).toBe(
      'https://notices.example/',
    );
  });

  it('leads to its enclosure, then to the site', () => {
    expect(rssItem('<title>a</title><enclosure url="/x.pdf" type="application/pdf"/>').url).toBe(
      'https://notices.example/x.pdf',
    );
    expect(rssItem('<title>a</title>').url).toBe('https://notices.example/');
  });

  it('is known by its link when it has no id, and by nothing when it has neither', () => {
    expect(rssItem('<title>a</title><link>/7</link>').id).toBe('https://notices.example/7');
    expect(rssItem('<title>a</title>').id).toBe(null);
  });

  it('is an entry even when it is empty', () => {
    expect(rssItem('')).toMatchObject({ title: '—', text: '' });
  });

  it('has no date rather than a wrong one', () => {
    expect(rssItem('<title>a</title><pubDate>2026-02-30</pubDate>').published_at).toBe(null);
  });
});

describe('links', () => {
  it('prefers the page among the links of an entry', () => {
    const entry = atomEntry(
      '<link rel="self" href="/s"/><link rel="alternate" type="application/json" href="/j"/><link rel="alternate" type="text/html" href="/h"/>',
    );
    expect(entry.url).toBe('https://notices.example/h');
  });

  it('takes a link for the page by its relation, wherever its address stands', () => {
    const links =
      '<link rel="enclosure">https://f.example/a.pdf</link><link rel="alternate">https://f.example/a</link>';
    expect(atomEntry(`<title>a</title>${links}`).url).toBe('https://f.example/a');
  });

  it('keeps an absolute address as it was written, as far as it is one spelling of the same', () => {
    expect(rssItem('<link>https://f.example</link>').url).toBe('https://f.example');
    expect(rssItem('<link>https://f.example:443/a/../公告 1</link>').url).toBe(
      'https://f.example/%E5%85%AC%E5%91%8A%201',
    );
  });

  it('leaves a link as it is written while nothing says what it is relative to', () => {
    const result = readFeedText('<rss><channel><item><link>../31.html</link></item></channel></rss>', null);
    expect(result.ok && result.feed.entries[0]?.url).toBe('../31.html');
  });

  it('resolves against every xml:base around', () => {
    const entry = atomEntry('<link href="c" xml:base="b/"/>', ' xml:base="https://other.example/a/"');
    expect(entry.url).toBe('https://other.example/a/b/c');
  });

  it('makes the links inside the text absolute', () => {
    expect(rssItem('<description>&lt;a href="../x"&gt;x&lt;/a&gt;</description>').summary_html).toBe(
      '<a href="https://notices.example/x">x</a>',
    );
  });
});

describe('texts', () => {
  it('reads a title of escaped markup without the markup', () => {
    expect(rssItem('<title>A &lt;b&gt;bold&lt;/b&gt; &amp;amp; plain</title>').title).toBe('A bold & plain');
  });

  it('keeps brackets in a title that Atom calls text', () => {
    expect(atomEntry('<title>limit &lt;b&gt; 5</title>').title).toBe('limit <b> 5');
  });

  it('keeps a lone bracket', () => {
    expect(rssItem('<title>Pb &lt; 90 mg/kg</title>').title).toBe('Pb < 90 mg/kg');
  });

  it('prefers the full text to the summary', () => {
    const entry = rssItem(
      '<description>short</description><content:encoded><![CDATA[<p>long</p>]]></content:encoded>',
      ' xmlns:content="http://purl.org/rss/1.0/modules/content/"',
    );
    expect(entry).toMatchObject({ text: 'long', summary_html: 'short' });
  });

  it('leaves scripts and styles out of the text', () => {
    expect(
      rssItem(
        '<description>&lt;style&gt;a{}&lt;/style&gt;x&lt;script&gt;alert(1)&lt;/script&gt;y</description>',
      ).text,
    ).toBe('xy');
  });
});

describe('markup that is not shown', () => {
  it.each([
    ['a<script>x</script>b', 'ab'],
    ['a<script/>b', 'ab'],
    ['a<iframe src="x"/> b', 'a b'],
    ['a<object>other text</object>b', 'aother textb'],
    ['<!DOCTYPE html>a', 'a'],
    ['<![CDATA[a <b>b</b>]]>', 'a b'],
    ['a<?php echo 1 ?>b', 'ab'],
  ])('reads %j as %j', (html, text) => {
    const escaped = html.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(rssItem(`<description>${escaped}</description>`).text).toBe(text);
  });
});

describe('feeds', () => {
  it('says how long the publisher asks to wait', () => {
    const ttl = (inside: string) => {
      const result = readFeedText(`<rss version="2.0"><channel>${inside}<item/></channel></rss>`, null);
      return result.ok ? result.feed.ttl_minutes : null;
    };
    expect(ttl('<ttl>90</ttl>')).toBe(90);
    expect(ttl('<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>')).toBe(
      360,
    );
    expect(ttl('<ttl>soon</ttl>')).toBe(null);
  });

  it('reads times of a Chinese feed without a zone as those of Shanghai', () => {
    const dated = (language: string) =>
      entriesOf(
        `<rss version="2.0"><channel><language>${language}</language><item><pubDate>2026-05-13 09:30</pubDate></item></channel></rss>`,
      )[0]?.published_at;
    expect(dated('zh-cn')).toBe('2026-05-13T01:30:00.000Z');
    expect(dated('en')).toBe('2026-05-13T09:30:00.000Z');
  });

  it('does not take the entry that another entry was copied from for its own', () => {
    const entry = atomEntry(
      '<id>mine</id><title>Mine</title><source><id>theirs</id><title>Theirs</title></source>',
    );
    expect(entry).toMatchObject({ id: 'mine', title: 'Mine' });
  });

  it('reads channels of the old definition format', () => {
    const entry = only(
      '<CHANNEL HREF="https://notices.example/"><TITLE>S</TITLE><ITEM HREF="/1" LASTMOD="2026-05-13T01:30"><TITLE>One</TITLE><ABSTRACT>Text</ABSTRACT></ITEM></CHANNEL>',
    );
    expect(entry).toMatchObject({
      title: 'One',
      url: 'https://notices.example/1',
      text: 'Text',
      updated_at: '2026-05-13T01:30:00.000Z',
    });
  });
});

describe('odd and broken feeds', () => {
  const json = (item: string) => only(`{"version":"https://jsonfeed.org/version/1.1","items":[${item}]}`);

  it('resolves the links of a text against its own xml:base', () => {
    const of_content = atomEntry(
      '<content type="html" xml:base="https://b.example/x/">&lt;a href="y"&gt;z&lt;/a&gt;</content>',
    );
    const of_div = atomEntry(
      '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml" xml:base="https://b.example/x/"><a href="y">z</a></div></content>',
    );
    for (const { content_html } of [of_content, of_div])
      expect(content_html).toBe('<a href="https://b.example/x/y">z</a>');
  });

  it('believes Atom 0.3 that a text is plain, escaped or in base64', () => {
    const titled = (title: string) =>
      only(`<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>${title}</entry></feed>`).title;
    expect(titled('<title type="text/plain" mode="escaped">limit &lt;b&gt;</title>')).toBe('limit <b>');
    expect(titled('<title type="text/plain" mode="base64">bGltaXQgPGI+</title>')).toBe('limit <b>');
    expect(titled('<title type="text/html" mode="escaped">a &lt;b&gt;b&lt;/b&gt;</title>')).toBe('a b');
  });

  it('keeps a text that is called base64 and cannot be', () => {
    expect(atomEntry('<title type="application/octet-stream">Plain</title>').title).toBe('Plain');
    expect(atomEntry('<content type="application/pdf">Gone!</content>').text).toBe('Gone!');
  });

  it('keeps brackets that begin no element, and what stands behind them', () => {
    const entry = rssItem('<title>I <3 关于<公告> a</3</title><link>/7</link>');
    expect(entry).toMatchObject({ title: 'I <3 关于<公告> a</3', url: 'https://notices.example/7' });
  });

  it('reads CDATA that never ends or is written otherwise', () => {
    const entries = entriesOf(
      '<rss><channel><item><title><![cdata[a & b]]></title></item><item><title><![CDATA[c</title></item><item><title>d</title></item></channel></rss>',
    );
    expect(entries.map(({ title }) => title)).toEqual(['a & b', 'c', 'd']);
  });

  it('finds items inside an element that gathers them', () => {
    expect(
      entriesOf('<rss><channel><items><item><title>a</title></item></items></channel></rss>'),
    ).toHaveLength(1);
  });

  it('keeps the brackets and all digits that JSON Feed gives', () => {
    const entry = json('{"id":12345678901234567890,"title":"limit <b> & more"}');
    expect(entry).toMatchObject({ id: '12345678901234567890', title: 'limit <b> & more' });
  });

  it('reads the letters of Windows that stand as control characters', () => {
    expect(rssItem('<title>don\u0092t</title>').title).toBe('don’t');
  });

  it('closes a text that was never closed before what no markup has', () => {
    const atom =
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a<title>b</title><summary>c<updated>2026-05-13T00:00:00Z</updated></entry></feed>';
    expect(only(atom)).toMatchObject({
      id: 'a',
      title: 'b',
      text: 'c',
      updated_at: '2026-05-13T00:00:00.000Z',
    });
  });

  it('reads JSON with what JavaScript allows in it, and a JSON Feed without items', () => {
    const odd = `)]}',\n{ /* a */ "items": [ // b\n {"id": "1", "x": undefined, "title": "a // b", },], }`;
    expect(only(odd)).toMatchObject({ id: '1', title: 'a // b' });
    expect(entriesOf('{"version": "https://jsonfeed.org/version/1.1", "title": "a"}')).toEqual([]);
    expect(entriesOf('{"title": "a", "home_page_url": "https://notices.example/"}')).toEqual([]);
    expect(readFeedText('{"title": "a", "url": "https://notices.example/"}', null).ok).toBe(false);
  });

  it('keeps what was complete of JSON that breaks off', () => {
    expect(entriesOf('{"items":[{"id":"1","title":"a"},{"id":"2","title":"a, ]}')).toMatchObject([
      { id: '1' },
    ]);
  });
});
