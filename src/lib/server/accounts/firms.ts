import type { Firm } from '#lib/domain/accounts/actor.ts';
import { SLUG, slugsForName } from '#lib/domain/accounts/slug.ts';
import { parseUscc } from '#lib/domain/text/uscc.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import type { Db } from '#lib/server/db/connect.ts';
import { refusal, type Refusal } from './refusal.ts';

export type FirmInput = { slug: string; name: string; uscc?: string | null };
export type CheckedFirm = { slug: string; name: string; uscc: string | null; warnings: string[] };

export const FIRM_COLUMNS = [
  'auth.firm.id',
  'auth.firm.slug',
  'auth.firm.name',
  'auth.firm.uscc',
  'auth.firm.customs_office',
  'auth.firm.time_zone',
  'auth.firm.is_sample',
] as const;

const NAME_LENGTH_MAX = 200;
const SLUGS_TRIED_MAX = 50;

/** Creates a firm. A social credit code that fails its check character is kept, with a warning. */
export async function createFirm(
  app: Pick<App, 'db'>,
  input: FirmInput,
): Promise<{ ok: true; firm: Firm; warnings: string[] } | Refusal> {
  const checked = checkFirm(input);
  if (!checked.ok) return checked.refusals[0] ?? refusal('firm_name_missing', 'name');
  const firm = await insertFirm(app.db, checked.firm);
  if (!firm) return refusal('slug_taken', 'slug', { slug: checked.firm.slug });
  return { ok: true, firm, warnings: checked.firm.warnings };
}

/** Trims, folds and judges what was typed; all refusals at once, for a form. */
export function checkFirm(
  input: FirmInput,
): { ok: true; firm: CheckedFirm } | { ok: false; refusals: Refusal[] } {
  const name = input.name.normalize('NFC').trim();
  const slug = input.slug.trim().toLowerCase();
  const uscc = input.uscc?.trim() ? parseUscc(input.uscc) : null;
  const refusals: Refusal[] = [];
  if (!name) refusals.push(refusal('firm_name_missing', 'name'));
  if (name.length > NAME_LENGTH_MAX)
    refusals.push(refusal('firm_name_long', 'name', { max: NAME_LENGTH_MAX }));
  if (!SLUG.test(slug)) refusals.push(refusal('slug_invalid', 'slug'));
  if (uscc?.ok === false) refusals.push(refusal('uscc_invalid', 'uscc'));
  if (refusals.length > 0) return { ok: false, refusals };
  const code = uscc?.ok ? uscc : null;
  const warnings =
    code && !code.is_checksum_valid
      ? [textsOf('en')('accounts.warning.uscc_checksum', { uscc: code.uscc })]
      : [];
  return { ok: true, firm: { slug, name, uscc: code?.uscc ?? null, warnings } };
}

/** The firm, or null when its slug is taken. */
export async function insertFirm(db: Db, firm: CheckedFirm): Promise<Firm | null> {
  const inserted = await db
    .insertInto('auth.firm')
    .values({ slug: firm.slug, name: firm.name, uscc: firm.uscc })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning(FIRM_COLUMNS)
    .executeTakeFirst();
  return inserted ?? null;
}

/** A slug for this name that no firm has. */
export async function freeSlug(db: Db, name: string): Promise<string> {
  const slugs = slugsForName(name);
  for (let tried = 0; tried < SLUGS_TRIED_MAX; tried += 1) {
    const slug = slugs.next().value;
    if (!(await firmBySlug({ db }, slug))) return slug;
  }
  throw new Error('fifty firms have this name');
}

export async function firmBySlug(app: Pick<App, 'db'>, slug: string): Promise<Firm | null> {
  const found = await app.db
    .selectFrom('auth.firm')
    .select(FIRM_COLUMNS)
    .where('slug', '=', slug)
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}

export type ListedFirm = {
  id: string;
  slug: string;
  name: string;
  is_sample: boolean;
  created_at: Date;
  suspended_at: Date | null;
  people: number;
};

/** More firms than one operator looks after by hand. */
const FIRMS_LISTED_MAX = 2_000;

/** Who the firms are, for the operator's administrators; nothing of their rows. */
export async function listFirms(app: Pick<App, 'db'>): Promise<ListedFirm[]> {
  const rows = await app.db
    .selectFrom('auth.firm as f')
    .leftJoin('auth.member as m', 'm.firm_id', 'f.id')
    .select(['f.id', 'f.slug', 'f.name', 'f.is_sample', 'f.created_at', 'f.suspended_at'])
    .select((eb) => eb.fn.count<string>('m.user_id').as('people'))
    .groupBy('f.id')
    .orderBy('f.name')
    .limit(FIRMS_LISTED_MAX)
    .execute();
  return rows.map((row) => ({ ...row, people: Number(row.people) }));
}

/** Keeps the people and keys of a firm out, or lets them in again. Its rows stay where they are. */
export async function suspendFirm(
  app: App,
  input: { slug: string; is_suspended: boolean },
): Promise<{ ok: true } | Refusal> {
  const { numUpdatedRows } = await app.db
    .updateTable('auth.firm')
    .set({ suspended_at: input.is_suspended ? app.now() : null })
    .where('slug', '=', input.slug)
    .executeTakeFirst();
  app.accounts.sessions.clear();
  return numUpdatedRows > 0n ? { ok: true } : refusal('firm_unknown', 'slug', { slug: input.slug });
}

export async function firmById(app: Pick<App, 'db'>, id: string): Promise<Firm | null> {
  const found = await app.db
    .selectFrom('auth.firm')
    .select(FIRM_COLUMNS)
    .where('id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}

export async function requiresSecondFactor(app: Pick<App, 'db'>, firm_id: string): Promise<boolean> {
  const { requires_second_factor } = await app.db
    .selectFrom('auth.firm')
    .select('requires_second_factor')
    .where('id', '=', firm_id)
    .executeTakeFirstOrThrow();
  return requires_second_factor;
}

/** From now on people without a second factor see nothing of the firm; or they do again. */
export async function requireSecondFactor(app: App, firm_id: string, is_required: boolean): Promise<void> {
  await app.db
    .updateTable('auth.firm')
    .set({ requires_second_factor: is_required })
    .where('id', '=', firm_id)
    .execute();
  app.accounts.sessions.clear();
}
