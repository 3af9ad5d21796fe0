import {
  createCipheriv,
  createECDH,
  createPrivateKey,
  ECDH,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto';

/** Where a browser wants to be reached, and the keys that only it can open messages with; base64url. */
export type PushTarget = { endpoint: string; p256dh: string; auth: string };
/** Our pair for VAPID (RFC 8292): the private half as PKCS 8, the public one as browsers take it. */
export type VapidPair = { private_key: string; public_key: string };

const RECORD_BYTES = 4_096;
/** Push services refuse tokens that hold for more than a day. */
const TOKEN_SECONDS = 12 * 3_600;

export function newVapidPair(): VapidPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // The last 65 bytes of the encoded public key are its uncompressed point.
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
  return {
    private_key: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    public_key: point.toString('base64url'),
  };
}

/** Whether a message can be encrypted for it: any other key would keep the message from all of a person's browsers. */
export function isPublicKey(p256dh: string): boolean {
  try {
    ECDH.convertKey(Buffer.from(p256dh, 'base64url'), 'prime256v1');
    return true;
  } catch {
    return false;
  }
}

/**
 * Encrypts a message for one browser (RFC 8291, one record of `aes128gcm`). The push service in between sees its
 * length and nothing else. Salt and pair are new each time; tests give those of the standard's own example.
 */
export function encryptPush(
  text: string,
  { p256dh, auth }: Pick<PushTarget, 'p256dh' | 'auth'>,
  given: { salt?: Buffer; private_key?: Buffer } = {},
): Buffer {
  const [theirs, secret] = [Buffer.from(p256dh, 'base64url'), Buffer.from(auth, 'base64url')];
  const salt = given.salt ?? randomBytes(16);
  const ecdh = createECDH('prime256v1');
  if (given.private_key) ecdh.setPrivateKey(given.private_key);
  else ecdh.generateKeys();
  const ours = ecdh.getPublicKey();
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]);
  const material = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(theirs), secret, info, 32));
  const key = hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12);
  const cipher = createCipheriv('aes-128-gcm', Buffer.from(key), Buffer.from(nonce));
  // 2 marks the last record.
  const sealed = Buffer.concat([
    cipher.update(Buffer.concat([Buffer.from(text), Buffer.from([2])])),
    cipher.final(),
  ]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(RECORD_BYTES);
  header.writeUInt8(ours.length, 4);
  return Buffer.concat([salt, header, ours, sealed, cipher.getAuthTag()]);
}

/** Says to the push service who sends, and for how long that may be believed; `subject` is a way to reach us. */
export function vapidHeader(
  endpoint: string,
  { private_key, public_key }: VapidPair,
  { at, subject }: { at: Date; subject: string },
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(at.getTime() / 1000) + TOKEN_SECONDS;
  const unsigned = `${part({ typ: 'JWT', alg: 'ES256' })}.${part({ aud: new URL(endpoint).origin, exp, sub: subject })}`;
  const key = createPrivateKey({ key: Buffer.from(private_key, 'base64'), format: 'der', type: 'pkcs8' });
  const signature = sign('sha256', Buffer.from(unsigned), { key, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${unsigned}.${signature.toString('base64url')}, k=${public_key}`;
}
