import { createTransport } from 'nodemailer';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { forgetAlerts, publishOnce, subscribedFirms, workerOf } from './alert-firms.ts';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';
import { startSink } from './sink.ts';

/** C3: mails per second against nodemailer's pool, which is given mails of the same size at once. */
export const mails: Benchmark = {
  run: async (bench) => {
    const count = bench.size(2_000, 500);
    const sink = await startSink('smtp');
    const smtp_url = `smtp://127.0.0.1:${sink.port}`;
    const database = await (await bench.server()).database('mails');
    await subscribedFirms(database, { firms: count, channel: 'email' });
    const worker = workerOf(database, { smtp_url });
    const ours = async () => {
      await forgetAlerts(database);
      await publishOnce(database.app);
      let delivered = 0;
      const seconds = await secondsOf(async () => {
        ({ delivered } = await deliverDue(worker));
      });
      if (delivered !== count) throw new Error(`${delivered} of ${count} were sent`);
      return count / seconds;
    };
    const transport = createTransport({ url: smtp_url, pool: true, maxConnections: 5, maxMessages: 100 });
    const text = 'What changed: issued. '.repeat(30);
    const peer = async () => {
      const seconds = await secondsOf(() =>
        Promise.all(
          Array.from({ length: count }, (_, n) =>
            transport.sendMail({
              from: 'a@example.org',
              to: `firm-${n}@example.org`,
              subject: 'Interpretation of clause 4.12: now issued',
              text,
              html: `<p>${text.repeat(2)}</p>`,
            }),
          ),
        ),
      );
      return count / seconds;
    };
    try {
      await ours();
      await peer();
      const measured = await interleave(bench.pairs, { ours, peer });
      const [our, their] = [median(measured.ours), median(measured.peer)];
      return [
        {
          id: 'C3',
          ours: `${our.toFixed(0)}/s`,
          peer: `${their.toFixed(0)}/s`,
          ratio: our / their,
          budget: { at_least: 0.8 },
        },
      ];
    } finally {
      sink.stop();
      transport.close();
      await worker.close();
      await database.drop();
    }
  },
};
