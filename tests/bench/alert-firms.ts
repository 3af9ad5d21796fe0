import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { createApp, type App } from '#lib/server/app.ts';
import { sealOf } from '#lib/server/seal.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { createDraft } from '#lib/server/rules/draft.ts';
import { analyst, anInstrument, held } from '../support/rules.ts';
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

/** A version of which it was worked out what it does to three products of each firm; gives its id. */
export async function workedOutAhead({ owner, app }: BenchDatabase): Promise<string> {
  const { version } = held(await createDraft(app, analyst, await anInstrument(app), { label: '1.0' }));
  await sql`
    insert into portfolio_change (firm_id, noun, subject_id, revision, act, content)
    select f.id, 'product', gen_random_uuid(), 1, 'created', '{}' from auth.firm f`.execute(owner.db);
  const product = {
    id: randomUUID(),
    code: 'SR-0421',
    name: 'Convertible crib, beech',
    was: 'green',
    would_be: 'manual_review',
    valid_until_was: '2026-12-01',
    valid_until: null,
    checks: [{ code: 'report.clause', clause: '4.12', was: 'provisional', would_be: 'fail' }],
  };
  const impact = {
    day: '2026-10-01',
    is_supposed: false,
    total: 3,
    without_report: 0,
    groups: [{ kind: 'green>manual_review', total: 3 }],
    products: [product, product, product],
  };
  await sql`
    insert into version_impact (version_id, firm_id, basis, customs_office, horizon, products, impact)
    select ${version.id}, f.id, 'bench', f.customs_office, '9000000000000000000', 3, ${JSON.stringify(impact)}::jsonb
    from auth.firm f`.execute(owner.db);
  await sql`analyze`.execute(owner.db);
  return version.id;
}

/**
 * One clause changes, and everybody who follows it is told, in one transaction; of a `version_id` that was worked
 * out ahead, each with what it does to their products.
 */
export async function publishOnce(app: Pick<App, 'db'>, version_id: string | null = null): Promise<number> {
  const told = await asOperator(app.db, (tx) =>
    appendEvent(tx, {
      kind: version_id === null ? 'pending_item.moved' : 'rule.published',
      audience: 'everyone',
      subject_id: version_id,
      ...(version_id === null ? {} : { impact_basis: 'bench' }),
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
