import { z } from 'zod';
import {
  createProductReader,
  PRODUCT_COLUMNS,
  type ProductRow,
  type RowItem,
} from '#lib/domain/eligibility/product-row.ts';
import { productContent, type ProductContent } from '#lib/domain/eligibility/product.ts';
import {
  reportContent,
  reportItem,
  reportNoKey,
  type ReportState,
} from '#lib/domain/eligibility/test-report.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import type { SourceFile } from '#lib/server/tables/source.ts';
import { categoryReader } from './category-words.ts';
import { keepIntake, readTable, type IntakeCounts, type ReadRow, type RejectedRow } from './intake.ts';
import type { IntakeReport } from './intake-report.ts';
import type { Author, Changed, NotDone } from './portfolio-change.ts';
import { changeProduct, createProduct, productByCode, type Product } from './products.ts';
import { changeReport, createReport, storedReport } from './reports.ts';
import { nameKey } from './suppliers.ts';

/** Products of one transaction: short enough that nobody waits for its locks. */
const PRODUCTS_AT_ONCE = 50;

type Row = ReadRow<ProductRow>;
type Outcome = { line: number; cells: readonly string[] } & (
  { is: 'accepted' | 'unchanged' } | { is: 'rejected'; problems: RejectedRow['problems'] }
);

/**
 * Loads products with their reports. Rows of one product and report may stand anywhere in the file, one for each
 * test; what a cell leaves empty stays as it is. Good rows land, bad ones are kept with every reason.
 */
export async function importProducts(
  app: App,
  author: Author,
  file: SourceFile & { file_name: string | null; state: ReportState },
): Promise<IntakeReport> {
  const read = await readTable(file, { names: PRODUCT_COLUMNS, reader: createProductReader });
  const categoryOf = await categoryReader(app.db);
  const named = read.rows.map((row) => ({ ...row, row: withCategories(row.row, categoryOf) }));
  const { agreeing, contradicting } = withoutContradictions(named);
  const groups = [...Map.groupBy(agreeing, ({ row }) => row.product.code).values()];
  const outcomes: Outcome[] = [];
  for (let at = 0; at < groups.length; at += PRODUCTS_AT_ONCE) {
    const portion = groups.slice(at, at + PRODUCTS_AT_ONCE);
    outcomes.push(
      ...(await inFirm(app.db, author.firm_id, async (tx) => {
        const done: Outcome[] = [];
        for (const rows of portion)
          done.push(...(await writeProduct(tx, author, { rows, state: file.state })));
        return done;
      })),
    );
  }
  const refused = outcomes.flatMap((one) => (one.is === 'rejected' ? [one] : []));
  const rejected = [...read.rejected, ...contradicting, ...refused].sort((a, b) => a.line - b.line);
  const counts: IntakeCounts = {
    received: read.received,
    accepted: outcomes.filter(({ is }) => is === 'accepted').length,
    unchanged: outcomes.filter(({ is }) => is === 'unchanged').length,
    rejected: rejected.length,
  };
  const { header, problem } = read;
  const import_id = await inFirm(app.db, author.firm_id, (tx) =>
    keepIntake(tx, {
      firm_id: author.firm_id,
      kind: 'products',
      file_name: file.file_name,
      created_by: author.actor_id,
      header,
      counts,
      rejected,
    }),
  );
  return { import_id, ...counts, rejected_rows: rejected, problem };
}

function withCategories(
  { product, report }: ProductRow,
  categoryOf: (written: string | null) => string | null,
): ProductRow {
  return {
    product: { ...product, category: categoryOf(product.category) },
    report: report && {
      ...report,
      product: { ...report.product, category: categoryOf(report.product.category) },
    },
  };
}

/** Two rows of one file that say different things of one product or report: the later one is not taken. */
function withoutContradictions(rows: readonly Row[]): { agreeing: Row[]; contradicting: RejectedRow[] } {
  const told = new Map<string, { line: number; value: string }>();
  const agreeing: Row[] = [];
  const contradicting: RejectedRow[] = [];
  for (const row of rows) {
    const said = sayings(row.row);
    const clash = said.find(([key, value]) => {
      const before = told.get(key);
      return before !== undefined && before.value !== value;
    });
    if (clash) {
      const [key] = clash;
      const field = key.slice(key.lastIndexOf('\n') + 1);
      const problem = {
        field,
        code: 'contradicts',
        params: { other_line: told.get(key)?.line ?? 0 },
      } as const;
      contradicting.push({ line: row.line, cells: row.cells, problems: [problem] });
      continue;
    }
    for (const [key, value] of said) if (!told.has(key)) told.set(key, { line: row.line, value });
    agreeing.push(row);
  }
  return { agreeing, contradicting };
}

function sayings({ product, report }: ProductRow): [key: string, value: string][] {
  const said: [string, string][] = [];
  const say = (about: string, values: object) => {
    for (const [field, value] of Object.entries(values))
      if (typeof value === 'string') said.push([`${about}\n${field}`, value]);
  };
  say(product.code, product);
  if (!report) return said;
  const about = `${product.code}\n${reportNoKey(report.report_no)}`;
  const { lab, items, ...rest } = report;
  say(about, { ...rest, cnas_id: lab.cnas_id });
  for (const item of items)
    said.push([`${about}\n${itemKey(item)}\nverdict`, JSON.stringify([item.verdict, item.result])]);
  return said;
}

