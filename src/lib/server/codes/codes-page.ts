import { z } from 'zod';
import type { CodeState } from '#lib/domain/codes/code-status.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { decodeCursor, pageOf } from '#lib/server/http/page.ts';
import { listCodes, statusesOf, type Code, type StatusKept } from './codes.ts';
import { keepStatuses } from './keep-statuses.ts';
import { platformsOf, revokePlatform, type Platform } from './platforms.ts';
import { readStatus } from './read-events.ts';

export const CODE_KEY = z.tuple([
  z.string().regex(/^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/),
  z.string().regex(/^\d{18}$/),
  z.string(),
]);
const ROWS = 50;

type Asked = {
  state: CodeState | null;
  declaration_no: string | null;
  reference: string | null;
  after: string;
};

/** A page of codes with the platforms that send them. A cursor that is none begins anew. */
export async function codesPage(
  app: App,
  firm_id: string,
  { after, ...filter }: Asked,
): Promise<{ state: CodeState | null; codes: Code[]; next: string | null; platforms: Platform[] }> {
  const key = decodeCursor(after, CODE_KEY);
  return inFirm(app.db, firm_id, async (tx) => {
    const rows = await listCodes(
      tx,
      { ...filter, code: null },
      { limit: ROWS, after: key.ok ? key.key : null },
    );
    const { items, next_cursor } = pageOf(rows, ROWS, (row) => [row.at_text, row.declaration_no, row.code]);
    return { state: filter.state, codes: items, next: next_cursor, platforms: await platformsOf(tx) };
  });
}

/** The codes of one declaration with their history; null where none is known. */
export async function codesOf(
  app: App,
  firm_id: string,
  declaration_no: string,
): Promise<{ codes: Code[]; history: StatusKept[] } | null> {
  const filter = { declaration_no, code: null, reference: null, state: null };
  return inFirm(app.db, firm_id, async (tx) => {
    const codes = await listCodes(tx, filter, { limit: ROWS, after: null });
    return codes.length === 0 ? null : { codes, history: await statusesOf(tx, declaration_no) };
  });
}

/** Keeps what a person typed, or names the fields that cannot be used. */
export async function recordByHand(
  app: App,
  firm_id: string,
  value: unknown,
): Promise<{ ok: true; declaration_no: string } | { ok: false; fields: string[] }> {
  const read = readStatus(value, app.now());
  if (!read.ok)
    return { ok: false, fields: [...new Set(read.errors.map(({ pointer = '' }) => pointer.slice(1)))] };
  await inFirm(app.db, firm_id, (tx) =>
    keepStatuses(tx, { firm_id, origin: { kind: 'form' } }, [read.status]),
  );
  return { ok: true, declaration_no: read.status.declaration_no };
}

/** A platform that is revoked already is what was wanted. */
export async function endPlatform(app: App, firm_id: string, id: string): Promise<void> {
  await inFirm(app.db, firm_id, (tx) => revokePlatform(tx, id, app.now()));
}
