import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { sql } from 'kysely';
import yazl from 'yazl';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirmSnapshot } from '#lib/server/db/tenancy.ts';

/** Keys that open something, and hashes of them, leave with nobody. */
const SECRET = /secret|sealed|token|password/;
/** Columns that name a person; left out unless the owner asks for them. */
const PERSONAL =
  /^(actor_name|address|user_agent|inspector|inspected_by|tester|tested_by|signed_by|contact|phone|email|person_name)$/;
const ROWS_AT_ONCE = 1_000;
const CURSOR = 'everything_of_firm';

type Table = {
  name: string;
  comment: string | null;
  columns: { name: string; type: string; comment: string | null }[];
};

/**
 * Everything that a firm has, as a ZIP that is made while it is sent: one file of JSON lines a table, read from the
 * catalogue under the firm's own policies, so that a table that a later version adds is in it; the people and keys;
 * and README.txt, which says what each column is. All of one moment.
 */
export async function* firmArchive(
  app: App,
  firm: Firm,
  given: { with_names: boolean },
): AsyncGenerator<Uint8Array, void> {
  const zip = new yazl.ZipFile();
  const output = new PassThrough();
  zip.outputStream.pipe(output);
  // Whoever goes away in the midst ends the transaction too: it would hold its connection for ever.
  const gone = new Promise<never>((_, reject) =>
    output.once('close', () => reject(new Error('nobody reads on'))),
  );
  gone.catch(() => {});
  const done = inFirmSnapshot(app.db, firm.id, async (tx) => {
    const tables = await tablesOf(tx);
    zip.addBuffer(Buffer.from(readme(firm, tables, given)), 'README.txt');
    zip.addBuffer(Buffer.from(JSON.stringify(await accountsOf(tx, firm.id, given), null, 2)), 'firm.json');
    for (const table of tables) {
      const lines = Readable.from(linesOf(tx, table, firm.id, given));
      const read = finished(lines);
      zip.addReadStream(lines, `${table.name}.jsonl`);
      await Promise.race([read, gone]);
    }
    zip.end();
  });
  done.catch((cause: Error) => output.destroy(cause));
  try {
    for await (const part of bytesOf(output)) yield part;
  } finally {
    output.destroy();
  }
  await done;
}

function bytesOf(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return stream;
}

/** Tables of firms that the application may read, with what the schema says of them. */
async function tablesOf(tx: Tx): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name, obj_description(c.oid) as comment,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
              'comment', col_description(c.oid, a.attnum)) order by a.attnum)
       from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         and has_column_privilege(c.oid, a.attnum, 'select')) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity
      and has_any_column_privilege(c.oid, 'select')
      and exists (select from pg_attribute f where f.attrelid = c.oid and f.attname = 'firm_id' and not f.attisdropped)
    order by c.relname`.execute(tx);
  return rows;
}

function columnsOf(table: Table, { with_names }: { with_names: boolean }): Table['columns'] {
  return table.columns.filter(({ name }) => !SECRET.test(name) && (with_names || !PERSONAL.test(name)));
}

async function* linesOf(
  tx: Tx,
  table: Table,
  firm_id: string,
  given: { with_names: boolean },
): AsyncGenerator<string> {
  const columns = columnsOf(table, given).map(({ name, type }) =>
    type === 'bytea' ? sql`encode(${sql.ref(name)}, 'base64') as ${sql.ref(name)}` : sql.ref(name),
  );
  // The policy shows a firm the operator's rows of some tables too; those are not the firm's.
  await sql`declare ${sql.raw(CURSOR)} no scroll cursor for
    select to_jsonb(r)::text as line from (select ${sql.join(columns)} from ${sql.table(table.name)}
    where firm_id = ${sql.lit(firm_id)}) r`.execute(tx);
  for (;;) {
    const { rows } = await sql<{
      line: string;
    }>`fetch ${sql.raw(String(ROWS_AT_ONCE))} from ${sql.raw(CURSOR)}`.execute(tx);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => `${line}\n`).join('');
  }
  await sql`close ${sql.raw(CURSOR)}`.execute(tx);
}

/** People, keys, brokers and invitations: what stands in the tables that decide who may act. */
async function accountsOf(
  tx: Tx,
  firm_id: string,
  { with_names }: { with_names: boolean },
): Promise<unknown> {
  const [firm, people, keys, grants] = await Promise.all([
    tx
      .selectFrom('auth.firm')
      .select([
        'slug',
        'name',
        'uscc',
        'customs_office',
        'time_zone',
        'language',
        'created_at',
        'requires_second_factor',
      ])
      .where('id', '=', firm_id)
      .executeTakeFirstOrThrow(),
    tx
      .selectFrom('auth.member as m')
      .innerJoin('auth.user as u', 'u.id', 'm.user_id')
      .select([
        'm.user_id',
        'm.role',
        'm.created_at',
        ...(with_names ? (['u.name', 'u.email'] as const) : []),
      ])
      .where('m.firm_id', '=', firm_id)
      .execute(),
    tx
      .selectFrom('auth.api_key')
      .select(['id', 'name', 'prefix', 'scopes', 'created_at', 'expires_at', 'revoked_at', 'last_used_at'])
      .where('firm_id', '=', firm_id)
      .execute(),
    tx
      .selectFrom('auth.firm_grant as g')
      .innerJoin('auth.firm as f', 'f.id', 'g.grantee_firm_id')
      .select(['f.slug as to_firm', 'g.role', 'g.created_at', 'g.revoked_at'])
      .where('g.firm_id', '=', firm_id)
      .execute(),
  ]);
  return { firm, people, keys, grants };
}

function readme(firm: Firm, tables: readonly Table[], given: { with_names: boolean }): string {
  const described = tables.map((table) => {
    const lines = columnsOf(table, given).map(
      ({ name, type, comment }) =>
        `  ${name}: ${type === 'bytea' ? 'bytes, base64' : type}${comment ? `. ${comment}` : ''}`,
    );
    return [`${table.name}.jsonl${table.comment ? `: ${table.comment}` : ''}`, ...lines].join('\n');
  });
  return [
    `Everything that Greenlane holds of ${firm.name} (${firm.slug}).`,
    'Each file has one JSON object a line, in UTF-8: a row. Instants are ISO 8601 with offset, days YYYY-MM-DD.',
    'firm.json holds the firm itself, its people, keys (never their secrets) and brokers.',
    given.with_names
      ? 'Names, addresses and e-mail addresses of persons are in it: the owner asked for them.'
      : 'Names, addresses and e-mail addresses of persons are left out; ids tell them apart.',
    'Secrets and their hashes are in no file.',
    '',
    ...described,
    '',
  ].join('\n');
}
