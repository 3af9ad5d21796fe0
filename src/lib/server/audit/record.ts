import { plainEntry, type NewAuditEntry } from '#lib/domain/accounts/audit.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';

/** Writes one row of the log, of a firm or (null) of the operator. The job of a minute seals it. */
export async function recordAudit(
  app: Pick<App, 'db'>,
  firm_id: string | null,
  entry: NewAuditEntry,
): Promise<void> {
  const { actor, detail, ...rest } = plainEntry(entry);
  await asOwner(app.db, firm_id, (tx) =>
    tx
      .insertInto('audit_entry')
      .values({
        ...rest,
        firm_id,
        actor_kind: actor.kind,
        actor_id: actor.id,
        actor_name: actor.name,
        detail: JSON.stringify(detail),
      })
      .execute(),
  );
}
