import type { ChainLink } from '#lib/domain/rules/chain.ts';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { chainHead, chainLinks, type ChainHead } from './chain.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { readRules } from './rule-actor.ts';
import { contentOfLink } from './verify-chain.ts';
import { readVersion } from './version.ts';

export type Proof = {
  version_id: string;
  /** All links from the first to the one of this publication. */
  links: ChainLink[];
  /** The texts whose sha-256 the links of this version hold. */
  contents: { sequence: number; kind: ChainLink['kind']; content: string }[];
  /** The head of the chain now, to compare with one that was kept elsewhere. */
  head: ChainHead;
};

/** The hash chain up to a published version, with what its own links were made of. */
export function proveVersion(
  app: App,
  actor: Actor | null,
  id: string,
): Promise<{ ok: true; proof: Proof } | RuleRefusal> {
  return readRules(app, actor, async (tx) => {
    const version = await readVersion(tx, id);
    if (!version) return ruleRefusal('version_unknown');
    if (version.sequence === null) return ruleRefusal('not_published', { label: version.label });
    const links: ChainLink[] = [];
    for await (const { parts: _, ...link } of chainLinks(tx, version.sequence)) links.push(link);
    const contents = links.flatMap(({ version_id, sequence, kind }) => {
      const content = version_id === id ? contentOfLink(version, kind) : null;
      return content === null ? [] : [{ sequence, kind, content }];
    });
    return { ok: true, proof: { version_id: id, links, contents, head: await chainHead(tx) } };
  });
}
