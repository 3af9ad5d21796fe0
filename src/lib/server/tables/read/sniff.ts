/** What a file is by its first bytes, whatever it is called. */
export type ByteKind = 'zip' | 'gzip' | 'compound' | 'markup' | 'picture_or_document' | 'text';

const SIGNATURES: readonly (readonly [ByteKind, readonly number[]])[] = [
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['gzip', [0x1f, 0x8b]],
  // [MS-CFB]: Office files before 2007, and newer ones with a password.
  ['compound', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['picture_or_document', [0x25, 0x50, 0x44, 0x46, 0x2d]], // %PDF-
  ['picture_or_document', [0x89, 0x50, 0x4e, 0x47]], // PNG
  ['picture_or_document', [0xff, 0xd8, 0xff]], // JPEG
  ['picture_or_document', [0x52, 0x61, 0x72, 0x21]], // Rar!
  ['picture_or_document', [0x37, 0x7a, 0xbc, 0xaf]], // 7z
];

/**
 * The kind of a file that begins with these bytes. Markup is a web page or the XML of old spreadsheets; what
 * is nothing else is taken for text.
 */
export function kindOfBytes(head: Uint8Array): ByteKind {
  for (const [kind, signature] of SIGNATURES)
    if (signature.every((byte, index) => head[index] === byte)) return kind;
  const text = new TextDecoder('latin1').decode(head.subarray(0, 1024));
  return /^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype|html|\?xml|table|head|meta|style)/i.test(text)
    ? 'markup'
    : 'text';
}
