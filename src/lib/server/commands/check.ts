import { createApp } from '#lib/server/app.ts';
import { checkIntegrity } from '#lib/server/integrity/check.ts';
import { print, say, withApp, type Command } from './command.ts';

/**
 * Whether what is stored is whole; names what is not, one sentence a line. Exits with 1 when anything is
 * wrong and was not mended.
 */
export const checkCommand: Command = {
  usage: '[--repair]',
  options: { repair: { type: 'boolean' } },
  run: ({ values, config }) =>
    withApp(config, async (app) => {
      const worker = createApp({ ...app.config, database_url: app.config.database_url ?? '' }, 'worker');
      const repairs = values.repair === true;
      try {
        const report = await checkIntegrity(
          { app, worker, now: app.now() },
          {
            repairs,
            found: ({ sentence }) => print(sentence),
            checked: (name, { findings, seen }) =>
              print(`${name}: ${findings === 0 ? 'ok' : `${findings} wrong`}, ${seen}`),
          },
        );
        if (report.findings === 0) return 0;
        say(
          repairs
            ? `${report.mended} of ${report.findings} mended from the records. Run the check again to see that nothing is left.`
            : `greenlane check --repair makes numbers anew from the records and deletes records whose firm is gone.`,
        );
        return report.mended === report.findings ? 0 : 1;
      } finally {
        await worker.close();
      }
    }),
};
