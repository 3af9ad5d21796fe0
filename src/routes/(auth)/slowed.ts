import { error } from '@sveltejs/kit';
import { sentenceOf, tooManyGuesses } from '#lib/server/accounts/refusal.ts';

type Event = {
  locals: Pick<App.Locals, 'language' | 'request_id'>;
  setHeaders: (headers: Record<string, string>) => void;
};

/** Ends a request of an address that guessed too often, before anything was looked at; says when to come back. */
export function endIfSlowed({ locals, setHeaders }: Event, wait_seconds: number): void {
  if (wait_seconds === 0) return;
  setHeaders({ 'retry-after': String(wait_seconds) });
  const message = sentenceOf(tooManyGuesses(wait_seconds), locals.language);
  error(429, { message, request_id: locals.request_id });
}
