import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor, Firm, Scope } from '#lib/domain/accounts/actor.ts';
import type { Pool } from '#lib/server/db/connect.ts';

/** A firm in the database; `slug` is unique unless given. */
export async function createFirm(owner: Pool, given: Partial<Firm> = {}): Promise<Firm> {
  const slug = given.slug ?? `firm-${randomUUID().slice(0, 8)}`;
  const { rows } = await sql<Firm>`
    insert into auth.firm (slug, name, uscc, customs_office)
    values (${slug}, ${given.name ?? 'Sample Infant Goods'}, ${given.uscc ?? null}, ${given.customs_office ?? '3104'})
    returning id, slug, name, uscc, customs_office, time_zone, is_sample`.execute(owner.db);
  const [firm] = rows;
  if (!firm) throw new Error('the firm was not inserted');
  return firm;
}

/** A firm's key as an actor, without a row behind it. */
export function firmActor(firm: Firm, scopes: Scope[]): Actor {
  return { kind: 'key', id: randomUUID(), name: 'test key', firm, firm_scopes: scopes, operator_scopes: [] };
}

/** An operator's key as an actor, without a row behind it. */
export function operatorActor(scopes: Scope[]): Actor {
  return {
    kind: 'key',
    id: randomUUID(),
    name: 'test key',
    firm: null,
    firm_scopes: [],
    operator_scopes: scopes,
  };
}
