import { isFirmRole, type FirmRole } from '#lib/domain/accounts/actor.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { refusal, type Refusal } from './refusal.ts';

export type Member = {
  user_id: string;
  name: string;
  email: string;
  role: string;
  created_at: Date;
  has_second_factor: boolean;
};

/** A firm has dozens of people; a list of them must still end. */
const MEMBERS_MAX = 1_000;

export async function membersOf(app: App, firm_id: string): Promise<Member[]> {
  return app.db
    .selectFrom('auth.member as m')
    .innerJoin('auth.user as u', 'u.id', 'm.user_id')
    .select([
      'm.user_id',
      'u.name',
      'u.email',
      'm.role',
      'm.created_at',
      'u.two_factor_enabled as has_second_factor',
    ])
    .where('m.firm_id', '=', firm_id)
    .orderBy('u.name')
    .limit(MEMBERS_MAX)
    .execute();
}

/** People of the operator, one line a role. */
export async function operatorMembers(app: App): Promise<Member[]> {
  return app.db
    .selectFrom('auth.operator_member as m')
    .innerJoin('auth.user as u', 'u.id', 'm.user_id')
    .select([
      'm.user_id',
      'u.name',
      'u.email',
      'm.role',
      'm.created_at',
      'u.two_factor_enabled as has_second_factor',
    ])
    .orderBy('u.name')
    .orderBy('m.role')
    .limit(MEMBERS_MAX)
    .execute();
}

/** Gives a member another role. A firm keeps at least one owner. */
export async function changeRole(
  app: App,
  firm_id: string,
  input: { user_id: string; role: string },
): Promise<{ ok: true } | Refusal> {
  const { role } = input;
  if (!isFirmRole(role)) return refusal('firm_role_unknown', 'role', { role });
  return settle(app, input.user_id, (tx) => setRole(tx, firm_id, { user_id: input.user_id, role }));
}

/** Takes a member out of the firm, or lets one leave; what they did stays where it is. */
export async function removeMember(
  app: App,
  firm_id: string,
  user_id: string,
): Promise<{ ok: true } | Refusal> {
  return settle(app, user_id, async (tx) => {
    const refused = await lastOwner(tx, firm_id, user_id);
    if (refused) return refused;
    const { numDeletedRows } = await tx
      .deleteFrom('auth.member')
      .where('firm_id', '=', firm_id)
      .where('user_id', '=', user_id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return refusal('member_unknown');
    // Keys that the person made for the firm go on: they are the firm's, and an owner sees and ends them.
    await tx
      .updateTable('auth.session')
      .set({ active_firm_id: null })
      .where('user_id', '=', user_id)
      .where('active_firm_id', '=', firm_id)
      .execute();
    return { ok: true };
  });
}

/** Hands the firm over: the other becomes an owner, and who hands over a compliance manager. */
export async function transferOwnership(
  app: App,
  firm_id: string,
  input: { from: string; to: string },
): Promise<{ ok: true } | Refusal> {
  if (input.from === input.to) return refusal('member_itself');
  const done = await settle(app, input.to, async (tx) => {
    // Of two who are handed the firm at once, one gets it: the second finds that it was given away.
    if (!(await owners(tx, firm_id)).includes(input.from)) return refusal('member_unknown');
    const made = await setRole(tx, firm_id, { user_id: input.to, role: 'owner' });
    if (!made.ok) return made;
    return setRole(tx, firm_id, { user_id: input.from, role: 'compliance_manager' });
  });
  app.accounts.sessions.dropPerson(input.from);
  return done;
}

/** Takes a role at the operator away. The operator keeps at least one administrator. */
export async function removeOperatorRole(
  app: App,
  input: { user_id: string; role: string },
): Promise<{ ok: true } | Refusal> {
  return settle(app, input.user_id, async (tx) => {
    const admins = await tx
      .selectFrom('auth.operator_member')
      .select('user_id')
      .where('role', '=', 'admin')
      .forUpdate()
      .execute();
    if (input.role === 'admin' && admins.length === 1 && admins[0]?.user_id === input.user_id)
      return refusal('last_admin');
    const { numDeletedRows } = await tx
      .deleteFrom('auth.operator_member')
      .where('user_id', '=', input.user_id)
      .where('role', '=', input.role)
      .executeTakeFirst();
    return numDeletedRows > 0n ? { ok: true } : refusal('member_unknown');
  });
}

/** One transaction; a refusal undoes it, and whoever it was about is looked up anew at the next request. */
async function settle(
  app: App,
  user_id: string,
  work: (tx: Tx) => Promise<{ ok: true } | Refusal>,
): Promise<{ ok: true } | Refusal> {
  if (!isUuid(user_id)) return refusal('member_unknown');
  const done = await app.db
    .transaction()
    .execute(async (tx) => {
      const result = await work(tx);
      if (!result.ok) throw new Undone(result);
      return result;
    })
    .catch((cause: unknown) => {
      if (cause instanceof Undone) return cause.refused;
      throw cause;
    });
  app.accounts.sessions.dropPerson(user_id);
  return done;
}

async function setRole(
  tx: Tx,
  firm_id: string,
  { user_id, role }: { user_id: string; role: FirmRole },
): Promise<{ ok: true } | Refusal> {
  const refused = role === 'owner' ? null : await lastOwner(tx, firm_id, user_id);
  if (refused) return refused;
  const { numUpdatedRows } = await tx
    .updateTable('auth.member')
    .set({ role })
    .where('firm_id', '=', firm_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? { ok: true } : refusal('member_unknown');
}

/** The owners' rows are locked: of two owners who step down at once, the second is refused. */
async function lastOwner(tx: Tx, firm_id: string, user_id: string): Promise<Refusal | null> {
  const [first, ...more] = await owners(tx, firm_id);
  return first === user_id && more.length === 0 ? refusal('last_owner') : null;
}

async function owners(tx: Tx, firm_id: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('auth.member')
    .select('user_id')
    .where('firm_id', '=', firm_id)
    .where('role', '=', 'owner')
    .orderBy('user_id')
    .forUpdate()
    .execute();
  return rows.map(({ user_id }) => user_id);
}

class Undone extends Error {
  readonly refused: Refusal;
  constructor(refused: Refusal) {
    super(refused.problem);
    this.refused = refused;
  }
}
