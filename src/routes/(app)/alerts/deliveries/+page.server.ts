import { error, fail } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  findDelivery,
  listDeliveries,
  replayDeliveries,
  replayDelivery,
} from '#lib/server/alerts/deliveries.ts';
import { deliveryFlow } from '#lib/server/alerts/delivery-flow.ts';
import { ENDPOINTS_MAX } from '#lib/server/alerts/endpoint.ts';
import { listEndpoints } from '#lib/server/alerts/endpoints.ts';
import { readerOf, writerOf } from '#lib/server/alerts/recipient.ts';
import { alertSentence } from '#lib/server/alerts/refusal.ts';
import { toldVersions } from '#lib/server/alerts/told-sheet.ts';
import { formText } from '#lib/ui/form-text.ts';
import { deliveryAddress, instantOfText, readDeliveryQuery, uuidOf } from './query.ts';
import type { Actions, PageServerLoad } from './$types';

const PAGE_ROWS = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const who = readerOf(actor);
  if (!who) error(403, textsOf(language)('alerts.page.no_right'));
  const query = readDeliveryQuery(url.searchParams);
  const asked = {
    limit: PAGE_ROWS,
    after: query.after ?? undefined,
    states: query.state ? [query.state] : undefined,
    channel: query.channel ?? undefined,
    endpoint_id: query.endpoint ?? undefined,
    from: instantOfText(query.from),
    until: instantOfText(query.to, 1),
  };
  const [rows, flow, endpoints, versions, opened] = await Promise.all([
    listDeliveries(app, who, asked),
    deliveryFlow(app, who),
    listEndpoints(app, who, { limit: ENDPOINTS_MAX }),
    toldVersions(app, who),
    query.id ? findDelivery(app, who, query.id) : null,
  ]);
  const shown = rows.slice(0, PAGE_ROWS);
  const last = rows.length > PAGE_ROWS ? shown.at(-1) : undefined;
  return {
    ...{ query, flow, versions, now: app.now() },
    deliveries: shown.map(({ key: _, ...row }) => row),
    endpoints: endpoints.map(({ id, url: address, description }) => ({ id, name: description ?? address })),
    opened: opened?.ok
      ? { id: opened.delivery.id, state: opened.delivery.state, attempts: opened.attempts }
      : null,
    newest: query.after && deliveryAddress(query, { after: null }),
    older: last ? deliveryAddress(query, { after: [last.key, last.id], id: null }) : null,
    may_write: writerOf(actor) !== null,
    is_operator: actor?.operator_scopes.includes('alerts:read') ?? false,
  };
};

export const actions: Actions = {
  replay: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right'), replayed: null });
    const id = uuidOf(formText(await request.formData(), 'id'));
    if (!id)
      return fail(422, { message: textsOf(language)('alerts.error.delivery_unknown'), replayed: null });
    const result = await replayDelivery(app, who, id);
    return result.ok
      ? { message: null, replayed: 1 }
      : fail(422, { message: alertSentence(result, language), replayed: null });
  },
  replay_chosen: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right'), replayed: null });
    const chosen = (await request.formData()).getAll('ids');
    const ids = chosen.flatMap((one) => (typeof one === 'string' ? (uuidOf(one) ?? []) : []));
    if (ids.length === 0)
      return fail(422, { message: textsOf(language)('deliveries.none_chosen'), replayed: null });
    return { message: null, ...(await replayDeliveries(app, who, { ids: ids.slice(0, PAGE_ROWS) })) };
  },
  replay_since: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right'), replayed: null });
    const form = await request.formData();
    const since = instantOfText(formText(form, 'since'));
    if (!since) return fail(422, { message: textsOf(language)('deliveries.no_day'), replayed: null });
    const endpoint_id = uuidOf(formText(form, 'endpoint')) ?? undefined;
    return { message: null, ...(await replayDeliveries(app, who, { since, endpoint_id })) };
  },
};
