import type { Language, TextKey, TextParams } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { refuse } from '#lib/server/http/problem.ts';

type Entry = { status: 403 | 404 | 409 | 422; text: TextKey };

/** Why something about alerts was not done: its status for programs, its sentence in both languages. */
const REFUSALS = {
  subscription_unknown: { status: 404, text: 'alerts.error.subscription_unknown' },
  endpoint_unknown: { status: 404, text: 'alerts.error.endpoint_unknown' },
  alert_unknown: { status: 404, text: 'alerts.error.alert_unknown' },
  delivery_unknown: { status: 404, text: 'alerts.error.delivery_unknown' },
  feed_unknown: { status: 404, text: 'alerts.error.feed_unknown' },
  webhook_with_personal_channel: { status: 422, text: 'alerts.error.webhook_with_personal_channel' },
  push_is_personal: { status: 422, text: 'push.error.is_personal' },
  browsers_many: { status: 409, text: 'push.error.browsers_many' },
  browser_unknown: { status: 404, text: 'push.error.browser_unknown' },
  webhook_without_endpoint: { status: 422, text: 'alerts.error.webhook_without_endpoint' },
  endpoint_not_yours: { status: 422, text: 'alerts.error.endpoint_not_yours' },
  searches_not_yours: { status: 422, text: 'searches.error.not_yours' },
  search_unknown: { status: 404, text: 'searches.error.unknown' },
  search_name_taken: { status: 409, text: 'searches.error.name_taken' },
  search_followed: { status: 409, text: 'searches.error.followed' },
  searches_many: { status: 409, text: 'searches.error.many' },
  subscriptions_many: { status: 409, text: 'alerts.error.subscriptions_many' },
  endpoints_many: { status: 409, text: 'alerts.error.endpoints_many' },
  address_not_allowed: { status: 422, text: 'alerts.error.address_not_allowed' },
  address_unusable: { status: 422, text: 'alerts.error.address_unusable' },
  secret_unusable: { status: 422, text: 'endpoints.error.secret_unusable' },
  description_long: { status: 422, text: 'endpoints.error.description_long' },
  delivery_waits: { status: 409, text: 'alerts.error.delivery_waits' },
  note_missing: { status: 422, text: 'alerts.error.note_missing' },
  executive_before_deputy: { status: 422, text: 'escalation.error.executive_before_deputy' },
  metric_unknown: { status: 404, text: 'metric.error.unknown' },
  metrics_many: { status: 409, text: 'metric.error.many' },
  exclusion_unknown: { status: 404, text: 'exclusions.error.exclusion_unknown' },
  alert_applies: { status: 409, text: 'exclusions.error.alert_applies' },
  nothing_to_exclude: { status: 422, text: 'exclusions.error.nothing_to_exclude' },
  member_unknown: { status: 422, text: 'alerts.error.member_unknown' },
} satisfies Record<string, Entry>;

export type AlertRefusalCode = keyof typeof REFUSALS;
export type AlertRefusal = { ok: false; code: AlertRefusalCode; field?: string; params?: TextParams };

export function alertRefusal(code: AlertRefusalCode, field?: string, params?: TextParams): AlertRefusal {
  return { ok: false, code, field, params };
}

/** One sentence: what was refused, and what to do. */
export function alertSentence(refused: AlertRefusal, language: Language): string {
  return textsOf(language)(REFUSALS[refused.code].text, refused.params);
}

/** Ends an operation with the refusal; a result that holds is given back. */
export function orRefuse<T extends { ok: true }>(result: T | AlertRefusal): T {
  if (result.ok) return result;
  const { code, field } = result;
  const detail = alertSentence(result, 'en');
  refuse(REFUSALS[code].status, detail, [{ ...(field ? { field } : {}), code, message: detail }]);
}
