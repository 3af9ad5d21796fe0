import { fail, redirect } from '@sveltejs/kit';
import { CODE_STATES } from '#lib/domain/codes/code-status.ts';
import { readDeclarationNo } from '#lib/domain/text/declaration-no.ts';
import { readInstant } from '#lib/domain/text/instant.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { codesPage, endPlatform, recordByHand } from '#lib/server/codes/codes-page.ts';
import { addPlatform, PLATFORMS_MAX } from '#lib/server/codes/platforms.ts';
import { showOnce, takeOnce } from '#lib/server/http/shown-once.ts';
import { readerOf, typedFields, writerOf } from '../portfolio-page.ts';
import type { Actions, PageServerLoad } from './$types';

const PATH = '/eligibility/codes';

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
  const { app, firm, may_write } = readerOf(locals);
  const asked = url.searchParams.get('state');
  const q = url.searchParams.get('q')?.trim().slice(0, 100) ?? '';
  const number = readDeclarationNo(q);
  const shown = await codesPage(app, firm.id, {
    state: CODE_STATES.find((state) => state === asked) ?? null,
    declaration_no: q !== '' && number.ok ? number.value.declaration_no : null,
    reference: q !== '' && !number.ok ? q : null,
    after: url.searchParams.get('after') ?? '',
  });
  return { ...shown, q, may_write, made: takeOnce(cookies, PATH) };
};

export const actions: Actions = {
  record: async ({ locals, request }) => {
    const { app, firm, language } = writerOf(locals);
    const typed = typedFields(await request.formData());
    const { declaration_no = '', code = '', status = '', reference = '', at = '' } = typed;
    const moment = readInstant(at);
    const instant = moment.ok ? new Date(moment.instant_ms).toISOString() : at;
    const value = { declaration_no, code, status, at: instant };
    const kept = await recordByHand(app, firm.id, { ...value, reference: reference.trim() || null });
    if (kept.ok) redirect(303, `${PATH}/${kept.declaration_no}`);
    const text = textsOf(language);
    const errors = Object.fromEntries(
      kept.fields.map((field) => [
        field,
        text(
          field === 'declaration_no'
            ? 'codes.wrong.declaration_no'
            : field === 'at'
              ? 'codes.wrong.at'
              : 'codes.wrong.text',
        ),
      ]),
    );
    return fail(422, { typed, errors });
  },
  connect: async ({ locals, request, cookies, url }) => {
    const { app, firm, language } = writerOf(locals);
    const { name = '' } = typedFields(await request.formData());
    const named = name.trim().slice(0, 100) || textsOf(language)('codes.platform');
    const made = await addPlatform(app, firm.id, named);
    if (!made)
      return fail(409, {
        typed: {},
        errors: { name: textsOf(language)('codes.platforms_many', { max: PLATFORMS_MAX }) },
      });
    showOnce(cookies, PATH, { name: named, url: `${url.origin}${made.path}`, secret: made.secret });
    redirect(303, `${PATH}#platforms`);
  },
  revoke: async ({ locals, request }) => {
    const { app, firm } = writerOf(locals);
    const { id = '' } = typedFields(await request.formData());
    if (isUuid(id)) await endPlatform(app, firm.id, id);
    redirect(303, `${PATH}#platforms`);
  },
};
