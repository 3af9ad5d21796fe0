import { sql } from 'kysely';
import { z } from 'zod';
import type { CategoryRecord } from '#lib/domain/eligibility/engine/rule.ts';
import { LAB_STATUSES, type LabRecord } from '#lib/domain/eligibility/lab.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { sha256 } from '#lib/server/rules/sha256.ts';

/**
 * What a register said when it was asked, as a text under its hash. A decision names the hashes, so that it can
 * be computed again whatever the registers say by then.
 */
export type RegisterState = { sha256: string; content: string };

const CATEGORIES_MAX = 2_000;

const category = z.object({
  slug: z.string(),
  name: z.string().nullable(),
  name_zh: z.string().nullable(),
  aliases: z.array(z.string()),
  hs_candidates: z.array(z.string()),
});

/** The categories as they were recorded by `known_at`. */
export async function categoriesAt(tx: Tx, known_at: Date): Promise<CategoryRecord[]> {
  const { rows } = await sql<{ content: unknown }>`
    select h.content from (
      select distinct on (slug) slug, content from category_history
      where recorded_at <= ${known_at} order by slug, recorded_at desc, id desc limit ${CATEGORIES_MAX}) h
    where h.content is not null order by h.slug`.execute(tx);
  return rows.map(({ content }) => category.parse(content));
}

export function categoryState(categories: readonly CategoryRecord[]): RegisterState {
  return stateOf(JSON.stringify(z.array(category).parse(categories)));
}

export function categoriesOf(state: RegisterState): CategoryRecord[] {
  return z.array(category).parse(JSON.parse(state.content));
}

const instant = z.iso.datetime().transform((text) => new Date(text));
const lab = z.object({
  id: z.string(),
  cnas_id: z.string(),
  name: z.string(),
  name_zh: z.string().nullable(),
  status: z.enum(LAB_STATUSES),
  valid_from: z.string().nullable(),
  valid_to: z.string().nullable(),
  sites: z.array(z.object({ name: z.string(), address: z.string().nullable(), is_accredited: z.boolean() })),
  scope: z.array(
    z.object({
      standard: z.string(),
      clauses: z.array(z.string()).nullable(),
      limitation: z.string().nullable(),
    }),
  ),
  evidence: z.string().nullable(),
  evidence_document_id: z.string().nullable(),
  verified_at: instant.nullable(),
  verified_by: z.string().nullable(),
  note: z.string().nullable(),
  recorded_at: instant,
});

/** The history of one laboratory; who looked at what stays in the register and is no part of a verdict. */
export function labState(history: readonly LabRecord[]): RegisterState {
  return stateOf(
    JSON.stringify(
      history.map((record) => ({
        ...record,
        evidence: null,
        evidence_document_id: null,
        verified_by: null,
        note: null,
      })),
    ),
  );
}

export function labHistoryOf(state: RegisterState): LabRecord[] {
  return z.array(lab).parse(JSON.parse(state.content));
}

function stateOf(content: string): RegisterState {
  return { sha256: sha256(content), content };
}

/** Keeps states that are not kept yet. */
export async function keepStates(tx: Tx, states: readonly RegisterState[]): Promise<void> {
  if (states.length === 0) return;
  await tx
    .insertInto('register_state')
    .values([...states])
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute();
}

export async function readState(tx: Tx, hash: string): Promise<RegisterState | null> {
  const row = await tx
    .selectFrom('register_state')
    .select(['sha256', 'content'])
    .where('sha256', '=', hash)
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
