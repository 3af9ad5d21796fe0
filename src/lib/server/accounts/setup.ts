import { randomBytes } from 'node:crypto';
import type { OperatorRole } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { checkFirm, freeSlug, insertFirm, type CheckedFirm } from './firms.ts';
import { hashSecret } from './keys.ts';
import {
  checkPerson,
  hashPassword,
  hasUsers,
  insertPerson,
  insertPlace,
  type CheckedPerson,
} from './people.ts';
import { refusal, type Refusal } from './refusal.ts';

export type SetUpInput = {
  token: string;
  name: string;
  email: string;
  password: string;
  firm_name: string;
  firm_slug?: string | null;
  uscc?: string | null;
  /** What the administrator does beside administering; in a small house one person does it all. */
  operator_roles?: readonly Exclude<OperatorRole, 'admin'>[];
};

const TOKEN_BYTES = 32;

/** A fresh one-time token for `/setup?token=…`, which ends the ones before; null when somebody exists already. */
export async function createSetupLink(app: App): Promise<string | null> {
  if (await hasUsers(app)) return null;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await app.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('auth.setup_link').where('used_at', 'is', null).execute();
    await tx
      .insertInto('auth.setup_link')
      .values({ sha256: hashSecret(token), created_at: app.now() })
      .execute();
  });
  return token;
}

/**
 * Makes the first administrator from the environment, when there is nobody yet, with the roles that the set-up
 * page offers: nobody was there to be asked. All or nothing, and safe to repeat.
 */
export async function ensureFirstAdmin(app: App): Promise<{ ok: true; is_new: boolean } | Refusal> {
  if (!app.config.admin || (await hasUsers(app))) return { ok: true, is_new: false };
  const checked = checkPerson(app.config.admin);
  if (!checked.ok) return checked.refusals[0] ?? refusal('email_invalid', 'email');
  const { person } = checked;
  const password_hash = await hashPassword(app, person.password);
  return app.db.transaction().execute(async (tx) => {
    const user_id = await insertPerson(tx, person, password_hash);
    if (!user_id) return { ok: true, is_new: false };
    for (const operator_role of ['admin', 'analyst', 'approver'] as const)
      await insertPlace(tx, user_id, { operator_role });
    return { ok: true, is_new: true };
  });
}

/** Why a set-up link does not hold; null when it does. */
export async function problemOfSetupLink(app: App, token: string): Promise<Refusal | null> {
  if (await hasUsers(app)) return refusal('setup_done');
  const found = await app.db
    .selectFrom('auth.setup_link')
    .select('created_at')
    .where('sha256', '=', hashSecret(token))
    .where('used_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return found ? null : refusal('setup_token');
}

/**
 * Makes the first administrator and the first firm, with the administrator as its owner: all or nothing, and
 * once. Of two who use the link at the same time, one waits for the other and is refused.
 */
export async function setUp(
  app: App,
  input: SetUpInput,
): Promise<
  { ok: true; email: string; firm_slug: string; warnings: string[] } | { ok: false; refusals: Refusal[] }
> {
  const link_problem = await problemOfSetupLink(app, input.token);
  if (link_problem) return { ok: false, refusals: [link_problem] };
  const slug = input.firm_slug?.trim() || (await freeSlug(app.db, input.firm_name));
  const checked_person = checkPerson(input);
  const checked_firm = checkFirm({ slug, name: input.firm_name, uscc: input.uscc });
  const refusals = [
    ...(input.name.trim() ? [] : [refusal('name_missing', 'name')]),
    ...(checked_person.ok ? [] : checked_person.refusals),
    ...(checked_firm.ok ? [] : checked_firm.refusals.map(asSetupField)),
  ];
  if (!checked_person.ok || !checked_firm.ok || refusals.length > 0) return { ok: false, refusals };
  const { person } = checked_person;
  const { firm } = checked_firm;
  const password_hash = await hashPassword(app, person.password);
  const checked = { person, firm, operator_roles: input.operator_roles ?? [] };
  const refused = await app.db
    .transaction()
    .execute((tx) => insertFirst(tx, { ...checked, token: input.token, now: app.now(), password_hash }))
    .catch((cause: unknown) => {
      if (cause instanceof Refused) return cause.refusal;
      throw cause;
    });
  if (refused) return { ok: false, refusals: [refused] };
  return { ok: true, email: person.email, firm_slug: firm.slug, warnings: firm.warnings };
}

/** The form has one name for a person and one for a firm. */
function asSetupField(refused: Refusal): Refusal {
  const FIELDS: Record<string, string> = { name: 'firm_name', slug: 'firm_slug' };
  return { ...refused, field: FIELDS[refused.field ?? ''] ?? refused.field };
}

type First = {
  token: string;
  now: Date;
  person: CheckedPerson;
  password_hash: string;
  firm: CheckedFirm;
  operator_roles: readonly OperatorRole[];
};

async function insertFirst(tx: Tx, first: First): Promise<null> {
  // All open links, not only this one: whoever else sets up waits here, and then finds none.
  const used = await tx
    .updateTable('auth.setup_link')
    .set({ used_at: first.now })
    .where('used_at', 'is', null)
    .returning('sha256')
    .execute();
  const wanted = hashSecret(first.token);
  if (!used.some(({ sha256 }) => sha256.equals(wanted))) throw new Refused(refusal('setup_token'));
  if (await hasUsers({ db: tx })) throw new Refused(refusal('setup_done'));
  const firm = await insertFirm(tx, first.firm);
  if (!firm) throw new Refused(refusal('slug_taken', 'firm_slug', { slug: first.firm.slug }));
  const user_id = await insertPerson(tx, first.person, first.password_hash);
  if (!user_id) throw new Refused(refusal('setup_done'));
  for (const operator_role of ['admin', ...first.operator_roles] as const)
    await insertPlace(tx, user_id, { operator_role });
  await insertPlace(tx, user_id, { firm_id: firm.id, role: 'owner' });
  return null;
}

/** Rolls the transaction back and carries the reason out of it. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refused: Refusal) {
    super(refused.problem);
    this.refusal = refused;
  }
}
