import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import type { PageServerLoad } from './$types';

/** What a signed-in person sees of a page or form that is not theirs; hooks answer with it in the page's place. */
export const load: PageServerLoad = ({ locals: { language, request_id } }) =>
  error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
