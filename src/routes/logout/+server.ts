import { redirect } from '@sveltejs/kit';
import { signOut } from '#lib/server/accounts/sign-in.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, request }) => {
  locals.set_cookies.push(...(await signOut(locals.app, request.headers)));
  redirect(303, '/login');
};
