import type { Firm } from '#lib/domain/accounts/actor.ts';
import { MIN_N_DEFAULT } from '#lib/domain/clearance/measure.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';

/** What a firm sets about its hours. */
export type ClearanceSettings = {
  /** Below so many declarations a number is shown with its n, and compared with nothing. */
  min_n: number;
};

export const MIN_N_MAX = 100_000;

export async function clearanceSettings(app: App, firm: Firm): Promise<ClearanceSettings> {
  const found = await inFirm(app.db, firm.id, (tx) =>
    tx
      .selectFrom('clearance_setting')
      .select('min_n')
      .where('firm_id', '=', firm.id)
      .limit(1)
      .executeTakeFirst(),
  );
  return { min_n: found?.min_n ?? MIN_N_DEFAULT };
}

export async function changeClearanceSettings(
  app: App,
  firm: Firm,
  { min_n }: ClearanceSettings,
): Promise<ClearanceSettings> {
  await inFirm(app.db, firm.id, (tx) =>
    tx
      .insertInto('clearance_setting')
      .values({ firm_id: firm.id, min_n })
      .onConflict((conflict) => conflict.column('firm_id').doUpdateSet({ min_n }))
      .execute(),
  );
  return { min_n };
}

/** What was typed as the least n; null when it is none. Full-width digits are read as digits. */
export function readMinN(written: string): number | null {
  const digits = written.normalize('NFKC').trim();
  const min_n = /^\d{1,6}$/.test(digits) ? Number(digits) : 0;
  return min_n >= 1 && min_n <= MIN_N_MAX ? min_n : null;
}
