/** Hexadecimal digits as RFC 9562, 4 writes them: of any version, in either case. */
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether a word that came in an address or a form may be asked for as an id; the database refuses any other. */
export function isUuid(written: string): boolean {
  return UUID.test(written);
}
