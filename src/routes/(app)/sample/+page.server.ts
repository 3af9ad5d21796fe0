import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { joinAdministrators } from '#lib/server/accounts/sample-firms.ts';
import { switchFirm } from '#lib/server/accounts/session-actor.ts';
import { clearSample, loadSample, SampleBusy, sampleFirmToShow } from '#lib/server/sample/load.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  requireAdministrator(locals);
  const sample = await sampleFirmToShow(locals.app);
  return { sample: sample && { slug: sample.slug, name: sample.name } };
};

export const actions: Actions = {
  load: async ({ locals, request }) => {
    requireAdministrator(locals);
    const loaded = await unlessBusy(() => loadSample(locals.app));
    if (!loaded) return fail(409, { refused: textsOf(locals.language)('sample.busy') });
    await switchFirm(locals.app, request.headers, loaded.slug);
    redirect(303, '/overview');
  },
  open: async ({ locals, request }) => {
    requireAdministrator(locals);
    const sample = await sampleFirmToShow(locals.app);
    if (!sample) redirect(303, '/sample');
    await joinAdministrators(locals.app, sample);
    await switchFirm(locals.app, request.headers, sample.slug);
    redirect(303, '/overview');
  },
  clear: async ({ locals }) => {
    const user_id = requireAdministrator(locals);
    const cleared = await unlessBusy(() => clearSample(locals.app));
    if (!cleared) return fail(409, { refused: textsOf(locals.language)('sample.busy') });
    locals.app.accounts.sessions.dropPerson(user_id);
    redirect(303, '/sample');
  },
};

function requireAdministrator({ actor, language }: App.Locals): string {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/sample');
  if (!actor.operator_roles.includes('admin')) error(403, textsOf(language)('sample.administrators_only'));
  return actor.id;
}

/** What the work gives; null while another one loads or clears the sample. */
async function unlessBusy<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SampleBusy) return null;
    throw cause;
  }
}
