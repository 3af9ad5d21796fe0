import { readDeclarationNo, type DeclarationNo } from '#lib/domain/text/declaration-no.ts';
import { foldName, narrow } from '#lib/domain/text/fold.ts';
import { readHsCode } from '#lib/domain/text/hs-code.ts';
import { readInstant } from '#lib/domain/text/instant.ts';
import { remembered } from '#lib/domain/text/remembered.ts';
import { parseUscc } from '#lib/domain/text/uscc.ts';
import { cellText, directionOf, officeCode } from './cell-text.ts';
import type { Columns } from '#lib/domain/tables/columns.ts';
import type { Channel, Direction } from './measure.ts';
import { CHINA_OFFSET_MS, DAY_MS } from '#lib/domain/text/calendar-day.ts';
import { error, warning, type ClearanceRow, type Field, type RowProblem } from './record.ts';

/** The reference data that rows are read against. */
export type RowReference = {
  /** The first two digits of every known district. */
  districts: ReadonlySet<string>;
  offices: ReadonlySet<string>;
  /** Folded slug, name or alias to slug. */
  categories: ReadonlyMap<string, string>;
};

export type ReadRow =
  | { ok: true; row: ClearanceRow; problems: readonly RowProblem[] }
  | { ok: false; problems: readonly RowProblem[] };

export type RowReader = (cells: readonly string[], line: number) => ReadRow;

type InstantField = 'arrived_at' | 'declared_at' | 'inspection_notified_at' | 'inspected_at' | 'released_at';

const CHANNEL_NAMES: ReadonlyMap<string, Channel> = new Map([
  ...['green', 'greenlane', 'greenchannel', '绿码', '绿色', '绿色通道', '绿码通道', '綠碼'].map(
    (name) => [name, 'green'] as const,
  ),
  ...['ordinary', 'ordinarychannel', 'normal', 'standard', '普通', '普通通道', '一般', '一般通道'].map(
    (name) => [name, 'ordinary'] as const,
  ),
]);

const PRODUCT_NAME_LENGTH_MAX = 500;
const ITEM_NO_MAX = 999;
/** Durations beyond this are kept, counted and flagged: a year is a typing error more often than a delay. */
const OUTLIER_DAYS = 90;
/** Categories that are not known are told once each, but not without end. */
const CATEGORIES_TOLD_MAX = 20_000;

/**
 * A function that reads rows of one file. It finds *all* that is wrong with a row, so that a rejected row is
 * mended once. Rules: `declared_at` and a whole declaration number are needed; released before declared or
 * before arrived is an error, declared before arrived (提前申报) is legal; the column `direction` may not
 * contradict the ninth digit of the number; an office of a district that does not exist is an error, one
 * that is merely not listed a warning, said once per file. `serial_days`: see `readInstant`.
 */
