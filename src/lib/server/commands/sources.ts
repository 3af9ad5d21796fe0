import { readFile } from 'node:fs/promises';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { importOpml } from '#lib/server/watch/import-opml.ts';
import { opmlProblemText } from '#lib/server/watch/source-files-api.ts';
import { misused, print, say, withApp, type Command } from './command.ts';

/** Takes sources over from an OPML file and prints what became of its outlines as one line of JSON. */
export const importSources: Command = {
  usage: 'FILE.opml',
  positionals: 1,
  run: async ({ positionals: [path = ''], config }) => {
    const bytes = await readFile(path).catch(() => null);
    if (!bytes) return misused(`There is no file ${path}.`);
    return withApp(config, async (app) => {
      const report = await importOpml(app, decodeText(bytes).text, app.now());
      if (!report) {
        say(`${path} is no OPML: there is no <opml> in it.`);
        return 1;
      }
      const { problems, ...counts } = report;
      for (const problem of problems) say(`${path}, line ${problem.line}: ${opmlProblemText(problem)}`);
      const errors = problems.map((problem) => ({
        line: problem.line,
        code: problem.code,
        message: opmlProblemText(problem),
      }));
      print(JSON.stringify({ ...counts, errors }));
      return problems.length > 0 ? 1 : 0;
    });
  },
};
