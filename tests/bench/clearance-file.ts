import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seeded } from '../support/clearance-file.ts';

/**
 * A firm's clearance records as CSV, shaped like a real export of an order system: three years in order of
 * declaration, a dozen offices, eight categories, both channels and rows without one, log-normal hours, one
 * row in twelve inspected, one in a thousand written twice. The same rows for the same count, on any machine.
 */
export const FIRM_USCC = '91330200MA2H00006C';
export const FIRST_DAY = '2023-06-01';
export const LAST_DAY = '2026-05-31';

export const HEADER =
  'declaration_no,direction,customs_office,category,hs_code,product_name,channel,arrived_at,declared_at,inspection_notified_at,inspected_at,released_at,firm_uscc';

/** Office and its share in percent. */
const OFFICES = [
  ['3104', 24],
  ['3101', 14],
  ['3105', 8],
  ['5304', 13],
  ['5316', 11],
  ['5301', 7],
  ['5317', 5],
  ['5345', 4],
  ['4201', 6],
  ['4258', 4],
  ['2201', 3],
  ['3701', 1],
] as const;
/** Category, HS code and product name with its share in percent; without a category the name tells it. */
const PRODUCTS = [
  ['crib', '9403910000', '木制婴儿床', 22],
  ['', '9403910000', '可折叠婴儿床', 4],
  ['walker', '8715000090', '婴儿学步车', 15],
  ['pacifier', '3924900000', '硅胶安抚奶嘴', 14],
  ['stroller', '8715000010', '轻便婴儿推车', 13],
  ['high-chair', '9401790000', '儿童高脚椅', 10],
  ['feeding-bottle', '3924100000', '婴儿奶瓶', 9],
  ['bath-tub', '3922100000', '婴儿浴盆', 6],
  ['play-mat', '3918901000', '爬行垫', 4],
  ['', '9503008900', '塑料玩具 PLASTIC TOYS', 3],
] as const;

const DAY_MS = 86_400_000;
const CHUNK_ROWS = 10_000;

export async function writeClearanceFile(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(chunks(rows)), createWriteStream(path));
}

function* chunks(rows: number): Generator<string> {
  yield `${HEADER}\n`;
  const next = generator(rows);
  for (let done = 0; done < rows; done += CHUNK_ROWS) {
    const lines: string[] = [];
    for (let at = done; at < Math.min(rows, done + CHUNK_ROWS); at += 1) lines.push(next(at));
    yield `${lines.join('\n')}\n`;
  }
}

function generator(rows: number): (at: number) => string {
  const random = seeded(20260531);
  const office = chooser(OFFICES.map(([, share]) => share));
  const product = chooser(PRODUCTS.map(([, , , share]) => share));
  const first = Date.parse(`${FIRST_DAY}T00:00:00Z`);
  const length = Date.parse(`${LAST_DAY}T00:00:00Z`) + DAY_MS - first;
  const serials = new Map<string, number>();
  const write = clock();
  let last = '';
  return (at) => {
    if (at % 1000 === 999) return last;
    const declared = first + Math.floor((at / rows) * length) + Math.floor(random() * 3600) * 1000;
    const [code] = OFFICES[office(random())] ?? OFFICES[0];
    const [category, hs_code, name] = PRODUCTS[product(random())] ?? PRODUCTS[0];
    const is_import = random() < 0.03;
    const year = new Date(declared).getUTCFullYear();
    const key = `${code}${year}${is_import ? 1 : 0}`;
    const serial = (serials.get(key) ?? 0) + 1;
    serials.set(key, serial);
    const of_channel = random();
    const channel = of_channel < 0.42 ? 'green' : of_channel < 0.96 ? 'ordinary' : '';
    const is_inspected = random() < (channel === 'green' ? 0.02 : 0.15);
    const is_instant = channel === 'green' && !is_inspected && random() < 0.1;
    const median_hours = (channel === 'green' ? 3.1 : 8.6) * (is_inspected ? 4 : 1);
    const hours = is_instant ? 0 : median_hours * Math.exp(0.75 * normal(random));
    const released = declared + Math.round(hours * 3600) * 1000;
    const notified = declared + Math.round(hours * 1200) * 1000;
    const inspected = declared + Math.round(hours * 2400) * 1000;
    const arrived = declared - Math.round(14 * 3600 * Math.exp(0.6 * normal(random))) * 1000;
    const is_waiting = at > rows * 0.9995;
    last = `${key}${String(serial).padStart(9, '0')},${is_import ? 'import' : 'export'},${code},${category},${hs_code},${name},${channel},${
      random() < 0.93 ? write(arrived) : ''
    },${write(declared)},${is_inspected ? write(notified) : ''},${is_inspected ? write(inspected) : ''},${
      is_waiting ? '' : write(released)
    },${FIRM_USCC}`;
    return last;
  };
}

/** `YYYY-MM-DD HH:MM:SS` of an instant that is counted in China's own time; the day is remembered. */
function clock(): (ms: number) => string {
  const days = new Map<number, string>();
  const two = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
  return (ms) => {
    const day = Math.floor(ms / DAY_MS);
    let text = days.get(day);
    if (text === undefined) days.set(day, (text = new Date(day * DAY_MS).toISOString().slice(0, 10)));
    const seconds = Math.floor((ms - day * DAY_MS) / 1000);
    return `${text} ${two[Math.floor(seconds / 3600)]}:${two[Math.floor(seconds / 60) % 60]}:${two[seconds % 60]}`;
  };
}

function chooser(shares: readonly number[]): (random: number) => number {
  const table = shares.flatMap((share, index) => Array.from({ length: share }, () => index));
  return (random) => table[Math.floor(random * table.length)] ?? 0;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
