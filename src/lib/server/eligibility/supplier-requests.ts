import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { MaterialContent } from '#lib/domain/eligibility/material.ts';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { createMaterial } from './materials.ts';
import type { Author } from './portfolio-change.ts';

/** A supplier answers in days; a link that lives longer lies about in mailboxes. */
export const REQUEST_DAYS_MAX = 90;
/** A supplier may correct itself, and nobody fills a table through a link. */
const ANSWERS_MAX = 10;
/** Requests that are shown at once. */
const LISTED_MAX = 200;
const SECRET_BYTES = 24;
const FIRM_BYTES = 16;

export type RequestState = 'open' | 'answered' | 'revoked' | 'expired';
export type SupplierRequest = {
  id: string;
  component_id: string;
  component: string;
  product_code: string;
  supplier: string;
  state: RequestState;
  created_at: Date;
  expires_at: Date;
  answered_at: Date | null;
};

/**
 * Asks a supplier for a declaration. The link is given out once; only its hash is kept. It begins with the firm, so
 * that it is looked up among the rows of that firm alone.
 */
export async function askSupplier(
  tx: Tx,
  author: Author,
  given: {
    component_id: string;
    supplier: string;
    language: 'en' | 'zh-CN';
    message: string | null;
    days: number;
    now: Date;
  },
): Promise<{ id: string; token: string } | null> {
  const { component_id, supplier, language, message, days, now } = given;
  const known = await tx
    .selectFrom('component')
    .select('id')
    .where('id', '=', component_id)
    .executeTakeFirst();
  if (!known) return null;
  const firm = Buffer.from(author.firm_id.replaceAll('-', ''), 'hex');
  const token = Buffer.concat([firm, randomBytes(SECRET_BYTES)]).toString('base64url');
  const { id } = await tx
    .insertInto('supplier_request')
    .values({
      firm_id: author.firm_id,
      component_id,
      supplier,
      language,
      message,
      token_sha256: hashOf(token),
      created_by: author.actor_id,
      created_at: now,
      expires_at: new Date(now.getTime() + Math.min(days, REQUEST_DAYS_MAX) * 86_400_000),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, token };
}

export async function supplierRequests(tx: Tx, now: Date): Promise<SupplierRequest[]> {
  const rows = await selected(tx).orderBy('r.created_at', 'desc').limit(LISTED_MAX).execute();
  return rows.map((row) => requestOf(row, now));
}

/** Ends a link at once. False when there is none. */
export async function revokeRequest(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('supplier_request')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export type OpenRequest = SupplierRequest & {
  language: string;
  message: string | null;
  answers: number;
  firm_id: string;
};

/** The request of a link. Null for a link that was never given out; `wait` when an address tries too many of those. */
export async function requestOfLink(
  app: App,
  token: string,
  address: string,
): Promise<OpenRequest | 'wait' | null> {
  const asked = { what: 'supplier link', address } as const;
  const { found, wait_seconds } = await lookUp(app, asked, () => requestByToken(app, token));
  return wait_seconds > 0 ? 'wait' : found;
}

async function requestByToken(app: App, token: string): Promise<OpenRequest | null> {
  const bytes = Buffer.from(token, 'base64url');
  const found =
    bytes.byteLength === FIRM_BYTES + SECRET_BYTES
      ? await inFirm(app.db, uuidOf(bytes.subarray(0, FIRM_BYTES)), (tx) =>
          selected(tx)
            .select(['r.language', 'r.message', 'r.answers', 'r.firm_id'])
            .where('r.token_sha256', '=', hashOf(token))
            .limit(1)
            .executeTakeFirst(),
        )
      : undefined;
  if (!found) return null;
  const { language, message, answers, firm_id } = found;
  return { ...requestOf(found, app.now()), language, message, answers, firm_id };
}

/** Keeps what a supplier declared by a link, and that the request is answered. */
export async function answerRequest(
  app: App,
  request: OpenRequest,
  content: MaterialContent,
): Promise<'kept' | 'closed' | 'too_many'> {
  const now = app.now();
  return inFirm(app.db, request.firm_id, async (tx) => {
    const row = await tx
      .selectFrom('supplier_request')
      .select(['answers', 'revoked_at', 'expires_at'])
      .where('id', '=', request.id)
      .forUpdate()
      .executeTakeFirst();
    if (!row || row.revoked_at !== null || row.expires_at <= now) return 'closed';
    if (row.answers >= ANSWERS_MAX) return 'too_many';
    const author = { firm_id: request.firm_id, actor_id: null, actor_name: request.supplier };
    const about = { component_id: request.component_id };
    const made = await createMaterial(tx, author, {
      about,
      content,
      origin: 'supplier',
      request_id: request.id,
    });
    if (!made.ok) return 'closed';
    await tx
      .updateTable('supplier_request')
      .set({ answered_at: now, answers: row.answers + 1 })
      .where('id', '=', request.id)
      .execute();
    return 'kept';
  });
}

function selected(tx: Tx) {
  return tx
    .selectFrom('supplier_request as r')
    .innerJoin('component', 'component.id', 'r.component_id')
    .innerJoin('product', 'product.id', 'component.product_id')
    .select([
      'r.id',
      'r.component_id',
      'component.name as component',
      'product.code as product_code',
      'r.supplier',
      'r.created_at',
      'r.expires_at',
      'r.revoked_at',
      'r.answered_at',
      sql<string>`product.name`.as('product_name'),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selected>['execute']>>[number];

function requestOf(row: Row, now: Date): SupplierRequest {
  const { id, component_id, component, product_code, supplier, created_at, expires_at, answered_at } = row;
  const state: RequestState =
    row.revoked_at !== null
      ? 'revoked'
      : expires_at <= now
        ? 'expired'
        : answered_at !== null
          ? 'answered'
          : 'open';
  return { id, component_id, component, product_code, supplier, state, created_at, expires_at, answered_at };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
