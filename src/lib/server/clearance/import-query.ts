import { z } from 'zod';
import type { ColumnChoice, ColumnNames } from '#lib/domain/tables/columns.ts';
import { formatOfMediaType } from '#lib/domain/tables/file-format.ts';
import { foldCode } from '#lib/domain/clearance/read-receipt.ts';
import { RECEIPT_EVENTS, type ReceiptEvent } from '#lib/domain/clearance/receipt.ts';
import { chunksOf } from '#lib/server/http/body.ts';
import { mediaType } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import type { SourceFile } from '#lib/server/tables/source.ts';

/** A choice for every column of a wide file fits; an address is not longer in any server. */
const JSON_LENGTH_MAX = 6_000;

/** What is said about a file beside its bytes, in the address. */
export const IMPORT_QUERY = {
  file_name: z.string().max(300).optional(),
  format: z
    .enum(['records', 'receipts'])
    .default('records')
    .describe('What each row is: a clearance record, or a customs receipt.'),
  charset: z.string().max(40).optional(),
  sheet: z.string().max(100).optional().describe('Of a workbook: the sheet to read.'),
  columns: jsonOf(
    z.record(z.string(), z.string().nullable()),
    'is not a JSON object of column names and fields, such as {"申报时间":"declared_at"}',
  )
    .optional()
    .describe(
      'What columns hold whose names are not known, or mean something else: a JSON object of column names (or places such as #3) and fields, null for a column to leave out.',
    ),
  vendor: z
    .string()
    .max(40)
    .optional()
    .describe('Of receipts: the system whose codes they carry. That of the last import unless said.'),
  readings: jsonOf(
    z.record(z.string().min(1).max(20), z.enum(RECEIPT_EVENTS)),
    `is not a JSON object of receipt codes and events, such as {"C":"inspect"}; events are ${RECEIPT_EVENTS.join(', ')}`,
  )
    .transform((given) => new Map(Object.entries(given).map(([code, event]) => [foldCode(code), event])))
    .optional()
    .describe('Of receipts: what the own system means by codes that systems disagree on. Kept for the firm.'),
};

function jsonOf<T>(schema: z.ZodType<T>, message: string) {
  return z
    .string()
    .max(JSON_LENGTH_MAX)
    .transform((text, context): T => {
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type Readings = ReadonlyMap<string, ReceiptEvent>;

/** The chosen columns with fields that a file of this kind has; refuses a name that is none. */
export function choiceOf<F extends string>(
  names: ColumnNames<F>,
  given: Readonly<Record<string, string | null>> = {},
): ColumnChoice<F> {
  const choice: Record<string, F | null> = {};
  for (const [column, name] of Object.entries(given)) {
    const field = name === null ? null : names.fields.find((known) => known === name);
    if (field === undefined)
      refuse(
        422,
        `The query cannot be used: columns names the field ${name}; there are ${names.fields.join(', ')}.`,
        [{ field: 'columns', code: 'custom', message: `There is no field ${name}.` }],
      );
    choice[column] = field;
  }
  return choice;
}

/** The file in the body of a request. */
export function fileOf(
  request: Request,
  charset: string | undefined,
): SourceFile & { bytes_total: number | null } {
  const { headers } = request;
  const length = Number(headers.get('content-length'));
  const named = /charset=["']?([\w-]+)/i.exec(headers.get('content-type') ?? '')?.[1];
  return {
    format: formatOfMediaType(mediaType(request)) ?? 'csv',
    charset: charset ?? named ?? null,
    is_gzip: headers.get('content-encoding') === 'gzip',
    bytes: chunksOf(request),
    bytes_total: length > 0 ? length : null,
  };
}
