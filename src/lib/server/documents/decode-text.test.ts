import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBig5, encodeGb18030, NOTICE_ZH } from '../../../../tests/fixtures/documents/make.ts';
import { looksLikeText, tidyText } from '#lib/domain/documents/tidy-text.ts';
import { decodeText } from './decode-text.ts';
import { timed } from '../../../../tests/support/processor-time.ts';

const POLISH = new Map([
  ['ł', 0xb3],
  ['ę', 0xea],
  ['ó', 0xf3],
]);
const RUNS = process.env.LONG === '1' ? 5_000 : 100;
const TRADITIONAL = '寧波海關公告：嬰幼兒用品第四點十二條由國家標準化管理委員會解釋，自公布之日起施行。';
const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const utf16 = (text: string, order: 'le' | 'be') => {
  const bytes = Buffer.from(text, 'utf16le');
  return new Uint8Array(order === 'le' ? bytes : bytes.swap16());
};
const THAI = 'ตัวอย่างประกาศ เรื่อง มาตรฐานของเล่น พ.ศ. 2569';
const thai = (text: string) =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0) - (letter > '\u0e00' ? 0x0e00 - 0xa0 : 0));
const RUSSIAN = 'Технический регламент о безопасности игрушек';
const cyrillic = (text: string) =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0) - (letter > '\u0400' ? 0x0410 - 0xc0 : 0));
const page = (charset: string, text: string) =>
  `<html><head><meta charset="${charset}"></head>${text}</html>`;

