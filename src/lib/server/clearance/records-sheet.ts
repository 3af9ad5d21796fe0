import { SECONDS_PER_HOUR, type Stage } from '#lib/domain/clearance/measure.ts';
import { CHANNEL_NAME, DIRECTION_NAME } from '#lib/i18n/names.ts';
import type { Text, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import type { Cell, Column, Row, Sheet } from '#lib/server/exports/sheet.ts';
import { aboutHours, nameOf, type Taken } from './export-about.ts';
import { describeHours, type ExportNames } from './export-described.ts';
import { honestyOf } from './honesty.ts';
import { countRecords, recordsOf, type ClearanceRecord, type RecordKind } from './records.ts';

/**
 * Read in portions of this many, each in a transaction of its own: a slow reader holds no connection. A million
 * declarations as CSV add 102 MB to the web process at this size, and 135 MB at 5,000.
 */
const PORTION_ROWS = 1000;

/** Which of the records that the query counts; a stage of their way takes the place of its measure. */
export type RecordsTaken = {
  kind?: RecordKind;
  over_seconds?: number;
  under_seconds?: number;
  measure?: Stage;
};

/**
 * The declarations of a query, the newest first, with every stage and the line of the file that each came
 * from. The columns of the contract carry names that our own import knows, so that a file comes back in.
 */
export async function recordsSheet(
  app: App,
  taken: Taken,
  { rows_max, ...narrowed }: RecordsTaken & { rows_max: number | null },
): Promise<Sheet> {
  const { firm, query, language } = taken;
  const { kind, over_seconds, under_seconds } = narrowed;
  const text = textsOf(language);
  const wanted = { ...query, ...narrowed };
  const [hours, n, honesty] = await Promise.all([
    describeHours(app, taken),
    countRecords(app, firm, wanted),
    honestyOf(app, firm, query),
  ]);
  const names = { ...hours.names, threshold_seconds: honesty.outliers?.threshold_seconds ?? null };
  const described = {
    ...hours.described,
    title: text('exports.title.records'),
    stage: narrowed.measure,
    n,
  };
  const columns = COLUMNS.map(({ head, kind: of }): Column => ({ head: text(head), kind: of }));
  const toRow = (record: ClearanceRecord): Row => COLUMNS.map(({ of }) => of(record, { text, taken, names }));
  return {
    columns,
    rows: portions(app, taken, { ...narrowed, rows_max, toRow }),
    about: (rows_written) => [
      ...aboutHours(taken, described, rows_written),
      [
        text('exports.about.records'),
        text(
          kind
            ? KINDS[kind]
            : under_seconds
              ? 'exports.kind.between'
              : over_seconds
                ? 'exports.kind.over'
                : 'exports.kind.all',
        ),
      ],
      ...(names.threshold_seconds === null
        ? []
        : [
            [
              text('exports.about.outliers'),
              text('exports.about.outliers_body', {
                hours: (names.threshold_seconds / SECONDS_PER_HOUR).toFixed(1),
              }),
            ] as const,
          ]),
      ...(rows_written < n
        ? [[text('exports.about.incomplete'), shortOf(text, rows_written, n)] as const]
        : []),
    ],
  };
}

/** What is in it and of when, without an ending. */
export function recordsFileName({ query, language }: Taken): string {
  const text = textsOf(language);
  return text('exports.file.name', { what: text('exports.file.records'), from: query.from, to: query.to });
}

/** Why a file has fewer rows than there are declarations. */
function shortOf(text: Text, rows: number, n: number): string {
  return text('exports.about.capped', { rows, n });
}

const KINDS = {
  inspected: 'exports.kind.inspected',
  within_a_minute: 'exports.kind.within_a_minute',
  under_way: 'exports.kind.under_way',
  eligible: 'exports.kind.eligible',
} satisfies Record<RecordKind, TextKey>;

async function* portions(
  app: App,
  { firm, query }: Taken,
  wanted: RecordsTaken & { rows_max: number | null; toRow: (record: ClearanceRecord) => Row },
): AsyncGenerator<readonly Row[]> {
  const { rows_max, toRow, ...narrowed } = wanted;
  let left = rows_max ?? Infinity;
  let cursor: string | null = null;
  do {
    const page: { items: ClearanceRecord[]; next_cursor: string | null } = await recordsOf(
      app,
      firm,
      { ...query, ...narrowed, order: 'newest' },
      { limit: Math.min(PORTION_ROWS, left), cursor },
    );
    left -= page.items.length;
    cursor = page.next_cursor;
    yield page.items.map(toRow);
  } while (cursor !== null && left > 0);
}

// --- columns ------------------------------------------------------------------------------------------

type Known = {
  text: Text;
  taken: Taken;
  names: ExportNames & { threshold_seconds: number | null };
};
type RecordColumn = {
  head: TextKey;
  kind: Column['kind'];
  of: (record: ClearanceRecord, known: Known) => Cell;
};

const COLUMNS: readonly RecordColumn[] = [
  { head: 'clearance.page.field.declaration_no', kind: 'code', of: (one) => one.declaration_no },
  {
    head: 'clearance.page.field.direction',
    kind: 'text',
    of: (one, { text }) => text(DIRECTION_NAME[one.direction]),
  },
  { head: 'clearance.page.field.customs_office', kind: 'code', of: (one) => one.customs_office },
  {
    head: 'exports.column.office_name',
    kind: 'text',
    of: (one, { names, taken }) =>
      nameOf(names.customs_office.get(one.customs_office) ?? null, taken.language),
  },
  {
    head: 'clearance.page.field.category',
    kind: 'text',
    of: (one, { names, taken }) =>
      one.category && (nameOf(names.category.get(one.category) ?? null, taken.language) ?? one.category),
  },
  { head: 'clearance.page.field.hs_code', kind: 'code', of: (one) => one.hs_code },
  { head: 'clearance.page.field.product_name', kind: 'text', of: (one) => one.product_name },
  { head: 'exports.column.items_more', kind: 'count', of: (one) => one.items_more },
  {
    head: 'clearance.page.field.channel',
    kind: 'text',
    of: (one, { text }) => one.channel && text(CHANNEL_NAME[one.channel]),
  },
  { head: 'clearance.page.field.arrived_at', kind: 'instant', of: (one) => one.arrived_at },
  { head: 'clearance.page.field.declared_at', kind: 'instant', of: (one) => one.declared_at },
  {
    head: 'clearance.page.field.inspection_notified_at',
    kind: 'instant',
    of: (one) => one.inspection_notified_at,
  },
  { head: 'clearance.page.field.inspected_at', kind: 'instant', of: (one) => one.inspected_at },
  { head: 'clearance.page.field.released_at', kind: 'instant', of: (one) => one.released_at },
  { head: 'clearance.page.hours', kind: 'number', of: (one) => one.hours },
  {
    head: 'exports.column.outlier',
    kind: 'text',
    of: ({ hours }, { text, names: { threshold_seconds } }) =>
      hours !== null && threshold_seconds !== null && hours * SECONDS_PER_HOUR > threshold_seconds
        ? text('exports.column.outlier')
        : null,
  },
  { head: 'clearance.page.source', kind: 'text', of: (one) => one.file_name },
  { head: 'exports.column.line', kind: 'count', of: (one) => one.line },
  { head: 'exports.column.imported', kind: 'instant', of: (one) => one.imported_at },
  { head: 'exports.column.corrections', kind: 'count', of: (one) => one.corrections },
];
