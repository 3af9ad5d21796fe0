import { sql } from 'kysely';
import type { CodeState } from '#lib/domain/codes/code-status.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { recordStates, type RecordState } from '#lib/server/clearance/record-states.ts';
import { decisionsAbout, type DecisionAbout } from '#lib/server/eligibility/decisions-about.ts';

/** A code as it stands, beside what the firm's records and decisions say of the same declaration. */
export type Code = {
  code: string;
  declaration_no: string;
  status: string;
  state: CodeState;
  at: Date;
  reference: string | null;
  clearance: Omit<RecordState, 'declaration_no'> | null;
  decision: Omit<DecisionAbout, 'reference'> | null;
};
type Row = Omit<Code, 'clearance' | 'decision'> & { at_text: string };

export type CodeFilter = {
  declaration_no: string | null;
  code: string | null;
  reference: string | null;
  state: CodeState | null;
};
export type CodeKey = readonly [at: string, declaration_no: string, code: string];

/** Codes, those whose status is newest first; `limit` and one more. */
export async function listCodes(
  tx: Tx,
  { declaration_no, code, reference, state }: CodeFilter,
  { limit, after }: { limit: number; after: CodeKey | null },
): Promise<(Code & { at_text: string })[]> {
  const { rows } = await sql<Row>`
    select c.code, lpad(c.declaration_no::text, 18, '0') as declaration_no, c.status, c.state, c.at, c.reference, c.at::text as at_text
    from clearance_code c
    where (${declaration_no}::bigint is null or c.declaration_no = ${declaration_no}::bigint)
      and (${code}::text is null or c.code = ${code})
      and (${reference}::text is null or c.reference = ${reference})
      and (${state}::text is null or c.state = ${state})
      and (${after?.[0] ?? null}::timestamptz is null
           or (c.at, c.declaration_no, c.code) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::bigint, ${after?.[2] ?? null}::text))
    order by c.at desc, c.declaration_no desc, c.code desc limit ${limit + 1}`.execute(tx);
  return joined(tx, rows);
}

async function joined(tx: Tx, rows: readonly Row[]): Promise<(Code & { at_text: string })[]> {
  const numbers = [...new Set(rows.map(({ declaration_no }) => declaration_no))];
  const references = rows.flatMap(({ reference }) => (reference === null ? [] : [reference]));
  const records = await recordStates(tx, numbers);
  const decisions = await decisionsAbout(tx, [...new Set([...references, ...numbers])]);
  return rows.map((row) => {
    const { declaration_no: _, ...clearance } = records.get(row.declaration_no) ?? { declaration_no: null };
    const { reference: __, ...decision } = decisions.get(row.reference ?? '') ??
      decisions.get(row.declaration_no) ?? { reference: null };
    return {
      ...row,
      clearance: 'channel' in clearance ? clearance : null,
      decision: 'outcome' in decision ? decision : null,
    };
  });
}

export type StatusKept = {
  id: string;
  code: string;
  status: string;
  state: CodeState;
  at: Date;
  reference: string | null;
  origin: 'api' | 'platform' | 'form';
  platform: string | null;
  received_at: Date;
};

/** A declaration has a handful of them. */
const STATUSES_MAX = 500;

/** Everything that was said about the codes of a declaration, the latest first by `at`, not by arrival. */
export async function statusesOf(tx: Tx, declaration_no: string): Promise<StatusKept[]> {
  const { rows } = await sql<StatusKept>`
    select s.id::text, s.code, s.status, s.state, s.at, s.reference, s.origin, p.name as platform, s.received_at
    from code_status s left join code_platform p on p.id = s.platform_id
    where s.declaration_no = ${declaration_no}::bigint order by s.at desc, s.id desc limit ${STATUSES_MAX}`.execute(
    tx,
  );
  return rows;
}
