import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { Language, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { ErrorPlace } from '#lib/server/http/problem.ts';

export type Noun = 'product' | 'report' | 'material';
export type Act = 'created' | 'edited' | 'confirmed' | 'deleted';

/** Who changes the portfolio of which firm. A supplier who answers a request is no actor of the firm. */
export type Author = { firm_id: string; actor_id: string | null; actor_name: string };

export function authorOf(firm_id: string, actor: Actor): Author {
  return { firm_id, actor_id: actor.id, actor_name: actor.name.slice(0, 200) || actor.kind };
}

/** Every reason for which the portfolio refuses a change. */
export const REFUSED_KEYS = [
  'portfolio.refused.not_found',
  'portfolio.refused.changed_since',
  'portfolio.refused.code_taken',
  'portfolio.refused.has_declarations',
  'portfolio.refused.twice',
  'portfolio.refused.component_declared',
  'portfolio.refused.report_taken',
  'portfolio.refused.no_issue_day',
  'portfolio.refused.no_lab',
  'portfolio.refused.no_standard',
  'portfolio.refused.no_items',
  'portfolio.refused.no_document',
  'portfolio.refused.no_component',
] as const satisfies readonly TextKey[];
type RefusedKey = (typeof REFUSED_KEYS)[number];

/** Why a change was not made, for people: a text and what stands in it. */
export type Told = { key: RefusedKey; params: Record<string, string | number> };
export type NotDone = { ok: false; status: 404 | 409 | 422; error: ErrorPlace; told: Told };

/** What became of a change: done, or why not, in a sentence with the place. */
export type Changed<T> = { ok: true; value: T } | NotDone;

export function notDone(
  status: NotDone['status'],
  error: ErrorPlace,
  key: RefusedKey,
  params: Told['params'] = {},
): NotDone {
  return { ok: false, status, error, told: { key, params } };
}

/** Why a change was not made, in the language of whoever reads it on a page. */
export function notDoneText({ told }: NotDone, language: Language): string {
  return textsOf(language)(told.key, told.params);
}

export function notFound(what: string): Changed<never> {
  return notDone(
    404,
    { code: 'not_found', message: `There is no such ${what}.` },
    'portfolio.refused.not_found',
  );
}

/** Somebody else saved in between: what they wrote is not overwritten. */
export function isStale(wanted: number | undefined, revision: number): Changed<never> | null {
  if (wanted === undefined || wanted === revision) return null;
  return notDone(
    409,
    {
      field: 'revision',
      code: 'changed_since',
      message: `Somebody saved revision ${revision} in between; you began with ${wanted}. Load it again and repeat your change.`,
    },
    'portfolio.refused.changed_since',
  );
}

/** Keeps the state that a row has from now on, whole. */
export async function keepChange(
  tx: Tx,
  author: Author,
  change: { noun: Noun; subject_id: string; revision: number; act: Act; content: object },
): Promise<void> {
  await tx
    .insertInto('portfolio_change')
    .values({ ...author, ...change, content: JSON.stringify(change.content) })
    .execute();
}

export type KeptChange = { revision: number; act: string; actor_name: string | null; at: Date };

const CHANGES_SHOWN_MAX = 100;

/** What was done to a row, the newest first. */
export function changesOf(tx: Tx, subject_id: string): Promise<KeptChange[]> {
  return tx
    .selectFrom('portfolio_change')
    .select(['revision', 'act', 'actor_name', 'at'])
    .where('subject_id', '=', subject_id)
    .orderBy('revision', 'desc')
    .limit(CHANGES_SHOWN_MAX)
    .execute();
}
