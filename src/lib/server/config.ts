import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** Everything the environment can say, parsed once at start. Defaults are those of the README. */
export type Config = z.infer<typeof environment>;

const empty_is_absent = (value: unknown) => (value === '' ? undefined : value);

const url = (protocols: string[], example: string) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `is not an address such as ${example}`,
  });

const postgres_url = url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/greenlane');

const cidr_list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .refine((list) => list.every((part) => ipaddr.isValidCIDR(part)), {
    error: 'is not a list of address ranges such as 127.0.0.0/8,10.1.0.0/16',
  });

const environment = z
  .object({
    PORT: z.coerce.number({ error: 'is not a port number' }).int().min(1).max(65535).default(3000),
    HOST: z.string().default('127.0.0.1'),
    ORIGIN: url(['http:', 'https:'], 'https://greenlane.example.org')
      .refine(
        (value) => !URL.canParse(value) || /^\/?$/.test(new URL(value).pathname + new URL(value).search),
        {
          error: 'has more than a host: Greenlane is served at the root of an address of its own',
        },
      )
      .transform((value) => new URL(value).origin)
      .optional(),
    DATA_DIR: z
      .string()
      .default('.data')
      .transform((value) => resolve(value)),
    DATABASE_URL: postgres_url.optional(),
    DATABASE_READ_URL: postgres_url.optional(),
    SMTP_URL: url(['smtp:', 'smtps:'], 'smtps://user:password@mail.example.org').optional(),
    MAIL_FROM: z.string().default('Greenlane <greenlane@localhost>'),
    JOBS: z.enum(['on', 'off'], { error: 'is neither on nor off' }).default('on'),
    ALLOW_PRIVATE_ADDRESSES: cidr_list,
    LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'], {
        error: 'is none of debug, info, warn, error, silent',
      })
      .default('info'),
    ADMIN_EMAIL: z.email({ error: 'is not an e-mail address' }).optional(),
    ADMIN_PASSWORD: z.string().min(12, { error: 'is shorter than 12 characters' }).optional(),
  })
  .refine((value) => !value.ADMIN_EMAIL === !value.ADMIN_PASSWORD, {
    path: ['ADMIN_PASSWORD'],
    error: 'and ADMIN_EMAIL belong together: set both or neither',
  })
  .transform((value) => ({
    port: value.PORT,
    host: value.HOST,
    origin: value.ORIGIN ?? null,
    data_dir: value.DATA_DIR,
    database_url: value.DATABASE_URL ?? null,
    database_read_url: value.DATABASE_READ_URL ?? null,
    smtp_url: value.SMTP_URL ?? null,
    mail_from: value.MAIL_FROM,
    jobs: value.JOBS,
    allow_private_addresses: value.ALLOW_PRIVATE_ADDRESSES,
    log_level: value.LOG_LEVEL,
    admin:
      value.ADMIN_EMAIL && value.ADMIN_PASSWORD
        ? { email: value.ADMIN_EMAIL, password: value.ADMIN_PASSWORD }
        : null,
  }));

/** Parses the environment. Each problem is one sentence: variable, its value, what is wrong. */
export function parseConfig(
  env: Record<string, string | undefined>,
): { ok: true; config: Config } | { ok: false; problems: string[] } {
  const values = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, empty_is_absent(value)]));
  const parsed = environment.safeParse(values);
  if (parsed.success) return { ok: true, config: parsed.data };
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'environment');
    const shown = /PASSWORD|URL/.test(name) ? '' : ` "${env[name] ?? ''}"`;
    return `${name}${shown} ${issue.message}.`;
  });
  return { ok: false, problems };
}
