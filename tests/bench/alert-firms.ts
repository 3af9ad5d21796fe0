import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { createApp, type App } from '#lib/server/app.ts';
import { sealOf } from '#lib/server/seal.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import type { BenchDatabase } from './bench-server.ts';

/** Firms with one person each, who is subscribed to the instrument that changes. */
export async function subscribedFirms(
  { owner, app }: BenchDatabase,
  given: { firms: number; channel: 'email' | 'webhook'; url?: string },
): Promise<void> {
  await sql`
    insert into auth.firm (slug, name) select 'firm-' || n, 'Sample ' || n from generate_series(1, ${given.firms}) n`.execute(
    owner.db,
  );
  await sql`
    insert into auth."user" (name, email) select f.name, f.slug || '@example.org' from auth.firm f`.execute(
    owner.db,
  );
  await sql`
    insert into auth.member (firm_id, user_id, role)
    select f.id, u.id, 'compliance_manager' from auth.firm f join auth."user" u on u.email = f.slug || '@example.org'`.execute(
    owner.db,
  );
  const seal = await sealOf(app.config);
  const secret = seal.close(`whsec_${randomBytes(32).toString('base64')}`);
  if (given.channel === 'webhook')
    await sql`
      insert into endpoint (firm_id, url, secret_sealed, last_success_at)
      select f.id, ${given.url ?? ''}, ${secret}, now() from auth.firm f`.execute(owner.db);
  await sql`
    insert into subscription (firm_id, user_id, instruments, provisions, to_inbox, to_email, endpoint_ids)
    select m.firm_id, case when p.id is null then m.user_id end, array['gb-31701-2026'], array['4.8', '4.12'], true,
           p.id is null, case when p.id is null then '{}'::uuid[] else array[p.id] end
    from auth.member m left join endpoint p on p.firm_id = m.firm_id`.execute(owner.db);
  await sql`analyze`.execute(owner.db);
}

/** One clause changes, and everybody who follows it is told, in one transaction. */
export async function publishOnce(app: Pick<App, 'db'>): Promise<number> {
  const told = await asOperator(app.db, (tx) =>
    appendEvent(tx, {
      kind: 'pending_item.moved',
      audience: 'everyone',
      subject_id: null,
      unique_key: `bench:${randomBytes(8).toString('hex')}`,
      data: {
        title: 'Interpretation of clause 4.12',
        to_state: 'issued',
        summary: 'The interpretation was issued.',
      },
      about: { instruments: ['gb-31701-2026'], provisions: ['4.12'] },
    }),
  );
  return told?.deliveries ?? 0;
}

/** The same installation as its worker sees it. */
export function workerOf({ app, url }: BenchDatabase, changes: Partial<App['config']> = {}): App {
  return createApp({ ...app.config, ...changes, database_url: url }, 'worker');
}

/** Nothing is owed any more. */
export async function forgetAlerts({ owner }: BenchDatabase): Promise<void> {
  await sql`truncate alert cascade`.execute(owner.db);
}
