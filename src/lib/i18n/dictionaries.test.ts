import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { zh_cn } from './zh-CN.ts';

const SOURCES = resolve(import.meta.dirname, '../../..');
const sources = ['src', 'jobs']
  .flatMap((folder) =>
    readdirSync(join(SOURCES, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && /\.(ts|js|svelte)$/.test(entry.name) && !entry.name.endsWith('.test.ts'),
      )
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  )
  .join('\n');

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();
const unused = (keys: readonly string[]) =>
  keys.filter((key) => !sources.includes(`'${key}'`) && !sources.includes(`"${key}"`));

describe('the dictionaries', () => {
  it('have the same texts in both languages, none of them empty', () => {
    expect(Object.keys(zh_cn).sort()).toEqual(Object.keys(en).sort());
    for (const text of [...Object.values(en), ...Object.values(zh_cn)]) expect(text.trim()).not.toBe('');
  });

  it('ask for the same parameters in both languages', () => {
    const chinese: Record<string, string> = zh_cn;
    for (const [key, text] of Object.entries(en))
      expect({ key, names: placeholders(chinese[key] ?? '') }).toEqual({ key, names: placeholders(text) });
  });

  it('hold no text that nothing shows', () => {
    expect(unused(Object.keys(en))).toEqual([]);
    expect(unused(['shell.nobody.shows.this'])).toEqual(['shell.nobody.shows.this']);
  });

  it('write Chinese with full-width punctuation between Chinese characters', () => {
    for (const [key, text] of Object.entries(zh_cn))
      expect({ key, found: /\p{Script=Han}[,;:!?()]\p{Script=Han}/u.exec(text)?.[0] }).toEqual({
        key,
        found: undefined,
      });
  });
});
