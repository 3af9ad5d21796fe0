import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

describe('parseConfig', () => {
  it('fills every default', () => {
    const parsed = parseConfig({});
    expect(parsed).toMatchObject({
      ok: true,
      config: { port: 3000, host: '127.0.0.1', origin: null, jobs: 'on', allow_private_addresses: [] },
    });
  });

  it('treats an empty variable as absent', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({
      ok: true,
      config: { port: 3000, database_url: null },
    });
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT "abc" is not a port number.'],
    [{ JOBS: 'maybe' }, 'JOBS "maybe" is neither on nor off.'],
    [{ ALLOW_PRIVATE_ADDRESSES: '10.0.0.0' }, 'ALLOW_PRIVATE_ADDRESSES "10.0.0.0" is not a list'],
    [{ ORIGIN: 'greenlane.example.org' }, 'ORIGIN "greenlane.example.org" is not an address'],
    [
      { ORIGIN: 'https://example.org/greenlane' },
      'ORIGIN "https://example.org/greenlane" has more than a host: Greenlane is served at the root',
    ],
    [{ ADMIN_EMAIL: 'a@example.org' }, 'ADMIN_PASSWORD and ADMIN_EMAIL belong together'],
  ])('names the variable and what is wrong: %o', (env, sentence) => {
    const parsed = parseConfig(env);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problems.join(' ')).toContain(sentence);
  });

  it('never repeats a password or a database address', () => {
    const parsed = parseConfig({ DATABASE_URL: 'mysql://root:secret@db/x', ADMIN_PASSWORD: 'short' });
    expect(JSON.stringify(parsed)).not.toMatch(/secret|short"/);
  });
});
