import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, params, parent }) => {
  const { docs } = await parent();
  const section = docs.sections.find(({ slug }) => slug === params.section);
  if (!section) error(404, textsOf(locals.language)('http.docs.no_section'));
  return { section };
};
