import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { approveVersion } from '#lib/server/rules/approve.ts';
import type { DraftInput } from '#lib/server/rules/draft-input.ts';
import { createDraft } from '#lib/server/rules/draft.ts';
import { createInstrument, instrumentInput, type InstrumentInput } from '#lib/server/rules/instruments.ts';
import { publishVersion } from '#lib/server/rules/publish.ts';
import { ruleSentence, type RuleRefusal } from '#lib/server/rules/refusal.ts';
import type { StoredVersion } from '#lib/server/rules/version.ts';
import { operatorActor } from './factories.ts';

/** A refusal, as far as tests of rules look at it. */
export const problem = z.object({
  detail: z.string(),
  errors: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
});

/** Two keys of the operator: one drafts, the other one approves and publishes. */
export const analyst = operatorActor(['rules:read', 'rules:write']);
export const approver: Actor = { ...operatorActor(['rules:read', 'rules:write']), name: 'second key' };

export function held<T extends { ok: true }>(result: T | RuleRefusal): T {
  if (!result.ok) throw new Error(ruleSentence(result, 'en'));
  return result;
}

/** An instrument of its own; gives its slug. */
export async function anInstrument(app: App, given: Partial<InstrumentInput> = {}): Promise<string> {
  const slug = `notice-${randomUUID().slice(0, 8)}`;
  const input = instrumentInput.parse({
    slug,
    title: '关于玩具的公告',
    kind: 'notice',
    authority: 'ningbo-customs',
    language: 'zh-CN',
    ...given,
  });
  return held(await createInstrument(app, analyst, input)).instrument.slug;
}

/** A draft with one clause, unless more is said. */
export async function aDraft(
  app: App,
  slug: string,
  given: Partial<DraftInput> = {},
): Promise<StoredVersion> {
  const input: DraftInput = {
    label: '1.0',
    valid_from: '2026-01-01',
    provisions: [{ path: '4.8', text: '扭矩不应大于 20 N·cm。' }],
    ...given,
  };
  return held(await createDraft(app, analyst, slug, input)).version;
}

/** A published version. */
export async function aVersion(
  app: App,
  slug: string,
  given: Partial<DraftInput> = {},
): Promise<StoredVersion> {
  const { id } = await aDraft(app, slug, given);
  held(await approveVersion(app, approver, { id }));
  return held(await publishVersion(app, approver, id)).version;
}
