/** Encodings of seven bits that switch to characters of two bytes and back, by their names in `knownEncoding`. */
export const ESCAPED = new Set(['hz', 'iso-2022-jp', 'iso-2022-kr', 'iso-2022-cn', 'utf-7']);

/** The escapes by which an undeclared text says which of them it is in. */
export function escapedEncoding(bytes: Uint8Array): string | null {
  const at = bytes.indexOf(0x1b);
  if (at < 0) return isHz(bytes) ? 'hz' : null;
  const [first, second, third] = String.fromCharCode(...bytes.subarray(at + 1, at + 4));
  if (first !== '$') return null;
  if (second === '@' || second === 'B') return 'iso-2022-jp';
  if (second !== ')') return null;
  return third === 'C' ? 'iso-2022-kr' : third === 'A' ? 'iso-2022-cn' : null;
}

const HZ_PART = /~\{(?:[!-w][!-~])+~\}/g;

/** Whether every `~{` begins pairs that are characters of GB 2312 up to its `~}`. */
function isHz(bytes: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(bytes);
  const parts = text.match(HZ_PART)?.length ?? 0;
  return parts > 0 && parts === text.split('~{').length - 1 && !decodeHz(bytes).includes('\ufffd');
}

/** ISO-2022-KR (RFC 1557) and the simplified characters of ISO-2022-CN (RFC 1922): two bytes between SO and SI. */
export function decodeShifted(bytes: Uint8Array, encoding: 'iso-2022-kr' | 'iso-2022-cn'): string {
  const out: number[] = [];
  let is_shifted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0e || byte === 0x0f) is_shifted = byte === 0x0e;
    else if (byte === 0x1b && bytes[at + 1] === 0x24) at += 3;
    else if (byte === 0x0a) {
      // Both forget the shift at the end of a line.
      is_shifted = false;
      out.push(byte);
    } else out.push(is_shifted && byte > 0x20 ? byte | 0x80 : byte);
  }
  return new TextDecoder(encoding === 'iso-2022-kr' ? 'euc-kr' : 'gb18030').decode(Uint8Array.from(out));
}

/** HZ (RFC 1843): GB 2312 in seven bits between `~{` and `~}`. */
export function decodeHz(bytes: Uint8Array): string {
  const out: number[] = [];
  let is_chinese = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    if (byte === 0x7e && (next === 0x7b || next === 0x7d || next === 0x7e || next === 0x0a)) {
      if (next === 0x7e) out.push(0x7e);
      else if (next !== 0x0a) is_chinese = next === 0x7b;
      at += 1;
    } else if (is_chinese && byte > 0x20 && next > 0x20) {
      out.push(byte | 0x80, next | 0x80);
      at += 1;
    } else out.push(byte);
  }
  return new TextDecoder('gb18030').decode(Uint8Array.from(out));
}
