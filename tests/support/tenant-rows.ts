import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';

/**
 * Makes a row of any table from the catalogue: columns that must have a value, parents by foreign key,
 * values that the check constraints take. What cannot be told from a constraint stands in FACTORIES.
 */
export type Value = string | number | boolean | Buffer | string[] | number[] | null;
export type Row = Record<string, Value>;

const HASH = 'a'.repeat(64);

/** Values of columns that depend on each other; `n` is another number for each row. */
const FACTORIES: Record<string, (n: number) => Row> = {
  'public.clearance': (n) => ({
    accepted_year: 2026,
    declaration_no: `31042026${String(n).padStart(10, '0')}`,
  }),
  'public.clearance_receipt': (n) => ({ declaration_no: `31042026${String(n).padStart(10, '0')}` }),
  'public.source': (n) => ({ url: `https://host-${n}.example.org/` }),
  'public.supplier_request': () => ({ expires_at: '2099-01-01' }),
  'public.receipt_vendor': (n) => ({ vendor: `v${n}` }),
  'public.subscription_exclusion': () => ({ kinds: ['rule.published'] }),
  'public.escalation_setting': () => ({ deputy_days: 30, executive_days: 7 }),
  'public.delivery': () => ({ channel: 'email' }),
  'public.version_impact': () => ({ horizon: '7' }),
  'public.firm_standing': () => ({ horizon: '7' }),
  'public.eligibility_decision': () => ({
    category_state_sha256: HASH,
    input_sha256: HASH,
    verdict_sha256: HASH,
  }),
  'public.product_standing': () => ({ input_sha256: HASH, outcome: 'green', checks: '[]' }),
};

/** Parents that a column may be without, and the row may not. */
const PARENTS: Readonly<Record<string, readonly string[]>> = { 'public.delivery': ['alert_id'] };

/** Candidates of a column are tried in turn; a table that needs more tries needs a factory. */
const TRIES_MAX = 60;

type Column = { name: string; type: string; labels: string[] | null; needs_value: boolean };
type Check = { name: string; columns: string[]; definition: string };
type Parent = { columns: string[]; table: string; parent_columns: string[] };
type Table = { columns: Column[]; checks: Check[]; parents: Parent[] };

let made = 0;

/** A row of `table` for the firm that could be inserted now. Its parents are inserted, by the owner. */
export async function minimalRow(owner: pg.Pool, table: string, firm_id: string): Promise<Row> {
  const shape = await readTable(owner, table);
  const n = (made += 1);
  const given: Row = { ...FACTORIES[table]?.(n) };
  if (shape.columns.some(({ name }) => name === 'firm_id')) given.firm_id = firm_id;
  for (const parent of shape.parents) {
    const is_needed = parent.columns.some(
      (name) =>
        PARENTS[table]?.includes(name) || shape.columns.some((one) => one.name === name && one.needs_value),
    );
    if (!is_needed || parent.columns.every((name) => name in given)) continue;
    const row = await insertMinimalRow(owner, parent.table, firm_id);
    for (const [index, name] of parent.columns.entries()) {
      const value = row[parent.parent_columns[index] ?? ''];
      if (value !== undefined) given[name] = value;
    }
  }
  return fitted(owner, table, shape, { given, n });
}

/** Inserts a minimal row as the owner and returns it with its defaults. */
export async function insertMinimalRow(owner: pg.Pool, table: string, firm_id: string): Promise<Row> {
  if (table === 'auth.firm') return { id: firm_id };
  const row = await minimalRow(owner, table, firm_id);
  const { text, values } = insertion(table, row);
  const { rows } = await owner.query<Row>(`${text} returning *`, values);
  return rows[0] ?? {};
}

/** The statement that inserts the row, to be sent by whoever wants to try. */
export function insertion(table: string, row: Row): { text: string; values: Value[] } {
  const names = Object.keys(row);
  const places = names.map((_name, index) => `$${index + 1}`).join(', ');
  return {
    text: `insert into ${quotedTable(table)} (${names.map((name) => `"${name}"`).join(', ')}) values (${places})`,
    values: Object.values(row),
  };
}

export function quotedTable(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}

