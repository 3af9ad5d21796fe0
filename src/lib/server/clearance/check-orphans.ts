import { sql } from 'kysely';
import { inFirm } from '#lib/server/db/tenancy.ts';
import type { CheckContext, Finding } from '#lib/server/integrity/finding.ts';

const FIRMS_MAX = 10_000;

/** Records whose firm is gone: they have no foreign key to it, because that would cost every import. */
export async function* findOrphans({ app, worker }: CheckContext): AsyncGenerator<Finding, string> {
  const { rows } = await worker.pool.pg.query<{ firm_id: string; n: string }>(
    `select c.firm_id, count(*) as n from clearance c
     where not exists (select from auth.firm f where f.id = c.firm_id) group by c.firm_id order by c.firm_id limit $1`,
    [FIRMS_MAX],
  );
  for (const { firm_id, n } of rows)
    yield {
      sentence: `${n} clearance records belong to a firm that is no more (${firm_id}); nobody sees them.`,
      mend: {
        key: firm_id,
        run: async () => {
          await inFirm(app.db, firm_id, (tx) =>
            sql`delete from clearance where firm_id = ${firm_id}`.execute(tx),
          );
        },
      },
    };
  return rows.length === 0 ? 'each belongs to a firm' : `${rows.length} firms are no more`;
}
