import { RECEIPT_EVENTS, type ReceiptEvent } from '#lib/domain/clearance/receipt.ts';
import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import type { RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import { receiptCodes, receiptVendors } from './receipt-codes.ts';

/** A code of a file of which the firm should say what its own system means by it. */
export type ReceiptQuestion = {
  code: string;
  /** How it is read until the firm answers; null when no table has it. */
  event: ReceiptEvent | null;
  alternatives: readonly ReceiptEvent[];
  meaning: string | null;
  meaning_zh: string | null;
};

/** What to ask about the receipt codes that the first rows of a file have. */
export async function receiptQuestions(
  app: App,
  about: { firm_id: string; vendor: string },
  problems: readonly RowProblem[],
): Promise<ReceiptQuestion[]> {
  const told = problems.filter(
    ({ code }) => code === 'receipt.code_disputed' || code === 'receipt.code_unknown',
  );
  const codes = [...new Set(told.map(({ params }) => String(params.value)))];
  if (codes.length === 0) return [];
  const vendor = (await receiptVendors(app.db)).find((one) => one.vendor === about.vendor);
  const [own, common] = await Promise.all([
    receiptCodes(app, about),
    vendor?.extends_default ? receiptCodes(app, { ...about, vendor: DEFAULT_VENDOR }) : [],
  ]);
  const lines = new Map([...common, ...own].map((line) => [line.code, line]));
  return codes.map((code) => {
    const line = lines.get(code);
    return {
      code,
      event: line?.event ?? null,
      // Where no two meanings are on record, any may be the one.
      alternatives: line && line.alternatives.length > 1 ? line.alternatives : RECEIPT_EVENTS,
      meaning: line?.meaning ?? null,
      meaning_zh: line?.meaning_zh ?? null,
    };
  });
}
