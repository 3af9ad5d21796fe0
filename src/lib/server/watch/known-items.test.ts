import { expect, it } from 'vitest';
import { identityOf } from '#lib/domain/watch/identity.ts';
import { indexKnown, keyedItems, type Known } from './known-items.ts';

const announced = (title: string, url: string | null, issued_on: string | null = '2026-05-13') => ({
  title,
  url,
  number_row: null,
  issued_on,
  effective_on: null,
  published_at: null,
  text: null,
});
type Announced = ReturnType<typeof announced>;

/** Reads answers one after the other, and says of each row under which title its item is known. */
function read(...answers: Announced[][]): string[][] {
  const known = indexKnown([]);
  return answers.map((answer) =>
    keyedItems(answer).map((one) => {
      const found = known.match(one);
      if (found) return found.title;
      const { title, url, issued_on } = one.item;
      const item: Known = {
        id: title,
        identity: known.freeKey(one),
        title,
        document_no: one.document_no,
        text_sha256: '',
        revision_no: 1,
        issued_on,
        effective_on: null,
        published_at: null,
        has_detail: false,
        sightings: url === null ? [] : [{ source_id: 'a', url, title, text_sha256: null }],
      };
      known.add(item);
      return `new ${title}`;
    }),
  );
}

it.each([
  ['by a fragment', (n: number) => `http://a.cn/index.html#/detail?id=${n}`],
  ['by what is a parameter of the visit elsewhere', (n: number) => `http://a.cn/show?t=${n}`],
  ['by nothing', () => 'http://a.cn/'],
])('keeps announcements apart whose addresses differ %s', (_name, at) => {
  const [one, two, three] = ['关于甲的公告', '关于乙的公告', '关于丙的公告'].map((title, n) =>
    announced(title, at(n)),
  );
  if (!one || !two || !three) throw new Error('three are made');
  expect(read([one, two], [three, one, two], [three], [two, three])).toEqual([
    ['new 关于甲的公告', 'new 关于乙的公告'],
    ['new 关于丙的公告', '关于甲的公告', '关于乙的公告'],
    ['关于丙的公告'],
    ['关于乙的公告', '关于丙的公告'],
  ]);
});

it('takes an address for one announcement whatever it is called, and however its visit is written', () => {
  const first = announced('关于甲的公告', 'http://a.cn/1/index.html?sid=4');
  const again = announced('关于甲的公告（更正）', 'http://a.cn/1/index.html?sid=4');
  const other_visit = announced('关于甲的公告', 'https://a.cn/1/?sid=5');
  expect(read([first], [again], [other_visit])).toEqual([
    ['new 关于甲的公告'],
    ['关于甲的公告'],
    ['关于甲的公告'],
  ]);
});

it('takes a headline that is cut for the announcement that stands below it', () => {
  const headline = announced('关于设立婴幼儿用品…', 'http://a.cn/1', null);
  const row = announced('关于设立婴幼儿用品通道的公告', 'http://a.cn/1');
  expect(read([headline, row], [row])).toEqual([
    ['new 关于设立婴幼儿用品…', '关于设立婴幼儿用品…'],
    ['关于设立婴幼儿用品…'],
  ]);
});

it('takes what explains a notice for another text than the notice', () => {
  const titles = [
    '关于示例的公告（宁波海关公告2026年第17号）',
    '一图读懂宁波海关公告2026年第17号',
    '政策解读（宁波海关公告2026年第17号）',
  ];
  expect(read(titles.map((title, n) => announced(title, `http://a.cn/${n}`)))[0]).toEqual(
    titles.map((title) => `new ${title}`),
  );
});

it('keys an address that is longer than a column by a hash', () => {
  const long = `http://a.cn/${encodeURIComponent('附件'.repeat(60))}`;
  const [first, second] = keyedItems([announced('甲', `${long}1.pdf`), announced('乙', `${long}2.pdf`)]);
  expect(first?.key.length).toBeLessThanOrEqual(500);
  expect(first?.key).not.toBe(second?.key);
});

it.each([
  ['海关总署公告2026年第34号', '海关总署公告2026年第34号'],
  ['海关总署公告2026年第34号（关于示例的公告）', '海关总署公告2026年第34号'],
  ['海关总署公告2026年第34号 关于示例的公告', '海关总署公告2026年第34号'],
  ['宁波海关公告（2026年第17号）', '宁波海关公告（2026年第17号）'],
  ['关于示例的通知 甬政办发〔2022〕46号', '甬政办发〔2022〕46号'],
  ['关于示例的公告（中华人民共和国国家标准公告2026年第8号）', '中华人民共和国国家标准公告2026年第8号'],
  ['关于修改海关总署公告2026年第34号', null],
  ['关于废止海关总署公告2026年第34号的公告', null],
  ['海关总署公告2026年第34号附件1', null],
  ['海关总署公告2026年第34号（附件）', null],
  ['海关总署公告2026年第34号的补充说明', null],
])('reads the own number of %s', (title, document_no) => {
  const found = identityOf({ title, url: 'http://a.cn/1', number_row: null, issued_on: null });
  expect(found.document_no).toBe(document_no);
  expect(found.key.startsWith('doc:')).toBe(document_no !== null);
});
