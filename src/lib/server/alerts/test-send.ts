import { randomUUID } from 'node:crypto';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { addressesOf } from '#lib/server/supervisor/address.ts';
import { readAlertSource } from './alerts.ts';
import { createContents, impactOf, reasonsOf } from './content.ts';
import { FORMATS } from './endpoint.ts';
import type { Letter } from './letter.ts';
import { messageOf, type Message } from './message.ts';
import { prepare } from './payload.ts';
import { recipientOf } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';
import { sealOf } from '#lib/server/seal.ts';
import { ATTEMPT_DEADLINE_MS, failed, post } from './transport.ts';

export type TestResult = {
  is_success: boolean;
  status: number | null;
  problem: string | null;
  detail: string | null;
  duration_ms: number;
};

/** Posts one message to an endpoint at once: a sample, or what an alert of the firm says. Nothing is kept of it. */
export async function sendTest(
  app: App,
  who: { actor: Actor; firm: Firm | null },
  asked: { endpoint_id: string; alert_id: string | null; language: Language },
): Promise<{ ok: true; result: TestResult } | AlertRefusal> {
  const { firm_id } = recipientOf(who.actor, who.firm);
  const endpoint = await asOwner(app.db, firm_id, (tx) =>
    tx
      .selectFrom('endpoint')
      .select(['url', 'format', 'secret_sealed', 'signing_key_sealed'])
      .where('id', '=', asked.endpoint_id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst(),
  );
  if (!endpoint) return alertRefusal('endpoint_unknown');
  const seal = await sealOf(app.config);
  const { alert_id, language } = asked;
  const message =
    alert_id === null
      ? sampleMessage(app, language)
      : await messageOfAlert(app, firm_id, { alert_id, language });
  if (!message) return alertRefusal('alert_unknown');
  const letter: Letter = {
    id: `msg_test_${randomUUID()}`,
    language: message.language,
    title: message.title,
    at: message.occurred_at,
    messages: [message],
    digest: null,
    url: message.url,
    template: null,
  };
  const format = FORMATS.find((one) => one === endpoint.format) ?? 'standard';
  const secrets = [seal.open(endpoint.secret_sealed)];
  const signing_key = endpoint.signing_key_sealed ? seal.open(endpoint.signing_key_sealed) : null;
  const agent = createGuardedAgent(app.config.allow_private_addresses);
  const started_ms = performance.now();
  try {
    const prepared = prepare(letter, { url: endpoint.url, format, secrets, signing_key }, app.now());
    const outcome = await post(agent, prepared, { format, signal: AbortSignal.timeout(ATTEMPT_DEADLINE_MS) });
    return { ok: true, result: resultOf(outcome, started_ms) };
  } catch (cause) {
    return { ok: true, result: resultOf(failed('message_not_made', cause), started_ms) };
  } finally {
    await agent.destroy();
  }
}

function resultOf(outcome: Omit<TestResult, 'duration_ms'>, started_ms: number): TestResult {
  const { is_success, status, problem, detail } = outcome;
  return { is_success, status, problem, detail, duration_ms: Math.round(performance.now() - started_ms) };
}

/** A message that says nothing but that messages of its kind arrive. */
export function sampleMessage(app: App, language: Language): Message {
  const text = textsOf(language);
  return {
    kind: 'test',
    event_id: '0',
    alert_id: '',
    subject_id: null,
    occurred_at: app.now(),
    event: {},
    language,
    title: text('alerts.test.title'),
    changed: text('alerts.test.changed'),
    from: null,
    day: null,
    means: null,
    impact: null,
    to_do: text('alerts.message.read_now'),
    why: text('alerts.message.why_own'),
    url: `${addressesOf(app.config).address}/alerts`,
    chain: null,
    clauses: [],
    found: [],
  };
}

/** What an alert of the firm says; null where it has no such alert. */
export async function messageOfAlert(
  app: App,
  firm_id: string | null,
  { alert_id, language }: { alert_id: string; language: Language },
): Promise<Message | null> {
  const source = await asOwner(app.db, firm_id, (tx) => readAlertSource(tx, alert_id));
  if (!source) return null;
  return messageOf(await createContents(app).of(source), {
    alert_id,
    language,
    address: addressesOf(app.config).address,
    reasons: reasonsOf(source.reasons),
    impact: impactOf(source.impact),
  });
}
