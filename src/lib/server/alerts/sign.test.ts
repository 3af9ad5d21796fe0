import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signedHeaders } from './sign.ts';

const LONG = process.env.LONG === '1';

describe('signed headers', () => {
  it('are what the package of the standard makes of any key and any text', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(key, fc.string({ unit: 'grapheme', maxLength: 300 }), (bytes, body) => {
        const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
        const at = new Date('2026-10-01T00:00:00.900Z');
        const headers = signedHeaders({ id: 'msg_1', at, body }, { secrets: [secret], signing_key: null });
        expect(headers['webhook-signature']).toBe(new Webhook(secret).sign('msg_1', at, body));
      }),
      { numRuns: LONG ? 20_000 : 200 },
    );
  });

  it('are refused for a secret that holds no key', () => {
    const sign = () =>
      signedHeaders({ id: 'msg_1', at: new Date(0), body: '' }, { secrets: ['whsec_'], signing_key: null });
    expect(sign).toThrow('empty');
  });
});
