import { createReadStream } from 'node:fs';
import { xlsxRows } from '#lib/server/tables/read/xlsx.ts';

/** Reads the workbook named on the command line to its end and prints how many rows it has, and the last. */
const [, , file = ''] = process.argv;
let count = 0;
let last: readonly string[] = [];
const wish = { sheet: null, looksRight: () => true, told: () => {} };
for await (const rows of xlsxRows(createReadStream(file), wish)) {
  count += rows.length;
  last = rows.at(-1)?.cells ?? last;
}
process.stdout.write(
  JSON.stringify({ count, last, rss_mb: Math.round(process.memoryUsage.rss() / 1048576) }),
);
