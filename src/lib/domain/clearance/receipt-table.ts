import type { ReceiptReading } from './receipt.ts';

/** One line of a vendor's table of receipt codes. */
export type ReceiptStatus = ReceiptReading & {
  vendor: string;
  code: string;
  /** False where vendors disagree on the code, or no source says what it means. */
  confirmed: boolean;
};

/** What a firm answered for itself, when it was asked what its system means by a code. */
export type OwnReading = ReceiptReading & { vendor: string; code: string };

export type ReceiptVendor = {
  vendor: string;
  /** Codes that its own table lacks are those of the common table. */
  extends_default: boolean;
};

/** What a code means: null when no table knows it; disputed where a firm should say it for its system. */
export type StatusTable = (code: string) => { reading: ReceiptReading | null; is_disputed: boolean };

export const DEFAULT_VENDOR = 'default';

/**
 * The table by which one vendor's codes are read: what the firm itself answered, else the vendor's own line,
 * else, for a vendor that extends it, the common line.
 */
export function statusTable(
  vendor: ReceiptVendor,
  statuses: readonly ReceiptStatus[],
  own: readonly OwnReading[],
): StatusTable {
  const answered = new Map(
    own.filter((one) => one.vendor === vendor.vendor).map((one) => [one.code, one] as const),
  );
  const lines = new Map<string, ReceiptStatus>();
  for (const line of statuses) {
    if (line.vendor === DEFAULT_VENDOR && vendor.extends_default) lines.set(line.code, line);
  }
  for (const line of statuses) if (line.vendor === vendor.vendor) lines.set(line.code, line);
  return (code) => {
    const answer = answered.get(code);
    if (answer) return { reading: readingOf(answer), is_disputed: false };
    const line = lines.get(code);
    return line
      ? { reading: readingOf(line), is_disputed: !line.confirmed }
      : { reading: null, is_disputed: false };
  };
}

function readingOf({ event, reopens }: ReceiptReading): ReceiptReading {
  return { event, reopens };
}
