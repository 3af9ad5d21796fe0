import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { approvalContent, withdrawalContent } from '#lib/domain/rules/chain-content.ts';
import { publish, withdraw } from '#lib/domain/rules/version.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { impactBasis } from '#lib/server/eligibility/impact-judge.ts';
import { refreshImpact } from '#lib/server/eligibility/refresh-impacts.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { decided, type Decided } from './approve.ts';
import { changedPaths, changeOf } from './compare.ts';
import { appendLinks, lockChainHead } from './chain.ts';
import { contentSha256, partHashes, publicationText } from './content.ts';
import { lockVersion } from './draft.ts';
import { recordAct } from './record-act.ts';
import { ruleRefusal } from './refusal.ts';
import { changedTexts } from './changed-texts.ts';
import { mayDecide, ruleActorOf, type RuleActor } from './rule-actor.ts';
import { indexVersion } from './search-index.ts';
import { readVersion, versionRows, type Act, type StoredVersion } from './version.ts';

/** Publishes an approved version: version, chain, event in one transaction, or nothing at all. */
export async function publishVersion(app: App, actor: Actor, id: string): Promise<Decided> {
  const refused = mayDecide(actor);
  if (refused) return refused;
  // Before the transaction, which is to be short: what was changed since the job last looked.
  await refreshImpact(app.db, id, { firms_max: FIRMS_MAX, until: performance.now() + REFRESH_MS });
  return asOperator(app.db, (tx) => publishIn(tx, { by: ruleActorOf(actor), id }));
}

/** What is not worked out by then is told as open, and filled into the alert by a job. */
const REFRESH_MS = 10_000;
const FIRMS_MAX = 100_000;

/** Within a transaction of the operator, by somebody whose right was checked. */
export async function publishIn(tx: Tx, { by, id }: { by: RuleActor; id: string }): Promise<Decided> {
  await lockVersion(tx, id);
  const version = await readVersion(tx, id);
  if (!version) return ruleRefusal('version_unknown');
  const approval = version.acts.findLast(({ act }) => act === 'approved');
  const corrected = version.corrects ? await rowOf(tx, version.corrects) : null;
  const may = publish(
    { ...version, drafted_by: '', approved_by: approval?.actor.id ?? null },
    // That the text is not held is something to publish too.
    { provision_count: version.provisions.length + (version.without_text ? 1 : 0), corrected },
  );
  if (!may.ok) return ruleRefusal(may.reason, { label: version.label, slug: version.instrument.slug });
  if (!approval || approval.content_sha256 !== contentSha256(version))
    return ruleRefusal('approval_outdated');

  const change = await changeOf(tx, version);
  const changed_paths = changedPaths(version, change);
  // Whoever publishes next waits here, so that records stand in the order of their moments.
  const locked = await lockChainHead(tx);
  const { recorded_at } = locked;
  const basis = await impactBasis(tx, id);
  await recordAct(tx, { version_id: id, act: 'published', by, at: recorded_at });
  const published = await readVersion(tx, id);
  if (!published) return ruleRefusal('version_unknown');
  const link = await appendLinks(tx, locked, [
    { kind: 'approval', version_id: id, content: approvalText(id, approval) },
    {
      kind: 'publication',
      version_id: id,
      content: publicationText(published),
      parts: partHashes(published),
    },
  ]);
  await tx
    .updateTable('rule_version')
    .set({ state: 'published', recorded_at, sequence: link.sequence, updated_at: recorded_at })
    .where('id', '=', id)
    .execute();
  await indexVersion(tx, version);
  await appendEvent(tx, {
    kind: 'rule.published',
    audience: 'everyone',
    subject_id: id,
    unique_key: `rule.published:${id}`,
    data: {
      ...told(version),
      corrects: version.corrects,
      changed_paths,
      is_judged: basis !== null,
      chain: { sequence: link.sequence, sha256: link.sha256 },
    },
    about: { instruments: [version.instrument.slug], provisions: changed_paths },
    texts: changedTexts(version, change),
    ...(basis ? { impact_basis: basis.text } : {}),
  });
  return decided(tx, id);
}

/** The text that the link of an approval is made of. */
export function approvalText(version_id: string, approval: Act): string {
  return approvalContent({
    version_id,
    version_sha256: approval.content_sha256 ?? '',
    approved_by: approval.actor.id,
    approved_at: approval.at.toISOString(),
    is_one_person: approval.is_one_person,
  });
}

/** The text that the link of a withdrawal is made of. */
export function withdrawalText(version_id: string, withdrawal: Act): string {
  return withdrawalContent({
    version_id,
    withdrawn_by: withdrawal.actor.id,
    withdrawn_at: withdrawal.at.toISOString(),
    reason: withdrawal.reason ?? '',
  });
}

/** Takes a record back, with a reason: a draft ends, what was published is void from now on. */
export async function withdrawVersion(
  app: App,
  actor: Actor,
  { id, reason }: { id: string; reason: string },
): Promise<Decided> {
  const refused = mayDecide(actor);
  if (refused) return refused;
  const by = ruleActorOf(actor);
  return asOperator(app.db, async (tx) => {
    await lockVersion(tx, id);
    const version = await readVersion(tx, id);
    if (!version) return ruleRefusal('version_unknown');
    const [correction] = await versionRows(
      tx,
      sql`v.corrects = ${id} and v.state = 'published' and w.at is null`,
    );
    const may = withdraw(version, reason, { is_corrected: correction !== undefined });
    if (!may.ok)
      return ruleRefusal(may.reason, { label: version.label, correction: correction?.label ?? '' }, 'reason');
    if (version.workflow === 'published')
      await withdrawPublished(tx, version, { by, reason: may.value.reason });
    else {
      await recordAct(tx, { version_id: id, act: 'withdrawn', by, at: app.now(), reason: may.value.reason });
      await tx
        .updateTable('rule_version')
        .set({ state: 'withdrawn', updated_at: app.now() })
        .where('id', '=', id)
        .execute();
    }
    return decided(tx, id);
  });
}

async function withdrawPublished(
  tx: Tx,
  version: StoredVersion,
  { by, reason }: { by: RuleActor; reason: string },
): Promise<void> {
  const { id } = version;
  const locked = await lockChainHead(tx);
  const at = locked.recorded_at;
  await recordAct(tx, { version_id: id, act: 'withdrawn', by, at, reason });
  const act: Act = { act: 'withdrawn', actor: by, at, content_sha256: null, is_one_person: false, reason };
  const link = await appendLinks(tx, locked, [
    { kind: 'withdrawal', version_id: id, content: withdrawalText(id, act) },
  ]);
  await appendEvent(tx, {
    kind: 'rule.withdrawn',
    audience: 'everyone',
    subject_id: id,
    unique_key: `rule.withdrawn:${id}`,
    data: {
      ...told(version),
      reason,
      is_judged: (await impactBasis(tx, id)) !== null,
      chain: { sequence: link.sequence, sha256: link.sha256 },
    },
    about: { instruments: [version.instrument.slug], provisions: version.provisions.map(({ path }) => path) },
    texts: changedTexts(version, null),
  });
}

/** What an event says of a version; the rest is read where it is needed. */
function told(version: StoredVersion) {
  return {
    instrument: version.instrument.slug,
    version_id: version.id,
    label: version.label,
    title: version.title,
    stage: version.stage,
    valid_from: version.valid_from,
    valid_to: version.valid_to,
    is_repeal: version.is_repeal,
  };
}

async function rowOf(tx: Tx, id: string) {
  const [row] = await versionRows(tx, sql`v.id = ${id}`);
  return row ?? null;
}
