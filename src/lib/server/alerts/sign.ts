import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  randomBytes,
  sign as signBytes,
} from 'node:crypto';

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
  const signed = `${id}.${seconds}.${body}`;
  const signatures = secrets.map((secret) => `v1,${hmacSha256(keyOf(secret), signed).toString('base64')}`);
  if (signing_key) {
    const key = createPrivateKey({
      key: Buffer.from(signing_key, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    const signature = signBytes(null, Buffer.from(signed), key);
    signatures.push(`v1a,${signature.toString('base64')}`);
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
}

/** Standard Webhooks signs with the bytes that a secret stands for. */
function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.byteLength === 0) throw new Error('a secret for signatures is empty');
  return key;
}

/** The block of SHA-256, to which HMAC fills keys up. */
const BLOCK_BYTES = 64;

/**
 * HMAC-SHA256 (RFC 2104) of two one-shot hashes. `createHmac` makes a key object of every key before it begins, and
 * nearly every message has a key of its own: it takes three times as long.
 */
function hmacSha256(key: Buffer, text: string): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  (key.byteLength > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key).copy(block);
  const inner = Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.from(text)]);
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), hash('sha256', inner, 'buffer')]);
  return hash('sha256', outer, 'buffer');
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
