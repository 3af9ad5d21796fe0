/** What writers put before JSON: a comment, a line that keeps it from being run, or a call that it is the argument of. */
const BEFORE = /^(?:\)\]\}',?\s*\n)?(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*(?:[\w$.]+\(\s*)?(?=[[{])/;
/** An id of so many digits is more than a number keeps; the others are numbers in JavaScript alone. */
const LONG_ID = /(?<!\\)("id"\s*:\s*)(-?\d{16,}|NaN|-?Infinity)(?=\s*[,}])/g;

/** Text that may be JSON, from its first bracket on, long ids as texts; null when it begins with none. */
export function jsonIn(text: string): string | null {
  const before = BEFORE.exec(text);
  return before && text.slice(before[0].length).replace(LONG_ID, '$1"$2"');
}

const STRING_OR_LONG_NUMBER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;

/** JSON whose whole numbers of more digits than a number keeps are texts: official sites number notices by nineteen. */
export function withLongNumbersKept(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  return json.replace(STRING_OR_LONG_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`));
}

/**
 * JSON that a writer got wrong, as far as it can be used: comments, raw control characters inside strings, commas before
 * a closing bracket, something behind the end, or an end that is missing: then what was complete is kept.
 */
export function repairJson(text: string): string {
  const clean = withoutJavaScript(text).replace(/[\u0000-\u001f]+/g, ' ');
  const open: string[] = [];
  let kept: { at: number; open: string } | null = null;
  for (let at = 0; at < clean.length; at += 1) {
    const character = clean[at] ?? '';
    if (character === '"') at = stringEnd(clean, at);
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if (character === '}' || character === ']') {
      open.pop();
      if (open.length === 0) return withoutLooseCommas(clean.slice(0, at + 1));
      if (character === '}' && open.at(-1) === ']' && open.length <= DEPTH_KEPT_MAX)
        kept = { at: at + 1, open: open.toReversed().join('') };
    }
  }
  return withoutLooseCommas(kept ? clean.slice(0, kept.at) + kept.open : clean);
}

/** The items of a feed stand in the second bracket. */
const DEPTH_KEPT_MAX = 3;

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/**
 * What JavaScript has and JSON has not: comments, some values, names and texts in other quotes or none. What looks
 * like one inside a string is none. A text in single quotes stands between marks, as an apostrophe does not.
 */
const OF_JAVASCRIPT =
  /("[^"\\]*(?:\\[\s\S][^"\\]*)*")|'(?<=(?:[[{,:\n]|\*\/)\s*')([^'\\]*(?:\\[\s\S][^'\\]*)*)'(?=\s*[,:}\]])|\/\*[\s\S]*?\*\/|\/\/[^\n]*|(-?\bInfinity|\bundefined|\bNaN)\b|\b([A-Za-z_$][\w$]*)(?=\s*:)/g;

function withoutJavaScript(text: string): string {
  return text.replace(OF_JAVASCRIPT, (_, string?: string, single?: string, value?: string, name?: string) => {
    if (string !== undefined) return string.replace(/\r?\n|\r/g, '\\n').replaceAll('\t', '\\t');
    if (single !== undefined) return `"${single.replaceAll("\\'", "'").replace(/(?<!\\)"/g, '\\"')}"`;
    if (name !== undefined) return `"${name}"`;
    return value ? 'null' : ' ';
  });
}

/** A comma inside a string is followed by its quote, never by a bracket alone, as far as feeds go. */
function withoutLooseCommas(text: string): string {
  return text.replace(/,(\s*[\]}])/g, '$1');
}