describe('decodeText', () => {
  test.each([
    ['UTF-8', utf8(NOTICE_ZH), NOTICE_ZH],
    ['UTF-8 with a mark', utf8(`\uFEFF${NOTICE_ZH}`), NOTICE_ZH],
    ['GB 18030', encodeGb18030(NOTICE_ZH), NOTICE_ZH],
    [
      'GB 18030 with a character of four bytes',
      Buffer.concat([encodeGb18030(NOTICE_ZH), Buffer.from('8139ef30', 'hex')]),
      `${NOTICE_ZH}\u3401`,
    ],
    ['GB 18030 of a single word', encodeGb18030('公告'), '公告'],
    ['Big5', encodeBig5(TRADITIONAL), TRADITIONAL],
    ['UTF-16 with a mark, little end first', utf16(`\uFEFF${NOTICE_ZH}`, 'le'), NOTICE_ZH],
    ['UTF-16 with a mark, big end first', utf16(`\uFEFF${NOTICE_ZH}`, 'be'), NOTICE_ZH],
    ['UTF-16 without a mark, little end first', utf16(NOTICE_ZH, 'le'), NOTICE_ZH],
    ['UTF-16 without a mark, big end first', utf16(NOTICE_ZH, 'be'), NOTICE_ZH],
    ['UTF-16 of English without a mark', utf16('Clause 4.12\n', 'le'), 'Clause 4.12\n'],
    ['HZ', hex('7e7b3a233958575c4a70392b3866233a5324535736795343463721237e7d'), '海关总署公告：婴幼儿用品。'],
    ['ISO-2022-JP', hex('1b244240473458244e352c42271b2842'), '税関の規則'],
    ['ISO-2022-KR', hex('1b2429430e307c3c3c433b0f200e3078306d0f'), '관세청 공고'],
    ['ISO-2022-CN', hex('1b2429410e392b38660f'), '公告'],
    [
      'KOI8-R',
      hex('f4c1cdcfd6c5cecec1d120d3ccd5d6c2c120cfc2dfd1d7ccd1c5d420cecfd7d9c520d0d2c1d7c9ccc1'),
      'Таможенная служба объявляет новые правила',
    ],
    [
      'XML in EBCDIC',
      hex(
        '4c6fa7949340a58599a28996957e7ff14bf07f4085958396848995877e7fc9c2d4f0f3f77f6f6e4c816ec39381a4a28540baf44bf1f2bb4c61816e',
      ),
      '<?xml version="1.0" encoding="IBM037"?><a>Clause [4.12]</a>',
    ],
    [
      'XML in the EBCDIC of other countries',
      hex(
        '4c6fa7949340a58599a28996957e7ff14bf07f4085958396848995877e7f898294f5f0f07f6f6e4c816ec39381a4a285404af44bf1f25a4c61816e',
      ),
      '<?xml version="1.0" encoding="ibm500"?><a>Clause [4.12]</a>',
    ],
    ['Latin 1 with signs alone', Buffer.from('20 °C, 30 °C, ©Sample', 'latin1'), '20 °C, 30 °C, ©Sample'],
    ['Latin 1 with units alone', Buffer.from('10 µg/m³ ²', 'latin1'), '10 µg/m³ ²'],
    ['Latin 1 with ordinals alone', Buffer.from('º1ª', 'latin1'), 'º1ª'],
    ['Thai', thai(THAI), THAI],
    ['Cyrillic of a few words', cyrillic(RUSSIAN), RUSSIAN],
    ['ASCII', utf8('Clause 4.12'), 'Clause 4.12'],
    ['ASCII with a tilde and braces', utf8('~{a} ~{b~} ~~'), '~{a} ~{b~} ~~'],
    ['nothing', new Uint8Array(0), ''],
  ])('reads %s that nobody declared', (_name, bytes, text) => {
    expect(decodeText(bytes)).toMatchObject({ text, unreadable_share: 0 });
  });

  test.each([
    ['GB 18030', encodeGb18030('关于第'), '关于'],
    ['GB 18030', encodeGb18030('海关总署公'), '海关总署'],
    ['Big5', encodeBig5('公告關'), '公告'],
    ['Big5', encodeBig5('國家標準'), '國家標'],
    ['UTF-8', utf8('关于第'), '关于'],
  ])('reads short %s that was cut in the middle of a character', (_name, whole, kept) => {
    const { text, is_mojibake } = decodeText(Buffer.concat([whole.subarray(0, -1), utf8('</title>')]));
    expect(text.startsWith(kept)).toBe(true);
    expect(is_mojibake).toBe(false);
  });

  test.each([
    ['utf-8', utf8],
    ['UTF8', utf8],
    ['gb2312', encodeGb18030],
    ['GBK', encodeGb18030],
    ['cp936', encodeGb18030],
    ['big5', encodeBig5],
  ])('believes %s where it fits', (charset, encode) => {
    const text = page(charset, charset === 'big5' ? TRADITIONAL : NOTICE_ZH);
    expect(decodeText(encode(text)).text).toBe(text);
  });

  test.each(['latin1', 'windows-1252'])(
    'reads UTF-8 that was taken for %s and encoded once more',
    (taken_for) => {
      const text = page('utf-8', `${NOTICE_ZH} “é” — €`);
      const misread =
        taken_for === 'latin1'
          ? Buffer.from(utf8(text)).toString('latin1')
          : new TextDecoder(taken_for).decode(utf8(text));
      expect(decodeText(utf8(misread)).text).toBe(text);
      expect(decodeText(utf8(misread), { override: 'utf-8' }).text).toBe(misread);
    },
  );

  test.each(['café Ã la carte', '“Größe” für 20 °C', '公告 é', 'Â', 'µ²'])(
    'leaves "%s" as it is in UTF-8',
    (text) => {
      expect(decodeText(utf8(page('utf-8', text))).text).toContain(text);
    },
  );

  test('takes Chinese that is UTF-8 by chance for Chinese, since no word mixes alphabets', () => {
    expect(decodeText(encodeGb18030(page('gb2312', '为页眉页'))).text).toContain('为页眉页');
    expect(decodeText(utf8(page('gb2312', 'Ελλάδα Привет')))).toMatchObject({ encoding: 'utf-8' });
  });

  test('takes traditional characters in GBK for what is declared and not for Japanese', () => {
    const text = page('gbk', '標準檢驗');
    expect(decodeText(encodeGb18030(text)).text).toBe(text);
  });

  test.each(['A·B·C·D·E', '¥A ¥B', '20 °C, 30 °C', 'Ä Ö Ü'])(
    'leaves Latin 1 to what is written "%s"',
    (text) => {
      expect(decodeText(Buffer.from(page('iso-8859-1', text), 'latin1')).text).toContain(text);
    },
  );

  test.each([
    ['936', [0xba, 0xa3], '海'],
    ['csISO58GB231280', [0xba, 0xa3], '海'],
    ['950', [0xae, 0xfc], '海'],
    ['MS950', [0xae, 0xfc], '海'],
    ['HKSCS', [0xae, 0xfc], '海'],
    ['uhc', [0xc7, 0xd8], '해'],
    ['949', [0xc7, 0xd8], '해'],
  ])('knows %s for what it is, by which a single character is read', (header, bytes, text) => {
    expect(decodeText(Uint8Array.from(bytes), { header })).toMatchObject({ text, decided_by: 'declaration' });
  });

  test.each([
    ['utf-8', 'GB 18030', encodeGb18030(page('utf-8', NOTICE_ZH)), NOTICE_ZH],
    ['gb2312', 'UTF-8', utf8(page('gb2312', NOTICE_ZH)), NOTICE_ZH],
    // These six bytes are faultless GB 18030 as well, of 涓枃.
    ['gb2312', 'UTF-8 of two characters', utf8(page('gb2312', '中文')), '中文'],
    ['iso-8859-1', 'UTF-8', utf8(page('iso-8859-1', NOTICE_ZH)), NOTICE_ZH],
    ['iso-8859-1', 'GB 18030', encodeGb18030(page('iso-8859-1', NOTICE_ZH)), NOTICE_ZH],
    ['windows-1252', 'Big5', encodeBig5(page('windows-1252', TRADITIONAL)), TRADITIONAL],
    [
      'iso-8859-1',
      'Big5 of a few characters',
      encodeBig5(page('iso-8859-1', '公告：停電通知')),
      '公告：停電通知',
    ],
    ['big5', 'GB 18030', encodeGb18030(page('big5', NOTICE_ZH)), NOTICE_ZH],
    ['gb2312', 'Big5 of two characters', encodeBig5(page('gb2312', '你好')), '你好'],
    ['gb2312', 'Big5 of four characters', encodeBig5(page('gb2312', '國家標準')), '國家標準'],
    ['gb2312', 'Big5', encodeBig5(page('gb2312', TRADITIONAL)), TRADITIONAL],
    ['utf-16', 'UTF-8', utf8(page('utf-16', NOTICE_ZH)), NOTICE_ZH],
    ['no-such-thing', 'GB 18030', encodeGb18030(page('no-such-thing', NOTICE_ZH)), NOTICE_ZH],
  ])('overrules a declaration of %s by what is %s', (_declared, _real, bytes, text) => {
    expect(decodeText(bytes).text).toContain(text);
  });

  test.each([
    ['iso-8859-1', 'Décision: “prêt à l’emploi”', 'windows-1252'],
    ['shift_jis', '税関のお知らせ、第四条', 'shift_jis'],
    ['euc-kr', '세관 공고 제사조', 'euc-kr'],
    ['windows-1251', 'Таможенное объявление', 'windows-1251'],
  ])('leaves %s to those who write in it', (charset, text, encoding) => {
    const decoder = new TextDecoder(charset);
    const known = new Map<string, number[]>();
    for (let high = 0x80; high <= 0xff; high += 1) {
      known.set(decoder.decode(Uint8Array.of(high)), [high]);
      for (let low = 0x40; low <= 0xfe; low += 1) {
        const pair = decoder.decode(Uint8Array.of(high, low));
        if (Array.from(pair).length === 1) known.set(pair, [high, low]);
      }
    }
    const whole = page(charset, text);
    const bytes = Array.from(whole).flatMap((one) => known.get(one) ?? [one.charCodeAt(0)]);
    expect(decodeText(Uint8Array.from(bytes))).toMatchObject({ text: whole, encoding });
  });

  test('reads an encoding that is declared for XML', () => {
    const text = `<?xml version="1.0" encoding="GB2312"?><notice>${NOTICE_ZH}</notice>`;
    expect(decodeText(encodeGb18030(text)).text).toBe(text);
  });

  test('keeps UTF-8 that was cut within a character', () => {
    const { text, encoding, unreadable_share } = decodeText(utf8(NOTICE_ZH.repeat(20)).subarray(0, -1));
    expect(encoding).toBe('utf-8');
    expect(text.startsWith(NOTICE_ZH)).toBe(true);
    expect(unreadable_share).toBeGreaterThan(0);
  });

  // Different ones, because no text says eight times the same that may be a pair of ASCII letters.
  const ideographs = fc
    .uniqueArray(fc.integer({ min: 0, max: 3_754 }), { minLength: 8, maxLength: 200 })
    .map((places) =>
      new TextDecoder('gb18030').decode(
        Uint8Array.from(places.flatMap((place) => [0xb0 + Math.floor(place / 94), 0xa1 + (place % 94)])),
      ),
    );

  test('takes ideographs that stand in the rows of Korean syllables for Chinese, for they have no blanks', () => {
    expect(decodeText(encodeGb18030('啊阿埃挨哎唉哀皑'))).toMatchObject({ text: '啊阿埃挨哎唉哀皑' });
  });

  test.each([
    ['of hangul', '柴烛喉坎侩惰峭欢拌'],
    ['of hangul, the first row mostly', '俐痪罢噶果啊斑痹牢唉'],
    ['of kanji', '交锐启筛尝埔痉迹滦'],
  ])('reads rare ideographs that have the bytes %s', (_bytes, text) => {
    expect(decodeText(encodeGb18030(text)).text).toBe(text);
  });

  test('takes two bytes inside words for letters, and not for ideographs', () => {
    const text = 'Kod błędu: brak nagłówka';
    const bytes = Uint8Array.from([...text].map((letter) => POLISH.get(letter) ?? letter.charCodeAt(0)));
    expect(decodeText(bytes)).toMatchObject({ text, encoding: 'windows-1250' });
  });

  test('reads frequent ideographs in any of the encodings, with Latin text around them', () => {
    fc.assert(
      fc.property(ideographs, fc.stringMatching(/^[A-Za-z0-9 .,\n-]{0,40}$/), (chinese, latin) => {
        const text = `${latin} ${chinese}\n${latin}`;
        expect(decodeText(utf8(text)).text).toBe(text);
        expect(decodeText(encodeGb18030(text)).text).toBe(text);
        expect(decodeText(utf16(text, 'le')).text).toBe(text);
        expect(decodeText(utf16(text, 'be')).text).toBe(text);
      }),
      { numRuns: RUNS },
    );
  });

  test('gives some text for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { text, unreadable_share } = decodeText(bytes);
        expect(typeof text).toBe('string');
        expect(unreadable_share).toBeGreaterThanOrEqual(0);
        expect(unreadable_share).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('looksLikeText', () => {
  test.each([
    ['a notice', utf8(NOTICE_ZH), true],
    ['a notice in GB 18030', encodeGb18030(NOTICE_ZH), true],
    ['lines with tabs and form feeds', utf8('a\tb\r\n\fc'), true],
    ['a zero byte', utf8('clause\0 4.12 of the notice'), false],
    ['a zero byte among ideographs', utf8(`公告\0${NOTICE_ZH}`), false],
    ['a zero byte among those of GB 18030', encodeGb18030(`\0${NOTICE_ZH}`), false],
    ['control characters', Uint8Array.from({ length: 100 }, (_, index) => (index % 2 ? 0x61 : 0x02)), false],
    ['random bytes', Uint8Array.from({ length: 999 }, (_, index) => (index * 7_919) % 251), false],
  ])('judges %s', (_name, bytes, is_text) => {
    expect(looksLikeText(decodeText(bytes))).toBe(is_text);
  });
});

describe('tidyText', () => {
  test.each([
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['a  \t\nb\u3000\n', 'a\nb'],
    ['\n\n\na\n\n\n\nb\n\n', 'a\n\nb'],
    ['\u0007a\u0000b\u007f', 'ab'],
    ['page one\fpage two', 'page one\fpage two'],
    ['half \ud800 of one', 'half \ufffd of one'],
    ['婴幼⼉⽤品', '婴幼儿用品'],
    ['  an indent stays', '  an indent stays'],
  ])('keeps of %j', (given, kept) => {
    expect(tidyText(given, 1_000)).toEqual({ text: kept, is_truncated: false });
  });

  test('cuts at the limit, never within a character, and says so', () => {
    expect(tidyText('abc𠮷def', 4)).toEqual({ text: 'abc', is_truncated: true });
    expect(tidyText('abc𠮷def', 5)).toEqual({ text: 'abc𠮷', is_truncated: true });
    expect(tidyText('a'.repeat(9), 4)).toEqual({ text: 'aaaa', is_truncated: true });
    expect(tidyText('abcd', 4)).toEqual({ text: 'abcd', is_truncated: false });
  });

  test('takes no longer for a line of a million blanks than for any other', () => {
    const { result, used_ms } = timed(() => tidyText(`a${' '.repeat(1_000_000)}b`, 2_000_000));
    expect(result.text).toHaveLength(1_000_002);
    // From each blank anew it would be 10^12 steps.
    expect(used_ms).toBeLessThan(2_000);
  });
});
