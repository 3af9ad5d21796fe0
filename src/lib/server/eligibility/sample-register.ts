import { sql } from 'kysely';
import type { LabInput } from '#lib/domain/eligibility/lab-input.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/**
 * Records an invented laboratory for one sample firm: nobody else ever sees it, and nobody is told of it. The
 * transaction is the operator's.
 */
export async function recordSampleLab(tx: Tx, input: LabInput, sample_firm_id: string): Promise<void> {
  await tx
    .insertInto('lab_record')
    .values({
      ...input,
      sites: JSON.stringify(input.sites),
      scope: JSON.stringify(input.scope),
      is_sample: true,
      sample_firm_id,
      // The trigger sets the moment under the lock of the register.
      recorded_at: sql<Date>`now()`,
    })
    .execute();
}

/** Takes away what decisions of samples kept of laboratories that went with their firm, as the operator. */
export async function forgetSampleStates(tx: Tx): Promise<void> {
  await sql`select set_config('app.sees_samples', 'on', true)`.execute(tx);
  await sql`
    delete from register_state s where s.content like '[{"id":"%' and not exists (
      select from jsonb_array_elements(s.content::jsonb) r join lab_record l on l.id = (r ->> 'id')::uuid)`.execute(
    tx,
  );
}