/** Tries candidates until the table takes the row; nothing of the tries is kept. */
async function fitted(
  owner: pg.Pool,
  table: string,
  shape: Table,
  from: { given: Row; n: number },
): Promise<Row> {
  const turns = new Map<string, number>();
  const needed = shape.columns.filter(({ name, needs_value }) => needs_value && !(name in from.given));
  let refusal = '';
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const row: Row = { ...from.given };
    for (const column of needed) {
      const candidates = candidatesOf(column, shape.checks, from.n);
      row[column.name] = candidates[(turns.get(column.name) ?? 0) % candidates.length] ?? '';
    }
    const failed = await tryRow(owner, table, row);
    if (!failed) return row;
    refusal = failed.message;
    const check = shape.checks.find(({ name }) => name === failed.constraint);
    const next = needed.find(({ name }) => check?.columns.includes(name));
    if (!next) break;
    turns.set(next.name, (turns.get(next.name) ?? 0) + 1);
  }
  throw new Error(
    `no minimal row of ${table} (${refusal}); give it a factory in tests/support/tenant-rows.ts`,
  );
}

async function tryRow(
  owner: pg.Pool,
  table: string,
  row: Row,
): Promise<{ message: string; constraint: string | undefined } | null> {
  const client = await owner.connect();
  try {
    await client.query('begin');
    const { text, values } = insertion(table, row);
    await client.query(text, values);
    return null;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const constraint =
      'constraint' in cause && typeof cause.constraint === 'string' ? cause.constraint : undefined;
    return { message: cause.message, constraint };
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** Values that a column may take, the likeliest first. */
function candidatesOf(column: Column, checks: readonly Check[], n: number): Value[] {
  if (column.labels) return column.labels;
  const own = checks
    .filter(({ columns }) => columns.includes(column.name))
    .map(({ definition }) => definition);
  const told = own.flatMap((definition) => toldBy(definition));
  return [...told, ...ofType(column.type, n)];
}

function toldBy(definition: string): Value[] {
  const listed = /= ANY \(ARRAY\[(.+?)\]\)/.exec(definition)?.[1];
  if (listed) return [...listed.matchAll(/'([^']*)'/g)].map(([, value = '']) => value);
  const pattern = /~ '((?:[^']|'')+)'/.exec(definition)?.[1];
  if (pattern)
    return fc.sample(fc.stringMatching(new RegExp(pattern.replaceAll("''", "'"))), {
      numRuns: 3,
      seed: made,
    });
  const length = /length\(\w+\) = (\d+)/.exec(definition)?.[1];
  if (length)
    return /octet|sha/.test(definition) ? [randomBytes(Number(length))] : ['x'.repeat(Number(length))];
  const least = />= \(?(-?\d+)/.exec(definition)?.[1];
  return least && !definition.includes('length(') ? [Number(least)] : [];
}

function ofType(type: string, n: number): Value[] {
  if (type.endsWith('[]')) return [`{}`, `{1}`];
  switch (type.replace(/\(.*/, '')) {
    case 'uuid':
      return [randomUUID()];
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
    case 'real':
    case 'double precision':
      return [n, 1, 0];
    case 'boolean':
      return [false, true];
    case 'date':
      return ['2026-05-01'];
    case 'timestamp with time zone':
      return ['2026-05-13T09:30:00+08:00'];
    case 'bytea':
      return [randomBytes(32), Buffer.from('x')];
    case 'json':
    case 'jsonb':
      return ['{}', '[]'];
    case 'inet':
    case 'cidr':
      return ['127.0.0.1'];
    case 'interval':
      return ['1 hour'];
    default:
      return [`text ${n}`, `t${n}`, `a${n}@example.org`, `https://example.org/${n}`, 'en'];
  }
}

async function readTable(owner: pg.Pool, table: string): Promise<Table> {
  const name = quotedTable(table);
  const [columns, checks, parents] = await Promise.all([
    owner.query<Column>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
              (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid) as labels,
              a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = '' as needs_value
       from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
      [name],
    ),
    owner.query<Check>(
      `select c.conname as name, pg_get_constraintdef(c.oid) as definition,
              array(select a.attname::text from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey)) as columns
       from pg_constraint c where c.conrelid = $1::regclass and c.contype = 'c'`,
      [name],
    ),
    owner.query<Parent>(
      `select array(select a.attname::text from unnest(c.conkey) with ordinality k(no, at)
                    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.no order by k.at) as columns,
              n.nspname || '.' || r.relname as table,
              array(select a.attname::text from unnest(c.confkey) with ordinality k(no, at)
                    join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.no order by k.at) as parent_columns
       from pg_constraint c join pg_class r on r.oid = c.confrelid join pg_namespace n on n.oid = r.relnamespace
       where c.conrelid = $1::regclass and c.contype = 'f' and c.conparentid = 0 and c.confrelid <> c.conrelid`,
      [name],
    ),
  ]);
  return { columns: columns.rows, checks: checks.rows, parents: parents.rows };
}
