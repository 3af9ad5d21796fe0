import { expect, it } from 'vitest';
import { readDetail } from './detail.ts';

const textOf = (body: string) =>
  readDetail(`<h1>公告</h1><div id="easysiteText">${body}</div>`, 'https://notices.example/1', null).text;

it.each([
  ['<p>正文</p><p>浏览次数：$</p>'],
  ['<p>浏览次数：$</p><p>铅含量不超过 90 mg/kg</p>'],
  ['<p>阅读：$次</p><p>正文</p>'],
  ['<p>访问量：$ 正文</p>'],
  ['<p>Views: 1,$</p><p>text</p>'],
  ['<p>今天是2026年5月$日 星期三</p><p>正文</p>'],
])('sees no change where %s counts on', (body) => {
  expect(textOf(body.replace('$', '12'))).toBe(textOf(body.replace('$', '13')));
});

it.each([
  ['<p>浏览次数：12</p><p>铅含量不超过 $ mg/kg</p>'],
  ['<p>The reviews: $ days</p>'],
  ['<p>自2026年5月$日起施行</p>'],
  ['<p>本公告于2026年5月$日公布</p><p>浏览次数：12</p>'],
])('sees the change of one digit in %s', (body) => {
  expect(textOf(body.replace('$', '12'))).not.toBe(textOf(body.replace('$', '13')));
});

it('leaves out the tools of the page behind the text', () => {
  expect(textOf('<p>正文第一段，正文第二段。</p><p>打印本页 关闭窗口</p>')).toBe('正文第一段，正文第二段。');
});

it.each([
  '您访问的页面不存在或已删除，5秒后返回首页。',
  '404 Not Found',
  '抱歉，找不到您要访问的页面',
  '对不起，该信息已被删除！',
  '您查看的内容不存在',
])('takes a page that says it is not there for none: %s', (said) => {
  expect(textOf(`<p>${said}</p>`)).toBe('');
  expect(textOf(`<p>${'正文。'.repeat(80)}${said}</p>`)).not.toBe('');
});

it.each(['第4.12条内容已删除，其余不变。', '附件所列信息不存在虚假记载。', '第三款中“标签”的内容已被移除。'])(
  'keeps a short notice that says of its subject what other pages say of themselves: %s',
  (said) => {
    expect(textOf(`<p>${said}</p>`)).toBe(said);
  },
);
