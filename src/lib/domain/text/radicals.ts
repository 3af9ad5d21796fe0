/**
 * Radicals of the block U+2E80 to U+2EFF that are everyday characters of simplified Chinese; Unicode gives
 * them no decomposition (EquivalentUnifiedIdeograph.txt lists the pairs).
 */
const CHARACTERS: Readonly<Record<string, string>> = Object.fromEntries(
  (
    '⺠民 ⻁虎 ⻄西 ⻅见 ⻆角 ⻉贝 ⻋车 ⻑長 ⻓长 ⻔门 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ' +
    '⻬齐 ⻮齿 ⻰龙'
  )
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);
/** Also the 214 of Kangxi, U+2F00 to U+2FD5, which do decompose. */
const RADICAL = /[\u2e80-\u2fd5]/g;

/**
 * Writes radicals as the characters that they look like. PDF made by a browser with a Noto font says ⼉童⽤品
 * for 儿童用品: it reads the same and is never found. Nobody writes a radical by itself on purpose.
 */
export function unifyRadicals(text: string): string {
  return text.replace(RADICAL, (radical) => CHARACTERS[radical] ?? radical.normalize('NFKC'));
}
