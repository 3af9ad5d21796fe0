import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { clearSample, loadSample, SampleBusy } from '#lib/server/sample/load.ts';
import { misused, print, say, textOf, withApp, type Command } from './command.ts';

/** Fills labelled sample firms with invented records; again makes them anew. */
export const demoLoad: Command = {
  usage: '[--until YYYY-MM-DD]',
  options: { until: { type: 'string' } },
  run: async ({ values, config }) => {
    const until = textOf(values, 'until') || undefined;
    if (until !== undefined && dayFromText(until) === null)
      return misused(`--until takes a day such as 2026-05-14, not ${until}.`);
    return withApp(config, (app) =>
      unlessBusy(async () => {
        await loadReference(app.db);
        say('Loading six sample firms with invented records and a portfolio; this takes up to a minute …');
        const { administrators, ...loaded } = await loadSample(app, { until });
        print(JSON.stringify(loaded));
        say(
          administrators.length > 0
            ? `${administrators.join(', ')} now ${administrators.length === 1 ? 'owns' : 'own'} the firm ${loaded.slug}: choose it in the account menu.`
            : 'Nobody administers this installation yet. Set it up by the link that start prints, then load the sample again.',
        );
        say('Numbers over all sample firms follow within minutes while Greenlane runs.');
      }),
    );
  },
};

/** Removes what `demo load` made, and nothing else. */
export const demoClear: Command = {
  usage: '',
  run: ({ config }) =>
    withApp(config, (app) => unlessBusy(async () => print(JSON.stringify(await clearSample(app))))),
};

async function unlessBusy(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (cause) {
    if (!(cause instanceof SampleBusy)) throw cause;
    say('Another process loads or clears the sample at this moment. Try again when it is done.');
    return 1;
  }
}
