import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { codesOf } from '#lib/server/codes/codes-page.ts';
import { readerOf } from '../portfolio-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params: { declaration_no } }) => {
  const { app, firm, language } = readerOf(locals);
  const found = /^\d{18}$/.test(declaration_no) ? await codesOf(app, firm.id, declaration_no) : null;
  return { declaration_no, ...(found ?? error(404, textsOf(language)('portfolio.not_found'))) };
};
