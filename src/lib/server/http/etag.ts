/**
 * Whether the caller already holds this answer (`If-None-Match`), so that 304 will do. Compared weakly
 * (RFC 9110, 13.1.2): a proxy that compresses marks the tag with `W/`.
 */
export function holdsEtag(request: Request, etag: string): boolean {
  const sent = request.headers.get('if-none-match') ?? '';
  const tags = sent.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