export function createRowReader(
  columns: Columns<Field>,
  reference: RowReference,
  serial_days = 0,
): RowReader {
  const at = new Map<Field, number>();
  columns.forEach((field, index) => {
    if (field !== null) at.set(field, index);
  });
  const index = (field: Field) => at.get(field) ?? -1;
  const places = {
    declaration_no: index('declaration_no'),
    direction: index('direction'),
    customs_office: index('customs_office'),
    category: index('category'),
    hs_code: index('hs_code'),
    product_name: index('product_name'),
    channel: index('channel'),
    arrived_at: index('arrived_at'),
    declared_at: index('declared_at'),
    inspection_notified_at: index('inspection_notified_at'),
    inspected_at: index('inspected_at'),
    released_at: index('released_at'),
    firm_uscc: index('firm_uscc'),
    item_no: index('item_no'),
  };
  const offices_told = new Set<string>();
  const categories_told = new Set<string>();
  const firmOf = remembered(parseUscc);
  const hsCodeOf = remembered(readHsCode);
  const namedDirection = remembered((written) => directionOf(written) ?? null);
  const channelOf = remembered((written) => CHANNEL_NAMES.get(foldName(written)) ?? null);
  const slugOf = remembered((written) => reference.categories.get(foldName(written)) ?? null);
  const derivedOf = remembered(categoryOf);
  let problems: RowProblem[] = [];

  return (cells, line) => {
    problems = [];
    const text = (place: number) => cellText(cells[place]);
    const number = readNumber(text(places.declaration_no));
    const direction = readDirection(text(places.direction), number);
    const customs_office = readOffice(text(places.customs_office), number);
    const category = readCategory(text(places.category));
    const product_name = text(places.product_name).slice(0, PRODUCT_NAME_LENGTH_MAX) || null;
    const derived_category = category === null && product_name !== null ? derivedOf(product_name) : null;
    const hs_code = readHs(text(places.hs_code));
    const channel = readChannel(text(places.channel));
    const item_no = readItem(text(places.item_no), number);
    const arrived_at = readTime('arrived_at', text(places.arrived_at));
    const declared_at = readTime('declared_at', text(places.declared_at));
    const inspection_notified_at = readTime('inspection_notified_at', text(places.inspection_notified_at));
    const inspected_at = readTime('inspected_at', text(places.inspected_at));
    const released_at = readTime('released_at', text(places.released_at));
    const firm_uscc = readFirm(text(places.firm_uscc));
    checkOrder({ number, arrived_at, declared_at, inspection_notified_at, inspected_at, released_at });
    if (number === null || declared_at === null || problems.some((problem) => problem.is_error))
      return { ok: false, problems };
    return {
      ok: true,
      problems,
      row: {
        line,
        declaration_no: number.declaration_no,
        accepted_year: number.accepted_year,
        direction,
        customs_office,
        channel,
        item_no,
        category: category ?? derived_category,
        is_category_derived: category === null && derived_category !== null,
        hs_code,
        product_name,
        arrived_at,
        declared_at,
        inspection_notified_at,
        inspected_at,
        released_at,
        firm_uscc,
      },
    };
  };

  function readNumber(written: string): DeclarationNo | null {
    if (written === '') {
      problems.push(error('declaration_no', 'declaration_no.missing'));
      return null;
    }
    const read = readDeclarationNo(written);
    if (!read.ok) {
      problems.push(
        error('declaration_no', `declaration_no.${read.problem}`, { value: written.slice(0, 40) }),
      );
      return null;
    }
    if (read.is_rounded)
      problems.push(
        warning('declaration_no', 'declaration_no.rounded', { value: read.value.declaration_no }),
      );
    return read.value;
  }

  function readDirection(written: string, number: DeclarationNo | null): Direction {
    const from_number = number?.direction ?? 'export';
    if (written === '') return from_number;
    const named = namedDirection(written);
    if (!named) problems.push(error('direction', 'direction.unknown', { value: written.slice(0, 40) }));
    else if (number && named !== number.direction)
      problems.push(
        error('direction', 'direction.differs', {
          value: written,
          digit: number.direction === 'export' ? 0 : 1,
        }),
      );
    return named ?? from_number;
  }

  function readOffice(written: string, number: DeclarationNo | null): string {
    const code = officeCode(written) ?? number?.office ?? '';
    if (written !== '' && officeCode(written) === null) {
      problems.push(error('customs_office', 'customs_office.malformed', { value: written.slice(0, 40) }));
      return code;
    }
    if (code === '') return code;
    if (!reference.districts.has(code.slice(0, 2)))
      problems.push(error('customs_office', 'customs_office.unknown', { value: code }));
    else if (!reference.offices.has(code) && !offices_told.has(code)) {
      offices_told.add(code);
      const is_district = code.endsWith('00');
      problems.push(
        warning('customs_office', is_district ? 'customs_office.is_district' : 'customs_office.not_listed', {
          value: code,
        }),
      );
    }
    if (number && code !== number.office)
      problems.push(
        warning('customs_office', 'customs_office.differs', { value: code, office: number.office }),
      );
    return code;
  }

  function readCategory(written: string): string | null {
    if (written === '') return null;
    const slug = slugOf(written);
    if (slug === null && !categories_told.has(written) && categories_told.size < CATEGORIES_TOLD_MAX) {
      categories_told.add(written);
      problems.push(warning('category', 'category.unknown', { value: written.slice(0, 60) }));
    }
    return slug;
  }

  /**
   * The category that a product name ends with: the head noun stands last in Chinese and in English, so
   * that 木制婴儿床 is a crib and 婴儿床垫 (a mattress) is not.
   */
  function categoryOf(product_name: string): string | null {
    const folded = foldName(product_name);
    let found: string | null = null;
    for (const [name, slug] of reference.categories) if (folded.endsWith(name)) found = slug;
    return found;
  }

  function readHs(written: string): string | null {
    if (written === '') return null;
    const read = hsCodeOf(written);
    if (!read) problems.push(warning('hs_code', 'hs_code.malformed', { value: written.slice(0, 40) }));
    else if (!read.is_ten_digits)
      problems.push(
        warning('hs_code', 'hs_code.not_ten_digits', { value: read.digits, n: read.digits.length }),
      );
    return read?.digits ?? null;
  }

  function readChannel(written: string): Channel | null {
    if (written === '') return null;
    const named = channelOf(written);
    if (!named) problems.push(error('channel', 'channel.unknown', { value: written.slice(0, 40) }));
    return named;
  }

  function readItem(written: string, number: DeclarationNo | null): number {
    if (written === '') return number?.item_no ?? 1;
    const item_no = /^\d{1,3}$/.test(narrow(written)) ? Number(narrow(written)) : 0;
    if (item_no < 1 || item_no > ITEM_NO_MAX)
      problems.push(error('item_no', 'item_no.malformed', { value: written.slice(0, 40) }));
    return item_no;
  }

  function readTime(field: InstantField, written: string): number | null {
    if (written === '') {
      if (field === 'declared_at') problems.push(error(field, 'time.missing'));
      return null;
    }
    const read = readInstant(written, serial_days);
    if (!read.ok) {
      problems.push(error(field, `time.${read.problem}`, { value: written.slice(0, 40) }));
      return null;
    }
    if (!read.has_time) problems.push(warning(field, 'time.no_time_of_day', { value: written.slice(0, 40) }));
    return read.instant_ms;
  }

  function readFirm(written: string): string | null {
    if (written === '') return null;
    const read = firmOf(written);
    if (!read.ok) {
      problems.push(error('firm_uscc', 'firm_uscc.malformed', { value: written.slice(0, 40) }));
      return null;
    }
    if (!read.is_checksum_valid)
      problems.push(warning('firm_uscc', 'firm_uscc.check_digit', { value: read.uscc }));
    return read.uscc;
  }

  function checkOrder(
    row: Pick<ClearanceRow, 'arrived_at' | 'inspection_notified_at' | 'inspected_at' | 'released_at'> & {
      number: DeclarationNo | null;
      declared_at: number | null;
    },
  ): void {
    const { number, arrived_at, declared_at, inspection_notified_at, inspected_at, released_at } = row;
    if (released_at !== null && declared_at !== null && released_at < declared_at)
      problems.push(error('released_at', 'released_at.before_declared'));
    if (released_at !== null && arrived_at !== null && released_at < arrived_at)
      problems.push(error('released_at', 'released_at.before_arrived'));
    if (inspected_at !== null && declared_at !== null && inspected_at < declared_at)
      problems.push(error('inspected_at', 'inspected_at.before_declared'));
    if (inspected_at !== null && inspection_notified_at !== null && inspected_at < inspection_notified_at)
      problems.push(warning('inspected_at', 'inspected_at.before_notified'));
    if (inspected_at !== null && released_at !== null && inspected_at > released_at)
      problems.push(warning('inspected_at', 'inspected_at.after_released'));
    if (declared_at === null) return;
    if (released_at !== null && released_at - declared_at > OUTLIER_DAYS * DAY_MS)
      problems.push(
        warning('released_at', 'duration.outlier', {
          days: Math.round((released_at - declared_at) / DAY_MS),
        }),
      );
    if (number === null) return;
    const year = new Date(declared_at + CHINA_OFFSET_MS).getUTCFullYear();
    if (Math.abs(year - number.accepted_year) > 1)
      problems.push(
        warning('declared_at', 'declared_at.year_differs', {
          year: String(year),
          accepted_year: String(number.accepted_year),
        }),
      );
  }
}
