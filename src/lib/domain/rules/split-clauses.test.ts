import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { splitClauses } from './split-clauses.ts';
import { timed } from '../../../../tests/support/processor-time.ts';

const RUNS = process.env.LONG ? 5_000 : 200;
// Thousands of runs take longer than a test usually may.
vi.setConfig({ testTimeout: 60_000 });

/** The provisions of a text, one line each: path, title, text. All texts here are invented samples. */
function split(text: string): string[] {
  return splitClauses(text).provisions.map(
    ({ path, title, text: body }) => `${path} | ${title ?? ''} | ${body}`,
  );
}

function problems(text: string): string[] {
  return splitClauses(text).problems.map(({ code, line, text: about }) => `${line} ${code} ${about}`);
}

describe('splitClauses', () => {
  it('splits a law into chapters, articles and the lists below them', () => {
    const text = [
      '示例办法',
      '第一章　总则',
      '第一条　为规范示例，制定本办法。',
      '第二条【适用范围】本办法适用于下列产品：',
      '（一）婴儿床；',
      '（二）学步车：',
      '1. 带制动的；',
      '2. 不带制动的。',
      '第二章　附则',
      '第三条　本办法自2026年6月1日起施行。',
    ].join('\n');
    expect(split(text)).toEqual([
      'ch1 | 总则 | ',
      '1 |  | 为规范示例，制定本办法。',
      '2 | 适用范围 | 本办法适用于下列产品：',
      '2.1 |  | 婴儿床；',
      '2.2 |  | 学步车：',
      '2.2.1 |  | 带制动的；',
      '2.2.2 |  | 不带制动的。',
      'ch2 | 附则 | ',
      '3 |  | 本办法自2026年6月1日起施行。',
    ]);
    expect(splitClauses(text).preamble.text).toBe('示例办法');
    expect(problems(text)).toEqual([]);
  });

  it('splits a standard, whose contents and wrapped lines begin with numbers as well', () => {
    const text = [
      '目次',
      '4.1 一般要求 ........ 3',
      '4　要求',
      '4.1　一般要求',
      '施加',
      '0.34 N·m 的扭矩，并应符合',
      '4.1 的规定。',
      '4.2　可拆卸部件扭矩测试',
      '项目\t限值',
      '铅\t90',
      '附　录　A',
      '（规范性）',
      '试验方法',
      'A.1　步骤',
      'a) 预处理；',
      'b) 测试。',
    ].join('\n');
    expect(split(text)).toEqual([
      '4 | 要求 | ',
      '4.1 | 一般要求 | 施加\n0.34 N·m 的扭矩，并应符合\n4.1 的规定。',
      '4.2 | 可拆卸部件扭矩测试 | 项目\t限值\n铅\t90',
      'A | （规范性） 试验方法 | ',
      'A.1 | 步骤 | a) 预处理；\nb) 测试。',
    ]);
    expect(splitClauses(text).preamble.text).toBe('目次\n4.1 一般要求 ........ 3');
  });

  it('splits a notice by 一、 （一） and its attachment', () => {
    expect(
      split(
        '关于示例的公告\n一、总体要求\n（一）企业应备案。\n（二）报告应有效。\n二、实施时间\n自发布之日起。\n附件：示例目录',
      ),
    ).toEqual([
      '1 | 总体要求 | ',
      '1.1 |  | 企业应备案。',
      '1.2 |  | 报告应有效。',
      '2 | 实施时间 | 自发布之日起。',
      'att1 | 示例目录 | ',
    ]);
  });

  it('splits English articles, clauses and annexes', () => {
    expect(
      split(
        'Chapter I General\nArticle 1 This notice applies to samples.\n(1) The laboratory is accredited.\nArticle 2 Reports are valid for 90 days.\nAnnex A Tests\nA.1 Torque\nParts shall be tested.',
      ),
    ).toEqual([
      'ch1 | General | ',
      '1 |  | This notice applies to samples.',
      '1.1 |  | The laboratory is accredited.',
      '2 |  | Reports are valid for 90 days.',
      'A | Tests | ',
      'A.1 | Torque | Parts shall be tested.',
    ]);
  });

  it('goes on with 2. behind 1.1', () => {
    expect(split('1. Scope\n1.1 General\nText here.\n2. Terms\n2.1 Term\nMeaning.')).toEqual([
      '1 | Scope | ',
      '1.1 | General | Text here.',
      '2 | Terms | ',
      '2.1 | Term | Meaning.',
    ]);
  });

  it('reads full-width numbers, traditional characters and inserted articles', () => {
    expect(split('第４．８條　示例甲。\n第４．９條　示例乙。')).toEqual([
      '4.8 |  | 示例甲。',
      '4.9 |  | 示例乙。',
    ]);
    expect(split('第十二条　示例甲。\n第十二条之一　示例乙。')).toEqual([
      '12 |  | 示例甲。',
      '12-1 |  | 示例乙。',
    ]);
  });

  it('joins lines that the edge of a page broke, and no others', () => {
    const long = '可拆卸部件应按照附录规定的方法进行扭矩测试并在测试之后继续';
    expect(split(`4.1　${long}\n符合要求。`)).toEqual([`4.1 |  | ${long}符合要求。`]);
    expect(split('4.1　示例\n甲\n乙')).toEqual(['4.1 | 示例 | 甲\n乙']);
  });

  it('names what is wrong with the numbering, with its line', () => {
    expect(problems('第一条　甲。\n第三条　乙。')).toEqual(['2 gap_in_numbering 第三条']);
    expect(problems('第二条　甲。\n第一条　乙。')).toEqual(['2 out_of_order 第一条']);
    expect(problems('第一条　甲。\n第一条　乙。')).toEqual([
      '2 out_of_order 第一条',
      '2 duplicate_path 第一条',
    ]);
    expect(problems('第一条　甲。\n第二条')).toEqual(['2 empty_provision 第二条']);
    expect(problems('只有一段文字，没有编号。')).toEqual(['1 no_numbering ']);
  });

  it('takes no citation at the head of a line for an article', () => {
    expect(split('第一条　依照\n第二条第二款的规定执行。\n第二条　乙。')).toEqual([
      '1 |  | 依照\n第二条第二款的规定执行。',
      '2 |  | 乙。',
    ]);
  });

  it('tells a heading that begins with a letter from a quantity', () => {
    expect(split('4.1 T恤\n4.2 A 类\n4.3 项目要求')).toEqual([
      '4.1 | T恤 | ',
      '4.2 | A 类 | ',
      '4.3 | 项目要求 | ',
    ]);
    expect(split('4 要求\n应当在\n5 个工作日内提交\n并施加\n6 N 的力')).toEqual([
      '4 | 要求 | 应当在\n5 个工作日内提交\n并施加\n6 N 的力',
    ]);
  });

  it('leaves out page numbers and running heads, and says so', () => {
    const page = (n: number, body: string) => `GB 示例—2026\n${body}\n${n}\n`;
    const text =
      page(1, '4.1　甲部件不应脱落。') + page(2, '4.2　乙部件不应松动。') + page(3, '4.3　丙部件不应开裂。');
    const result = splitClauses(text);
    expect(result.provisions.map(({ text: body }) => body)).toEqual([
      '甲部件不应脱落。',
      '乙部件不应松动。',
      '丙部件不应开裂。',
    ]);
    expect(result.dropped.map(({ text: line }) => line)).toEqual([
      'GB 示例—2026',
      '1',
      'GB 示例—2026',
      '2',
      'GB 示例—2026',
      '3',
    ]);
    expect(result.problems.filter(({ code }) => code === 'dropped_running_line')).toHaveLength(6);
  });

  it('keeps bare numbers that do not count pages, and sentences that repeat', () => {
    const text =
      '4.1　甲\n铅\n90\n镉\n75\n汞\n60\n4.2　乙\n标签应清晰。\n4.3　丙\n标签应清晰。\n4.4　丁\n标签应清晰。';
    expect(splitClauses(text).dropped).toEqual([]);
  });

  const line = fc.constantFrom(
    '第一章 总则',
    '第一条 示例。',
    '第二条　示例',
    '（一）甲；',
    '（二）乙；',
    '1. 丙',
    '2、丁',
    '(1) x',
    '一、总体',
    '二、其他',
    '4 要求',
    '4.1 示例',
    '4.2 应符合要求。',
    '4.12',
    '附录A',
    '（规范性）',
    'A.1 General',
    'Article 3 Text.',
    '30 mm/s 的速率',
    '第二条第二款',
    '铅\t90',
    '',
    '  ',
    '3',
    '- 4 -',
    '第 5 页',
    'GB 示例',
    'plain text',
    '附件：目录',
    '\f',
  );
  const document = fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n'));

  it('loses nothing: the spans cover the text, and the words are all in title, text or a dropped line', () => {
    const bare = (text: string) => text.replace(/[\s【】[\]:：]/g, '');
    fc.assert(
      fc.property(document, (text) => {
        const { preamble, provisions, dropped } = splitClauses(text);
        let at = preamble.span.end;
        expect(preamble.span.start).toBe(0);
        for (const { span } of provisions) {
          expect(span.start).toBe(at);
          at = span.end;
        }
        expect(at).toBe(text.length);
        let kept = text;
        for (const { span } of [...dropped].reverse())
          kept = kept.slice(0, span.start) + kept.slice(span.end);
        const words = [
          preamble.text,
          ...provisions.flatMap((entry) => [entry.label, entry.title ?? '', entry.text]),
        ];
        expect(bare(words.join(''))).toBe(bare(kept));
      }),
      { numRuns: RUNS },
    );
  });

  it('splits a long standard in the time of a page', () => {
    const text = Array.from(
      { length: 5_000 },
      (_, index) => `${Math.floor(index / 20) + 1}.${(index % 20) + 1}　示例\n部件不应脱落。`,
    ).join('\n');
    const { result, used_ms } = timed(() => splitClauses(text));
    expect(result.provisions).toHaveLength(5_000);
    expect(used_ms).toBeLessThan(4_000);
  });
});
