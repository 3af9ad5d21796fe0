import { describe, expect, it } from 'vitest';
import { returnTo } from './return-to.ts';

describe('returnTo', () => {
  it('keeps path and query', () => {
    expect(returnTo(new URL('http://localhost/clearance?from=2026-05-01&by=week'))).toBe(
      '/clearance?from=2026-05-01&by=week',
    );
  });

  it('drops the name of a form action', () => {
    expect(returnTo(new URL('http://localhost/clearance?/import&by=week'))).toBe('/clearance?by=week');
    expect(returnTo(new URL('http://localhost/clearance?/import'))).toBe('/clearance');
  });
});
