import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign as signBytes,
} from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** 24 to 64 bytes are asked for by Standard Webhooks. */
const SECRET_BYTES = 32;

/** `whsec_` and 32 random bytes in base64. */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** A pair for asymmetric signatures: the private half as PKCS 8 in base64, the public one as `whpk_…`. */
export function newSigningKey(): { private_key: string; public_key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // The last 32 bytes of the encoded public key are the key itself.
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    private_key: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    public_key: `whpk_${raw.toString('base64')}`,
  };
}

export type Signed = { id: string; at: Date; body: string };

/**
 * The headers of Standard Webhooks. While a secret is replaced both sign, and an endpoint with a key of its own
 * gets `v1a` as well; a receiver needs one that holds.
 */
export function signedHeaders(
  { id, at, body }: Signed,
  { secrets, signing_key }: { secrets: readonly string[]; signing_key: string | null },
): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  if (signing_key) {
    const key = createPrivateKey({
      key: Buffer.from(signing_key, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    const signature = signBytes(null, Buffer.from(`${id}.${seconds}.${body}`), key);
    signatures.push(`v1a,${signature.toString('base64')}`);
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
}

/** The public key of `whpk_…`, as Node takes it. */
export function publicKeyOf(text: string) {
  const prefix = Buffer.from('302a300506032b6570032100', 'hex');
  const raw = Buffer.from(text.replace(/^whpk_/, ''), 'base64');
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'spki' });
}

/** DingTalk's `timestamp` and `sign`: HMAC-SHA256 of the two lines, keyed by the secret. */
export function dingtalkQuery(secret: string, at: Date): { timestamp: string; sign: string } {
  const timestamp = String(at.getTime());
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return { timestamp, sign };
}

/** Feishu's: the same two lines in seconds are the key, and the text is empty. */
export function feishuSignature(secret: string, at: Date): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const sign = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
  return { timestamp, sign };
}
