import type { App } from '#lib/server/app.ts';
import { verifyChain, type ChainFault } from '#lib/server/rules/verify-chain.ts';
import { print, say, withApp, type Command } from './command.ts';

/** One thing that is checked: the sentences of what is wrong, and what was looked at when nothing is. */
type Check = { name: string; run: (app: App) => Promise<{ problems: string[]; seen: string }> };

const CHECKS: readonly Check[] = [
  {
    name: 'rules',
    run: async (app) => {
      const found = await verifyChain(app);
      return found.ok
        ? { problems: [], seen: `${found.links} links up to ${found.head.sha256}` }
        : { problems: found.faults.map(faultSentence), seen: `${found.links} links` };
    },
  },
];

/** Whether what is stored is whole; names what was altered. Exit 1 when anything is wrong. */
export const checkCommand: Command = {
  usage: '',
  run: ({ config }) =>
    withApp(config, async (app) => {
      let is_whole = true;
      for (const { name, run } of CHECKS) {
        const { problems, seen } = await run(app);
        for (const problem of problems) say(`${name}: ${problem}`);
        print(`${name}: ${problems.length === 0 ? 'ok' : `${problems.length} wrong`}, ${seen}`);
        is_whole &&= problems.length === 0;
      }
      return is_whole ? 0 : 1;
    }),
};

const PROBLEMS: Record<ChainFault['problem'], string> = {
  content_changed: 'its content is not what was recorded',
  content_missing: 'its content is gone',
  link_changed: 'the link itself was changed',
  link_missing: 'the link does not follow the one before',
  head_differs: 'the chain does not end where its head says',
  not_linked: 'it was put in past the hash chain',
  record_differs: 'its moment, place or state is not that of its link',
};

function faultSentence({
  sequence,
  kind,
  problem,
  instrument,
  label,
  version_id,
  provisions,
}: ChainFault): string {
  const what = instrument === null ? 'the hash chain' : `${instrument} “${label}” (version ${version_id})`;
  const clauses = provisions.length > 0 ? `, provisions ${provisions.slice(0, 20).join(', ')}` : '';
  const link = sequence === null ? '' : `, link ${sequence}`;
  return `${what}${clauses}: ${PROBLEMS[problem]} (${kind ?? 'head'}${link}).`;
}
