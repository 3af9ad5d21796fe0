import { error } from '@sveltejs/kit';
import { notAllowedText } from '#lib/server/http/not-allowed.ts';
import { ROLE_GIVERS } from '#lib/server/http/page-rules.ts';
import type { PageServerLoad } from './$types';

/** What a signed-in person sees of a page or form that is not theirs; hooks answer with it in the page's place. */
export const load: PageServerLoad = ({ url, locals: { language, request_id } }) => {
  const giver = ROLE_GIVERS.find((one) => one === url.searchParams.get('ask')) ?? 'either';
  error(403, { message: notAllowedText(giver, language), request_id });
};
