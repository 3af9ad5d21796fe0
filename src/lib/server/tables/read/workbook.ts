import { posix } from 'node:path';
import { parsePart, type Archive } from './archive.ts';
import { SharedStrings } from './shared-strings.ts';
import { UnreadableFile } from './source-row.ts';

const SMALL_PART_BYTES_MAX = 8 * 1024 * 1024;
/** A sheet of a million rows has five million different texts at most, which are some 250 MB of XML. */
const STRINGS_BYTES_MAX = 512 * 1024 * 1024;
/** [ECMA-376] 18.17.4.1: days between 1899-12-30 and 1904-01-01. */
const DAYS_OF_1904 = 1462;

export type Sheet = { name: string; part: string };

/** What the numbers of a cell style are: no dates, days, or times with or without a day. */
export type NumberStyle = 'number' | 'day' | 'time';

export type Workbook = {
  /** Those that a person sees. */
  sheets: readonly Sheet[];
  /** What has to be added to a day number of this workbook: Excel on old Macs counts from 1904. */
  serial_days: number;
  styleOf: (style: string | undefined) => NumberStyle;
  strings: SharedStrings;
};

/** What stands beside the sheets of a workbook: their names, the styles of numbers, the shared texts. */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const root = await targetOf(archive, '_rels/.rels', (type) => type.endsWith('/officeDocument'));
  const part = root ?? 'xl/workbook.xml';
  if (!archive.has(part)) throw new UnreadableFile('file.not_xlsx');
  const found: { name: string; relation: string }[] = [];
  let serial_days = 0;
  await parsePart(archive, part, {
    bytes_max: SMALL_PART_BYTES_MAX,
    open: (name, attributes) => {
      if (name === 'workbookPr' && /^(1|true)$/.test(attributes.date1904 ?? '')) serial_days = DAYS_OF_1904;
      if (name !== 'sheet' || (attributes.state ?? 'visible') !== 'visible') return;
      const relation = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      found.push({ name: attributes.name ?? '', relation });
    },
  });
  const targets = await relations(archive, part);
  const sheets = found.flatMap(({ name, relation }) => {
    const target = targets.find(({ id }) => id === relation)?.part;
    return target !== undefined && archive.has(target) ? [{ name, part: target }] : [];
  });
  if (sheets.length === 0) throw new UnreadableFile('file.empty');
  const beside = (end: string) => targets.find(({ type }) => type.endsWith(end))?.part ?? null;
  return {
    sheets,
    serial_days,
    styleOf: await readStyles(archive, beside('/styles')),
    strings: await readStrings(archive, beside('/sharedStrings')),
  };
}

type Relation = { id: string; type: string; part: string };

/** The parts that a part refers to, by their paths in the archive. */
async function relations(archive: Archive, part: string): Promise<Relation[]> {
  const folder = posix.dirname(part);
  const file = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const found: Relation[] = [];
  if (!archive.has(file)) return found;
  await parsePart(archive, file, {
    bytes_max: SMALL_PART_BYTES_MAX,
    open: (name, { Id: id = '', Type: type = '', Target: target = '' }) => {
      if (name !== 'Relationship') return;
      found.push({ id, type, part: target.startsWith('/') ? target.slice(1) : posix.join(folder, target) });
    },
  });
  return found;
}

async function targetOf(
  archive: Archive,
  file: string,
  isWanted: (type: string) => boolean,
): Promise<string | null> {
  let found: string | null = null;
  if (!archive.has(file)) return found;
  await parsePart(archive, file, {
    bytes_max: SMALL_PART_BYTES_MAX,
    open: (name, { Type: type = '', Target: target = '' }) => {
      if (name === 'Relationship' && isWanted(type)) found = target.replace(/^\//, '');
    },
  });
  return found;
}

async function readStyles(archive: Archive, part: string | null): Promise<Workbook['styleOf']> {
  const codes = new Map<number, string>();
  const styles: NumberStyle[] = [];
  let is_in_cells = false;
  if (part !== null && archive.has(part))
    await parsePart(archive, part, {
      bytes_max: SMALL_PART_BYTES_MAX,
      open: (name, attributes) => {
        if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
        else if (name === 'cellXfs') is_in_cells = true;
        else if (name === 'xf' && is_in_cells) {
          const id = Number(attributes.numFmtId ?? 0);
          styles.push(styleOfFormat(id, codes.get(id) ?? null));
        }
      },
      close: (name) => {
        if (name === 'cellXfs') is_in_cells = false;
      },
    });
  return (style) => styles[Number(style ?? 0)] ?? 'number';
}

/**
 * What a number format shows. [ECMA-376] 18.8.30: 14 to 17 are days, 18 to 21 times, 22 both, 45 to 47
 * durations; 27 to 36 and 50 to 58 are days and times in the formats of East Asia.
 */
export function styleOfFormat(id: number, code: string | null): NumberStyle {
  if (code === null) {
    if ((id >= 14 && id <= 17) || [27, 28, 29, 30, 31, 36].includes(id) || (id >= 50 && id <= 58))
      return 'day';
    if ((id >= 18 && id <= 22) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47)) return 'time';
    return 'number';
  }
  // Quoted text, escaped characters, colours and conditions are no placeholders; [h] is one.
  const bare = code
    .split(';')[0]
    ?.replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!h|m|s)[^\]]*\]/gi, '');
  if (!bare || /^general$/i.test(bare.trim())) return 'number';
  if (/[hs]/i.test(bare)) return 'time';
  return /[ymd]/i.test(bare) ? 'day' : 'number';
}

async function readStrings(archive: Archive, part: string | null): Promise<SharedStrings> {
  const strings = new SharedStrings();
  if (part === null || !archive.has(part)) return strings;
  let current = '';
  let depth_of_reading_aid = 0;
  let is_text = false;
  await parsePart(archive, part, {
    bytes_max: STRINGS_BYTES_MAX,
    open: (name) => {
      if (name === 'si') current = '';
      // Reading aids (phonetic runs) repeat the text in another script.
      else if (name === 'rPh') depth_of_reading_aid += 1;
      else if (name === 't') is_text = true;
    },
    text: (text) => {
      if (is_text && depth_of_reading_aid === 0) current += text;
    },
    close: (name) => {
      if (name === 'si') strings.add(current);
      else if (name === 'rPh') depth_of_reading_aid -= 1;
      else if (name === 't') is_text = false;
    },
  });
  return strings;
}
