import { start } from '#lib/server/supervisor/start.ts';
import { parseConfig } from '#lib/server/config.ts';

const parsed = parseConfig(process.env);
if (!parsed.ok) throw new Error('x');
const stopped = new Promise<string>((done) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done(signal));
  process.on('disconnect', () => done('disconnect'));
});
process.exit(
  await start(parsed.config, {
    say: (s) => console.error(s),
    print: (s) => console.log(s),
    prepare: async () => null,
    stopped,
  }),
);
