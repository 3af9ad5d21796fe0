import { sql } from 'kysely';
import type { CodeStatus } from '#lib/domain/codes/code-status.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { decisionsAbout } from '#lib/server/eligibility/decisions-about.ts';
import { appendEvent } from '#lib/server/events/append.ts';

/** Where statuses come from: a program with a key, a platform's signed webhook, or a person. */
export type Origin = { kind: 'api' | 'form' } | { kind: 'platform'; platform_id: string };
export type Kept = { accepted: number; duplicates: number; changed: number };

type Current = {
  code: string;
  declaration_no: string;
  status: string;
  state: string;
  at: Date;
  status_id: string;
  reference: string | null;
};

/**
 * Adds statuses to the history of their codes, each once. What holds afterwards is the latest by `at`: an event
 * that comes late takes its place in the history and changes nothing that is newer. Subscribers hear of each code
 * whose status is another one than before.
 */
export async function keepStatuses(
  tx: Tx,
  whose: { firm_id: string; origin: Origin },
  statuses: readonly CodeStatus[],
): Promise<Kept> {
  const added = await addStatuses(tx, whose, statuses);
  const changed = await moveCodes(tx, whose.firm_id, added);
  for (const one of changed) await tell(tx, whose.firm_id, one);
  return { accepted: added.length, duplicates: statuses.length - added.length, changed: changed.length };
}

async function addStatuses(
  tx: Tx,
  { firm_id, origin }: { firm_id: string; origin: Origin },
  statuses: readonly CodeStatus[],
): Promise<string[]> {
  if (statuses.length === 0) return [];
  const platform_id = origin.kind === 'platform' ? origin.platform_id : null;
  // In one order for all, so that two senders of the same events never wait for each other in a circle.
  const { rows } = await sql<{ id: string }>`
    insert into code_status (firm_id, declaration_no, code, status, state, at, reference, origin, platform_id)
    select ${firm_id}::uuid, x.declaration_no, x.code, x.status, x.state, x.at, x.reference, ${origin.kind}, ${platform_id}::uuid
    from json_to_recordset(${JSON.stringify(statuses)}::json)
      as x(declaration_no bigint, code text, status text, state text, at timestamptz, reference text)
    order by x.declaration_no, x.code, x.at, x.status
    on conflict (firm_id, declaration_no, code, at, status) do nothing
    returning id::text`.execute(tx);
  return rows.map(({ id }) => id);
}

/** The codes whose status is another one now, with the status before. */
async function moveCodes(
  tx: Tx,
  firm_id: string,
  added: readonly string[],
): Promise<(Current & { before: string | null })[]> {
  if (added.length === 0) return [];
  const latest = sql`
    select distinct on (s.declaration_no, s.code) s.* from code_status s where s.id = any(${added}::bigint[])
    order by s.declaration_no, s.code, s.at desc, s.id desc`;
  const { rows: held } = await sql<{ key: string; status: string }>`
    select c.declaration_no || ' ' || c.code as key, c.status from clearance_code c
    join (${latest}) l using (declaration_no, code) where c.firm_id = ${firm_id}::uuid
    order by c.declaration_no, c.code for update of c`.execute(tx);
  const before = new Map(held.map(({ key, status }) => [key, status]));
  const { rows } = await sql<Current & { key: string }>`
    insert into clearance_code as c (firm_id, declaration_no, code, status, state, at, status_id, reference)
    select l.firm_id, l.declaration_no, l.code, l.status, l.state, l.at, l.id, l.reference from (${latest}) l
    order by l.declaration_no, l.code
    on conflict (firm_id, declaration_no, code) do update
      set status = excluded.status, state = excluded.state, at = excluded.at, status_id = excluded.status_id,
          reference = coalesce(excluded.reference, c.reference)
      where (excluded.at, excluded.status_id) > (c.at, c.status_id)
    returning declaration_no || ' ' || code as key, lpad(declaration_no::text, 18, '0') as declaration_no, code, status, state,
              at, status_id::text, reference`.execute(tx);
  return rows
    .map(({ key, ...current }) => ({ ...current, before: before.get(key) ?? null }))
    .filter(({ status, before: was }) => status !== was);
}

async function tell(tx: Tx, firm_id: string, current: Current & { before: string | null }): Promise<void> {
  const { code, declaration_no, status, state, at, before, reference, status_id } = current;
  const names = [reference, declaration_no].filter((name) => name !== null);
  const found = await decisionsAbout(tx, names);
  const decision = names.map((name) => found.get(name)).find(Boolean);
  await appendEvent(tx, {
    kind: 'code.changed',
    audience: { firm_id },
    subject_id: null,
    unique_key: `code.changed:${status_id}`,
    data: {
      code,
      declaration_no,
      status,
      state,
      before,
      at: at.toISOString(),
      decision_id: decision?.decision_id ?? null,
      summary: `${before === null ? '' : `${before} → `}${status} · ${declaration_no}`,
    },
    about: { districts: [`${declaration_no.slice(0, 2)}00`] },
  });
}
