/** What better-auth is told of a request: its cookies, and the program that sent it. */
export function authHeaders(headers: Headers): Headers {
  const told = new Headers({ cookie: headers.get('cookie') ?? '' });
  const [user_agent, origin] = [headers.get('user-agent'), headers.get('origin')];
  if (user_agent) told.set('user-agent', user_agent);
  if (origin) told.set('origin', origin);
  return told;
}

/** A client's mistake (a wrong password, a code that is over), as better-auth says it: an error with such a status. */
export function isRefusedByAuth(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    'statusCode' in cause &&
    typeof cause.statusCode === 'number' &&
    cause.statusCode >= 400 &&
    cause.statusCode < 500
  );
}
