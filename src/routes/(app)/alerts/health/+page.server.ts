import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { deliveryHealth } from '#lib/server/alerts/delivery-health.ts';
import { readHealthQuery } from './query.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  if (!actor?.operator_scopes.includes('alerts:read')) error(403, textsOf(language)('health.no_right'));
  const query = readHealthQuery(url.searchParams);
  const now = app.now();
  return { query, now, ...(await deliveryHealth(app, { ...query, now })) };
};
