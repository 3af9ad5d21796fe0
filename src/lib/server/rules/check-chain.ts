import type { CheckContext, Finding } from '#lib/server/integrity/finding.ts';
import { verifyChain, type ChainFault } from './verify-chain.ts';

/** What was altered in the published rules. Nothing mends it: the witness outside tells which state is the true one. */
export async function* findChainFaults({ app }: CheckContext): AsyncGenerator<Finding, string> {
  const found = await verifyChain(app);
  if (found.ok) return `${found.links} links up to ${found.head.sha256}`;
  for (const fault of found.faults) yield { sentence: sentenceOf(fault), mend: null };
  return `${found.links} links`;
}

const PROBLEMS: Record<ChainFault['problem'], string> = {
  content_changed: 'its content is not what was recorded',
  content_missing: 'its content is gone',
  link_changed: 'the link itself was changed',
  link_missing: 'the link does not follow the one before',
  head_differs: 'the chain does not end where its head says',
  not_linked: 'it was put in past the hash chain',
  record_differs: 'its moment, place or state is not that of its link',
};

function sentenceOf(fault: ChainFault): string {
  const { sequence, kind, problem, instrument, label, version_id, provisions } = fault;
  const what = instrument === null ? 'The hash chain' : `${instrument} “${label}” (version ${version_id})`;
  const clauses = provisions.length > 0 ? `, provisions ${provisions.slice(0, 20).join(', ')}` : '';
  const link = sequence === null ? '' : `, link ${sequence}`;
  return `${what}${clauses}: ${PROBLEMS[problem]} (${kind ?? 'head'}${link}).`;
}
