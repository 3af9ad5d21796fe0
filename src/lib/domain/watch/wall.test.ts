import { expect, it } from 'vitest';
import { isLogin, wallOf } from './wall.ts';

const answer = (status: number, body: string) => ({ status, headers: {}, body, byte_count: body.length });

it.each([
  [
    'a page that was stopped',
    200,
    '<title>访问被拦截</title>您的访问请求可能对网站造成安全威胁',
    'challenge',
  ],
  [
    'a page that asks for itself again',
    200,
    '<script>document.cookie="a=1";location.reload()</script>',
    'challenge',
  ],
  ['a refusal by a firewall', 403, '<title>Web应用防火墙</title>', 'challenge'],
  ['a refusal by a cloud', 403, '电信云防护', 'challenge'],
  ['a page whose footer names its cloud', 200, '<li>公告</li><footer>本站由云防护保护</footer>', null],
  ['a long notice about requests that are stopped', 200, `请求被拦截${'。'.repeat(5_000)}`, null],
  ['a page that is missing', 404, 'not found', null],
])('knows %s for what it is', (_name, status, body, wall) => {
  expect(wallOf(answer(status, body))).toBe(wall);
});

it('knows a page that asks for a password, and not a page with a box to sign in beside its text', () => {
  const form = '<form><input name="u"><input type=\'password\'></form>';
  expect(isLogin('https://sso.a.cn/index', form)).toBe(true);
  expect(isLogin('https://a.cn/p/1', `<title>统一身份认证</title>${form}`)).toBe(true);
  expect(isLogin('https://a.cn/notices/2', `<title>通知公告</title>${form}<li>公告</li>`)).toBe(false);
});
