import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** What a TLS server presents, in PEM. */
export type Presented = { key: string; cert: string };
export type Authority = {
  /** What a client has to trust. */
  cert: string;
  issue: (given: { host: string; until?: Date }) => Promise<Presented>;
};

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** An authority of the tests' own: a certificate of it fails for what is wrong with it, and not for who signed. */
export async function createAuthority(now: Date): Promise<Authority> {
  const keys = await pair();
  const from = new Date(now.getTime() - 400 * DAY_MS);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Greenlane test authority',
    notBefore: from,
    notAfter: new Date(now.getTime() + DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    cert: root.toString('pem'),
    async issue({ host, until = new Date(now.getTime() + DAY_MS) }) {
      const own = await pair();
      const made = await X509CertificateGenerator.create({
        subject: `CN=${host}`,
        issuer: root.subject,
        notBefore: from,
        notAfter: until,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [nameOf(host)],
      });
      return { key: await privateKeyOf(own), cert: made.toString('pem') };
    },
  };
}

/** Signed by nobody but itself. */
export async function selfSigned(host: string, now: Date): Promise<Presented> {
  const keys = await pair();
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [nameOf(host)],
  });
  return { key: await privateKeyOf(keys), cert: made.toString('pem') };
}

function pair() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function nameOf(host: string) {
  return new SubjectAlternativeNameExtension([{ type: /^[\d.]+$/.test(host) ? 'ip' : 'dns', value: host }]);
}

async function privateKeyOf({ privateKey }: CryptoKeyPair): Promise<string> {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey));
  return `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}
