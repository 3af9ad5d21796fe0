import { AsyncLocalStorage } from 'node:async_hooks';
import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '#lib/domain/accounts/password.ts';
import type { Config } from '#lib/server/config.ts';
import type { Db } from '#lib/server/db/connect.ts';
import type { Log } from '#lib/server/log.ts';
import { sessionWithoutPassword } from './session-plugin.ts';
import { COOKIE_PREFIX, isHttps } from './session-cookie.ts';

export type Auth = ReturnType<typeof createAuth>;

const SESSION_SECONDS = 7 * 24 * 3600;
/** A session in use is prolonged at most this often, so that reading does not mean writing. */
const SESSION_RENEWAL_SECONDS = 24 * 3600;
const RESET_LINK_SECONDS = 3600;
const VERIFY_LINK_SECONDS = 24 * 3600;
const BACKUP_CODES = 10;

/** Takes the token of a reset from better-auth to whoever asked for it, and writes the mail. */
export const resetMail = new AsyncLocalStorage<(reset: { email: string; token: string }) => void>();

/** The same for the link that verifies an address. */
export const verificationMail = new AsyncLocalStorage<(sent: { email: string; token: string }) => void>();

/**
 * better-auth over our own tables: sessions, and passwords by its salted scrypt. None of its routes is
 * mounted; form actions call it. People are made by the accounts module in its own transactions, so its
 * sign-up stays shut.
 */
export function createAuth(given: { config: Config; db: Db; log: Log; secret: string }) {
  const { config, db, log, secret } = given;
  const local = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${config.port}`);
  return betterAuth({
    appName: 'Greenlane',
    baseURL: config.origin ?? local[1],
    trustedOrigins: config.origin ? [config.origin] : local,
    secret,
    database: { db, type: 'postgres', schemaName: 'auth', transaction: true },
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: PASSWORD_LENGTH_MAX,
      resetPasswordTokenExpiresIn: RESET_LINK_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => resetMail.getStore()?.({ email: user.email, token }),
    },
    emailVerification: {
      expiresIn: VERIFY_LINK_SECONDS,
      sendVerificationEmail: async ({ user, token }) =>
        verificationMail.getStore()?.({ email: user.email, token }),
    },
    plugins: [secondFactor(), passkeys(config, local), sessionWithoutPassword()],
    session: {
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_RENEWAL_SECONDS,
      fields: {
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        userId: 'user_id',
      },
      // Kept when better-auth puts a new session in the place of an old one.
      additionalFields: {
        active_firm_id: { type: 'string', required: false, input: false },
        provider_firm_id: { type: 'string', required: false, input: false },
        confirmed_at: { type: 'date', required: false, input: false },
      },
    },
    user: {
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    account: {
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      // A link's token opens an account: who reads the table learns none.
      storeIdentifier: 'hashed',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      database: { generateId: 'uuid' },
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: isHttps(config),
      // The address in a forwarded header is whatever its sender says; we pass none on.
      ipAddress: { disableIpTracking: true },
    },
    logger: {
      level: 'warn',
      log: (level, message) => log.debug({ auth_level: level }, message),
    },
  });
}

function secondFactor() {
  return twoFactor({
    issuer: 'Greenlane',
    allowPasswordless: true,
    backupCodeOptions: { amount: BACKUP_CODES, storeBackupCodes: 'encrypted' },
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'two_factor',
        fields: {
          userId: 'user_id',
          backupCodes: 'backup_codes',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  });
}

/** A browser knows passkeys by the name of a host, never by a number: on this machine alone, by `localhost`. */
function passkeys(config: Config, local: string[]) {
  const own = config.origin ?? local[0];
  return passkey({
    rpID: own ? new URL(own).hostname : 'localhost',
    rpName: 'Greenlane',
    origin: config.origin ? [config.origin] : local,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    authentication: {
      // Possession alone would be one factor: the device must have known its owner.
      afterVerification: async ({ verification }) => {
        if (!verification.authenticationInfo.userVerified)
          throw new APIError('UNAUTHORIZED', { message: 'the device did not verify its owner' });
      },
    },
    schema: {
      passkey: {
        fields: {
          userId: 'user_id',
          publicKey: 'public_key',
          credentialID: 'credential_id',
          deviceType: 'device_type',
          backedUp: 'backed_up',
          createdAt: 'created_at',
        },
      },
    },
  });
}
