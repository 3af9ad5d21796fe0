import type { App } from '#lib/server/app.ts';
import { refusal, type Refusal } from './refusal.ts';

export type ListedSession = {
  id: string;
  user_agent: string | null;
  created_at: Date;
  updated_at: Date;
  is_current: boolean;
};

const LISTED_MAX = 100;

/** The browsers that a person is signed in with, the newest first. */
export async function sessionsOf(
  app: App,
  user_id: string,
  current_id: string | null,
): Promise<ListedSession[]> {
  const rows = await app.db
    .selectFrom('auth.session')
    .select(['id', 'user_agent', 'created_at', 'updated_at'])
    .where('user_id', '=', user_id)
    .where('expires_at', '>', app.now())
    .orderBy('updated_at', 'desc')
    .limit(LISTED_MAX)
    .execute();
  return rows.map((row) => ({ ...row, is_current: row.id === current_id }));
}

/** Ends one session of this person. */
export async function endSession(app: App, user_id: string, id: string): Promise<{ ok: true } | Refusal> {
  const { numDeletedRows } = await app.db
    .deleteFrom('auth.session')
    .where('user_id', '=', user_id)
    .where((eb) => eb(eb.cast<string>('id', 'text'), '=', id))
    .executeTakeFirst();
  app.accounts.sessions.dropPerson(user_id);
  return numDeletedRows > 0n ? { ok: true } : refusal('session_unknown');
}

/** Ends every session of this person but the one that asks. */
export async function endOtherSessions(app: App, user_id: string, current_id: string): Promise<void> {
  await app.db
    .deleteFrom('auth.session')
    .where('user_id', '=', user_id)
    .where('id', '!=', current_id)
    .execute();
  app.accounts.sessions.dropPerson(user_id);
}
