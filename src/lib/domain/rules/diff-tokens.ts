import { findQuantities, type Quantity } from '#lib/domain/text/quantity.ts';

/**
 * What a diff compares: a word of a Latin text, one Chinese character, a mark, a run of blanks, and whole
 * quantities (number with unit), operators and days, so that 20 mg/kg becomes 30 mg/kg and not 2 becomes 3.
 * Chinese is compared by characters and not by the words of `Intl.Segmenter`, because those depend on the ICU
 * of the machine: the same two versions must show the same diff on the page, in the API and in an alert.
 */
export type TokenKind = 'word' | 'character' | 'mark' | 'blank' | 'number' | 'operator';
export type Token = Readonly<{ text: string; kind: TokenKind }>;

/** A quantity by the tokens that write it; `operator` is -1 without one. */
export type TokenQuantity = { quantity: Quantity; number: number; operator: number };

export type TokenText = { tokens: Token[]; quantities: TokenQuantity[] };

const PIECE = /\p{Nd}+(?:[.．]\p{Nd}+)+|[[\p{L}\p{N}\p{M}]--\p{Script=Han}]+(?:['’]\p{L}+)*|\s+|[^]/vy;
const HAN = /^\p{Script=Han}$/u;
const WORD = /^[\p{L}\p{N}\p{M}]/u;

/** Cuts a text into tokens; their texts joined are the text. */
export function tokenise(text: string): TokenText {
  const tokens: Token[] = [];
  const quantities: TokenQuantity[] = [];
  let at = 0;
  for (const { span, kind, quantity } of spansOf(text)) {
    if (span.start < at) continue;
    cut(text.slice(at, span.start), tokens);
    const index = tokens.push({ text: text.slice(span.start, span.end), kind }) - 1;
    const entry = quantities.find((known) => known.quantity === quantity);
    if (!entry)
      quantities.push({
        quantity,
        number: kind === 'number' ? index : -1,
        operator: kind === 'operator' ? index : -1,
      });
    else if (kind === 'number') entry.number = index;
    else entry.operator = index;
    at = span.end;
  }
  cut(text.slice(at), tokens);
  return { tokens, quantities: quantities.filter(({ number }) => number >= 0) };
}

function spansOf(text: string) {
  return findQuantities(text)
    .flatMap((quantity) => [
      { span: quantity.number_span, kind: 'number' as const, quantity },
      ...(quantity.comparator_span
        ? [{ span: quantity.comparator_span, kind: 'operator' as const, quantity }]
        : []),
    ])
    .sort((a, b) => a.span.start - b.span.start);
}

function cut(text: string, tokens: Token[]): void {
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const known = code >= IDEOGRAPHS.first && code <= IDEOGRAPHS.last ? ideograph(code) : null;
    if (known) tokens.push(known);
    else tokens.push(tokenOf(pieceAt(text, at)));
    at += tokens.at(-1)?.text.length ?? 1;
  }
}

/** Unicode's block of unified ideographs: all but the rarest characters of Chinese, each a token of its own. */
const IDEOGRAPHS = { first: 0x4e00, last: 0x9fff };
/** One token for each character, made once: a diff of a long standard has a million of them. */
const IDEOGRAPH_TOKENS: Token[] = [];

function ideograph(code: number): Token {
  return (IDEOGRAPH_TOKENS[code - IDEOGRAPHS.first] ??= {
    text: String.fromCharCode(code),
    kind: 'character',
  });
}

function pieceAt(text: string, at: number): string {
  PIECE.lastIndex = at;
  return PIECE.exec(text)?.[0] ?? text.charAt(at);
}

function tokenOf(piece: string): Token {
  if (HAN.test(piece)) return { text: piece, kind: 'character' };
  if (/^\s/.test(piece)) return { text: piece, kind: 'blank' };
  return { text: piece, kind: WORD.test(piece) ? 'word' : 'mark' };
}
