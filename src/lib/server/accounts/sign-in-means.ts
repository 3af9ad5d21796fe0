import type { App } from '#lib/server/app.ts';

/** By what a person signs in. */
export async function signInMeans(
  app: App,
  user_id: string,
): Promise<{ has_password: boolean; has_second_factor: boolean }> {
  const found = await app.db
    .selectFrom('auth.user as u')
    .leftJoin('auth.account as a', (join) =>
      join
        .onRef('a.user_id', '=', 'u.id')
        .on('a.provider_id', '=', 'credential')
        .on('a.password', 'is not', null),
    )
    .select(['u.two_factor_enabled', 'a.id'])
    .where('u.id', '=', user_id)
    .executeTakeFirstOrThrow();
  return { has_password: found.id !== null, has_second_factor: found.two_factor_enabled };
}
