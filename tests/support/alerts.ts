import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { Topic } from '#lib/domain/alerts/topic.ts';
import type { App } from '#lib/server/app.ts';
import { createEndpoint, type EndpointInput } from '#lib/server/alerts/endpoints.ts';
import { alertSentence, type AlertRefusal } from '#lib/server/alerts/refusal.ts';
import { createSubscription, type SubscriptionInput } from '#lib/server/alerts/subscriptions.ts';
import type { Pool } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { appendEvent, type NewEvent } from '#lib/server/events/append.ts';
import { createFirm, firmActor } from './factories.ts';

export const EVERYTHING: Topic = {
  kinds: null,
  instruments: null,
  provisions: null,
  pending_items: null,
  categories: null,
  districts: null,
  saved_searches: null,
  only_if_affected: false,
};

export function done<T extends { ok: true }>(result: T | AlertRefusal): T {
  if (!result.ok) throw new Error(alertSentence(result, 'en'));
  return result;
}

/** A firm with a key that may read and write alerts. */
export async function aFirm(owner: Pool): Promise<{ firm: Firm; actor: Actor }> {
  const firm = await createFirm(owner);
  return { firm, actor: firmActor(firm, ['alerts:read', 'alerts:write']) };
}

/** A person with a role in the firm, as an actor, with a mailbox. */
export async function aPerson(
  owner: Pool,
  firm: Firm,
  role: 'owner' | 'compliance_manager' | 'executive' = 'compliance_manager',
): Promise<Actor & { kind: 'person' }> {
  const email = `p-${randomUUID().slice(0, 8)}@example.org`;
  const { id } = await owner.db
    .insertInto('auth.user')
    .values({ name: 'Li Wei', email })
    .returning('id')
    .executeTakeFirstOrThrow();
  await owner.db.insertInto('auth.member').values({ firm_id: firm.id, user_id: id, role }).execute();
  return {
    kind: 'person',
    id,
    name: 'Li Wei',
    email,
    firm,
    firm_scopes: ['alerts:read', 'alerts:write'],
    operator_scopes: [],
    memberships: [{ firm, role }],
    role,
    operator_roles: [],
  };
}

export async function subscribe(
  app: App,
  actor: Actor,
  given: Partial<Omit<SubscriptionInput, 'topic'>> & { topic?: Partial<Topic> } = {},
): Promise<string> {
  const input: SubscriptionInput = {
    channels: [{ kind: 'inbox' }],
    mode: 'immediate',
    language: 'en',
    quiet_hours: null,
    ...given,
    topic: { ...EVERYTHING, ...given.topic },
  };
  return done(await createSubscription(app, { actor, firm: actor.firm }, input)).subscription.id;
}

export async function anEndpoint(
  app: App,
  actor: Actor,
  given: Partial<EndpointInput> & { url: string },
): Promise<{ id: string; secret: string }> {
  const input = {
    format: 'standard' as const,
    description: null,
    secret: null,
    is_asymmetric: false,
    ...given,
  };
  const made = done(await createEndpoint(app, { actor, firm: actor.firm }, input));
  return { id: made.endpoint.id, secret: made.secret };
}

/** An event for everybody that is about what is said, in a transaction of its own. */
export async function happens(app: App, given: Partial<NewEvent> = {}) {
  const told = await asOperator(app.db, (tx) =>
    appendEvent(tx, {
      kind: 'pending_item.moved',
      audience: 'everyone',
      subject_id: null,
      unique_key: `test:${randomUUID()}`,
      data: { title: 'Interpretation of clause 4.12', to_state: 'issued' },
      about: { pending_items: ['sac-clause-4.12'], instruments: ['gb-31701-2026'], provisions: ['4.12'] },
      ...given,
    }),
  );
  if (!told) throw new Error('the event was there already');
  return told;
}

export type Received = { path: string; headers: Record<string, string>; body: string; at: number };
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A receiver on loopback: the first part of the path chooses how it answers, 200 unless said otherwise. */
export function useReceiver(answers: Record<string, Answer> = {}): {
  readonly url: string;
  readonly received: Received[];
  take: (path: string) => Received[];
} {
  const received: Received[] = [];
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = (request.url ?? '/').split('?')[0] ?? '/';
        const body = Buffer.concat(chunks).toString('utf8');
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        received.push({ path: request.url ?? '/', headers, body, at: Date.now() });
        const answer = answers[path.split('/')[1] ?? ''];
        if (answer) answer(request, response, body);
        else response.end('ok');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    url = `http://127.0.0.1:${address.port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    get url() {
      return url;
    },
    received,
    take(path) {
      const found = received.filter((one) => one.path.startsWith(path));
      for (const one of found) received.splice(received.indexOf(one), 1);
      return found;
    },
  };
}
