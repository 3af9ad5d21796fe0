import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { madeOfSecret } from '#lib/server/accounts/secret.ts';
import type { Config } from '#lib/server/config.ts';

/** Seals secrets that have to be used again and so cannot be kept as hashes: of endpoints, and of single sign-on. */
export type Seal = { close: (text: string) => Buffer; open: (sealed: Uint8Array) => string };

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const KEY_USE = 'greenlane endpoint secrets';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const sealOfFolder = madeOfSecret((secret) =>
  // As a key object: bytes are made one for every secret that is opened, which takes four times as long.
  sealWith(createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', KEY_USE, KEY_BYTES)))),
);

/**
 * The seal of this installation. Its key is derived from the secret in `data_dir`, so that a copy of the
 * database alone opens nothing.
 */
export const sealOf = ({ data_dir }: Pick<Config, 'data_dir'>): Promise<Seal> => sealOfFolder(data_dir);

function sealWith(key: KeyObject): Seal {
  return {
    close(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      const bytes = Buffer.from(sealed);
      const cipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
      cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + cipher.final('utf8');
    },
  };
}
