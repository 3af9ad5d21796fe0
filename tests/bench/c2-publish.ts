import { sql } from 'kysely';
import { forgetAlerts, publishOnce, subscribedFirms, workedOutAhead, workerOf } from './alert-firms.ts';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';

/**
 * C2: telling everybody in the transaction of the change, each what it does to three of their products, against
 * the bare inserts of the same rows.
 */
export const publishing: Benchmark = {
  run: async (bench) => {
    const count = bench.size(50_000, 10_000);
    const database = await (await bench.server()).database('publishing');
    await subscribedFirms(database, { firms: count, channel: 'email' });
    const version_id = await workedOutAhead(database);
    const worker = workerOf(database);
    const ours = async () => {
      await forgetAlerts(database);
      let told = 0;
      const seconds = await secondsOf(async () => {
        told = await publishOnce(database.app, version_id);
      });
      if (told !== count) throw new Error(`${told} of ${count} were told`);
      return seconds;
    };
    const peer = async () => {
      await forgetAlerts(database);
      return secondsOf(() =>
        worker.db.transaction().execute(async (tx) => {
          const { rows } = await sql<{ id: string }>`
            insert into event (kind, audience, unique_key) values ('pending_item.moved', 'everyone', gen_random_uuid()::text)
            returning id`.execute(tx);
          await sql`
            insert into alert (firm_id, event_id, in_inbox)
            select s.firm_id, ${rows[0]?.id ?? ''}, true from subscription s`.execute(tx);
          await sql`
            insert into delivery (firm_id, alert_id, user_id, channel, language)
            select a.firm_id, a.id, s.user_id, 'email', 'en'
            from alert a join subscription s on s.firm_id = a.firm_id where a.event_id = ${rows[0]?.id ?? ''}`.execute(
            tx,
          );
        }),
      );
    };
    try {
      await ours();
      await peer();
      const measured = await interleave(bench.pairs, { ours, peer });
      const [our, their] = [median(measured.ours), median(measured.peer)];
      return [
        {
          id: 'C2',
          ours: `${(our * 1000).toFixed(0)} ms`,
          peer: `${(their * 1000).toFixed(0)} ms`,
          ratio: our / their,
          budget: { at_most: 1.5 },
          notes: [`${count.toLocaleString('en')} recipients`],
        },
      ];
    } finally {
      await worker.close();
      await database.drop();
    }
  },
};
