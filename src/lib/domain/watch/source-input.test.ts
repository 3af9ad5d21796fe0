import { expect, test } from 'vitest';
import { sourceInput } from './source-input.ts';

test.each([
  ['http://Ningbo.Customs.gov.cn:80/A?b=1', 'http://ningbo.customs.gov.cn/A?b=1'],
  ['https://example.org:443', 'https://example.org'],
  ['https://example.org:8443/列表', 'https://example.org:8443/列表'],
  ['http://海关.example/a', 'http://xn--d6qv69d.example/a'],
])('a host has one spelling, whatever was typed: %s', (written, kept) => {
  const { url } = sourceInput.parse({ name: 'List', kind: 'feed', url: written, language: 'zh-CN' });
  expect(url).toBe(kept);
  expect(URL.parse(written)?.href).toBe(URL.parse(kept)?.href);
});
