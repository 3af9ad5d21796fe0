import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { listAlerts } from '#lib/server/alerts/alerts.ts';
import { ENDPOINTS_MAX } from '#lib/server/alerts/endpoint.ts';
import { endpointHealth } from '#lib/server/alerts/endpoint-health.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  OVERLAP_HOURS_DEFAULT,
  rotateSecret,
} from '#lib/server/alerts/endpoints.ts';
import { readerOf, writerOf, type Who } from '#lib/server/alerts/recipient.ts';
import { alertSentence, type AlertRefusal } from '#lib/server/alerts/refusal.ts';
import { sendTest, type TestResult } from '#lib/server/alerts/test-send.ts';
import { formText } from '#lib/ui/form-text.ts';
import { readEndpointForm, readOverlapHours } from './endpoint-form.ts';
import type { Actions, PageServerLoad } from './$types';

/** Enough to test with what somebody was told lately. */
const ALERTS_OFFERED = 10;

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  const who = readerOf(actor);
  if (!who) error(403, textsOf(language)('alerts.page.no_right'));
  const [rows, health, alerts] = await Promise.all([
    listEndpoints(app, who, { limit: ENDPOINTS_MAX }),
    endpointHealth(app, who),
    listAlerts(app, who, { limit: ALERTS_OFFERED, language }),
  ]);
  return {
    endpoints: rows.map(({ key: _, ...row }) => ({ ...row, health: health.get(row.id) ?? null })),
    alerts: alerts.slice(0, ALERTS_OFFERED).map(({ id, message }) => ({ id, title: message.title })),
    overlap_hours: OVERLAP_HOURS_DEFAULT,
    may_write: writerOf(actor) !== null,
  };
};

type Done = {
  message: string | null;
  secret?: string;
  url?: string;
  tested?: TestResult;
  values?: Record<string, string>;
};

/** Each form asks for the right to write before it reads what was sent. */
async function acting(
  { locals, request }: RequestEvent,
  act: (
    who: Who,
    form: FormData,
    id: string,
  ) => Promise<({ ok: true } & Omit<Done, 'message'>) | AlertRefusal>,
) {
  const { actor, language } = locals;
  const who = writerOf(actor);
  if (!who) return fail(403, refused(textsOf(language)('alerts.page.no_right')));
  const form = await request.formData();
  const id = formText(form, 'id');
  const result = await act(who, form, isUuid(id) ? id : '00000000-0000-0000-0000-000000000000');
  if (!result.ok) {
    const values = Object.fromEntries(
      ['url', 'format', 'description'].map((name) => [name, formText(form, name)]),
    );
    return fail(422, { ...refused(alertSentence(result, language)), values });
  }
  const { ok: _, ...done } = result;
  return { message: null, ...done } satisfies Done;
}

function refused(message: string): Done {
  return { message };
}

export const actions: Actions = {
  create: (event) =>
    acting(event, async (who, form) => {
      const read = readEndpointForm(form);
      if (!read.ok) return read;
      const made = await createEndpoint(event.locals.app, who, read.input);
      return made.ok ? { ok: true, secret: made.secret, url: made.endpoint.url } : made;
    }),
  rotate: (event) =>
    acting(event, async (who, form, id) => {
      const overlap_hours = readOverlapHours(formText(form, 'overlap_hours'));
      const rotated = await rotateSecret(event.locals.app, who, id, { overlap_hours, secret: null });
      return rotated.ok ? { ok: true, secret: rotated.secret, url: rotated.endpoint.url } : rotated;
    }),
  test: (event) =>
    acting(event, async (who, form, id) => {
      const { app, language } = event.locals;
      const found = await findEndpoint(app, who, id);
      if (!found.ok) return found;
      const alert_id = formText(form, 'alert_id');
      const asked = { endpoint_id: id, alert_id: isUuid(alert_id) ? alert_id : null, language };
      const sent = await sendTest(app, who, asked);
      return sent.ok ? { ok: true, tested: sent.result, url: found.endpoint.url } : sent;
    }),
  resume: (event) => acting(event, (who, _, id) => changed(event, who, { id, state: 'active' })),
  pause: (event) => acting(event, (who, _, id) => changed(event, who, { id, state: 'paused' })),
  remove: (event) => acting(event, (who, _, id) => deleteEndpoint(event.locals.app, who, id)),
};

async function changed(
  { locals }: RequestEvent,
  who: Who,
  { id, state }: { id: string; state: 'active' | 'paused' },
): Promise<{ ok: true } | AlertRefusal> {
  const result = await changeEndpoint(locals.app, who, id, { state });
  return result.ok ? { ok: true } : result;
}
