import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';

/**
 * A session for a person whom somebody else vouched for: a firm's own provider, whose answer our code has checked.
 * Called by the server alone; none of better-auth's routes is mounted.
 */
export function sessionWithoutPassword() {
  return {
    id: 'session-without-password',
    endpoints: {
      beginSession: createAuthEndpoint(
        '/begin-session',
        {
          method: 'POST',
          body: z.object({ user_id: z.string(), firm_id: z.string() }),
          metadata: { SERVER_ONLY: true },
        },
        async (ctx) => {
          const { internalAdapter } = ctx.context;
          const user = await internalAdapter.findUserById(ctx.body.user_id);
          if (!user) throw new Error('the person is gone');
          const session = await internalAdapter.createSession(user.id, false, {
            provider_firm_id: ctx.body.firm_id,
          });
          if (!session) throw new Error('the session was not made');
          await setSessionCookie(ctx, { session, user });
          return { ok: true };
        },
      ),
    },
  } as const;
}