function itemKey({
  clause,
  topic,
  name,
}: {
  clause: string | null;
  topic: string | null;
  name: string | null;
}) {
  return JSON.stringify([clause, topic, name && nameKey(name)]);
}

// --- writing --------------------------------------------------------------------------------------

async function writeProduct(
  tx: Tx,
  author: Author,
  { rows, state }: { rows: readonly Row[]; state: ReportState },
): Promise<Outcome[]> {
  const [first] = rows;
  if (!first) return [];
  const current = await productByCode(tx, first.row.product.code);
  const content = mergedProduct(current, rows);
  const is_same = current !== null && sameText(content, productContent.parse(current));
  const written = is_same
    ? ({ ok: true, value: current } as const)
    : current
      ? await changeProduct(tx, author, { id: current.id, content })
      : await createProduct(tx, author, content);
  if (!written.ok) return rows.map((row) => refusedRow(row, written));
  const reports = Map.groupBy(
    rows.filter(({ row }) => row.report !== null),
    ({ row }) => `${reportNoKey(row.report?.report_no ?? '')}\n${row.report?.lab.cnas_id ?? ''}`,
  );
  const outcomes = rows
    .filter(({ row }) => row.report === null)
    .map((row): Outcome => ({ ...row, is: is_same ? 'unchanged' : 'accepted' }));
  for (const group of reports.values()) {
    const report = await writeReport(tx, author, { rows: group, product_id: written.value.id, state });
    outcomes.push(
      ...group.map((row): Outcome =>
        report.ok
          ? { ...row, is: report.value || !is_same ? 'accepted' : 'unchanged' }
          : refusedRow(row, report),
      ),
    );
  }
  return outcomes;
}

function refusedRow({ line, cells }: Row, { error, told }: NotDone): Outcome {
  const problem = {
    field: error.field ?? null,
    code: 'not_kept',
    params: { ...told.params, message: error.message, told: told.key },
  } as const;
  return { line, cells, is: 'rejected', problems: [problem] };
}

function mergedProduct(current: Product | null, rows: readonly Row[]): ProductContent {
  const base: Record<string, unknown> = current ? { ...productContent.parse(current) } : {};
  const components = new Map(
    (current?.components ?? []).map((part) => [nameKey(part.name), z.custom<object>().parse(part)]),
  );
  const suppliers = new Set(current?.suppliers ?? []);
  for (const { row } of rows) {
    const { components: parts, suppliers: names, hs_codes, ...texts } = row.product;
    for (const [field, value] of Object.entries(texts)) if (value !== null) base[field] = value;
    if (hs_codes.length > 0) base.hs_codes = hs_codes;
    for (const name of names) suppliers.add(name);
    for (const part of parts) components.set(nameKey(part.name), part);
  }
  return productContent.parse({
    ...base,
    name: base.name ?? base.model ?? base.code,
    suppliers: [...suppliers],
    components: [...components.values()],
  });
}

/** Whether the report was changed. A refusal says why it could not be kept. */
async function writeReport(
  tx: Tx,
  author: Author,
  given: { rows: readonly Row[]; product_id: string; state: ReportState },
): Promise<Changed<boolean>> {
  const { rows, product_id, state } = given;
  const parts = rows.flatMap(({ row }) => row.report ?? []);
  const [first] = parts;
  if (!first) return { ok: true, value: false };
  const known = await tx
    .selectFrom('report')
    .select('id')
    .where('report_no_key', '=', reportNoKey(first.report_no))
    .where('lab_cnas_id', 'is not distinct from', first.lab.cnas_id)
    .limit(1)
    .executeTakeFirst();
  const current = known ? await storedReport(tx, known.id) : null;
  const before = current && reportContent.parse(current);
  const items = new Map((before?.items ?? []).map((item) => [itemKey(item), item]));
  let content: object = before ?? {};
  for (const part of parts) {
    content = merged(content, part);
    for (const item of part.items)
      items.set(itemKey(item), reportItem.parse(merged(items.get(itemKey(item)) ?? {}, item)));
  }
  const after = reportContent.parse({ ...content, items: [...items.values()] });
  // A report without tests cannot be confirmed; they may come in another file.
  const wanted = after.items.length === 0 ? 'draft' : state;
  if (current && before) {
    const keeps = current.state === 'confirmed' && wanted === 'draft' ? 'confirmed' : wanted;
    if (sameText(before, after) && current.product_id === product_id && current.state === keeps)
      return { ok: true, value: false };
    const changed = await changeReport(tx, author, {
      id: current.id,
      content: after,
      product_id,
      state: keeps,
    });
    return changed.ok ? { ok: true, value: true } : changed;
  }
  const made = await createReport(tx, author, { content: after, product_id, state: wanted, origin: 'file' });
  return made.ok ? { ok: true, value: true } : made;
}

/** What the file says over what is there, field by field; an empty cell says nothing. */
function merged(base: object, over: object | RowItem): object {
  const result: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries<unknown>({ ...over })) {
    if (value === null || value === undefined || Array.isArray(value)) continue;
    const below = result[field];
    result[field] =
      typeof value === 'object' && typeof below === 'object' && below !== null ? merged(below, value) : value;
  }
  return result;
}

function sameText(a: object, b: object): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
