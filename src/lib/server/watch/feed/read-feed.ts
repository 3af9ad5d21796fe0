import type { Feed, FeedResult } from '#lib/domain/watch/feed.ts';
import { readJsonFeed } from './read-json-feed.ts';
import { readXmlFeed } from './read-xml-feed.ts';
import { repairXml } from './repair-xml.ts';
import { jsonIn, repairJson } from './repair-json.ts';
import { parseXmlTree } from './xml-tree.ts';

/**
 * Reads a feed of any format from decoded text. `address` is where it came from; relative links are resolved
 * against it. The tolerant reader: it never throws on what a server may send.
 */
export function readFeedText(text: string, address: string | null): FeedResult {
  const trimmed = text.replace(/^[\uFEFF\s\0]+/, '');
  if (trimmed === '') return { ok: false, problem: 'empty' };
  const json = jsonIn(trimmed);
  if (json !== null) {
    const feed = readJson(json, address);
    if (feed) return { ok: true, feed };
  }
  const tree = parseXmlTree(repairXml(trimmed));
  const feed = readXmlFeed(tree, address);
  if (feed) return { ok: true, feed };
  const is_page = tree.root.children.some(({ name }) => name === 'html') || /^<!doctype html/i.test(trimmed);
  return { ok: false, problem: is_page ? 'html_page' : 'not_a_feed' };
}

function readJson(text: string, address: string | null): Feed | null {
  for (const attempt of [() => text, () => repairJson(text)])
    try {
      const value: unknown = JSON.parse(attempt());
      return readJsonFeed(value, address);
    } catch {
      continue;
    }
  return null;
}
