import { readDeclarationNo, type DeclarationNo } from '#lib/domain/text/declaration-no.ts';
import { narrow } from '#lib/domain/text/fold.ts';
import { readInstant } from '#lib/domain/text/instant.ts';
import { parseUscc } from '#lib/domain/text/uscc.ts';
import { cellText, directionOf, officeCode } from './cell-text.ts';
import type { Columns } from '#lib/domain/tables/columns.ts';
import { CHINA_OFFSET_MS, DAY_MS } from '#lib/domain/text/calendar-day.ts';
import type { ReceiptField } from './receipt-columns.ts';
import type { StatusTable } from './receipt-table.ts';
import { error, warning, type RowProblem } from './record.ts';

/** What one row of a receipt stream says; instants in ms since 1970. The code is kept as it was sent. */
export type ReceiptRow = {
  line: number;
  declaration_no: string | null;
  pre_entry_no: string | null;
  code: string;
  notice_at: number;
  note: string | null;
  declared_at: number | null;
  /** The time of declaration is a whole day: its hour is not known. */
  is_declared_day: boolean;
  customs_office: string | null;
  firm_uscc: string | null;
};

export type ReadReceipt =
  | { ok: true; row: ReceiptRow; problems: readonly RowProblem[] }
  | { ok: false; problems: readonly RowProblem[] };

const CODE_LENGTH_MAX = 20;
const NOTE_LENGTH_MAX = 500;
const PRE_ENTRY_LENGTH_MAX = 40;

/** A code as tables have it: narrow, in capitals, of a printed notice (放行通知书) the word alone. */
export function foldCode(written: string): string {
  return narrow(written)
    .replace(/[\s'"]/g, '')
    .toUpperCase()
    .replace(/通知书$/, '');
}

/**
 * A function that reads rows of one receipt stream. A receipt needs a number (of the declaration, or before
 * there is one that of its pre-entry), a code and a time. A code that the table does not know, or that
 * vendors disagree on, is kept and told once a file, by its first line.
 */
export function createReceiptReader(
  columns: Columns<ReceiptField>,
  about: { table: StatusTable; districts: ReadonlySet<string>; serial_days?: number },
): (cells: readonly string[], line: number) => ReadReceipt {
  const { table, districts, serial_days = 0 } = about;
  const place = (field: ReceiptField) => columns.indexOf(field);
  const at = {
    declaration_no: place('declaration_no'),
    pre_entry_no: place('pre_entry_no'),
    code: place('code'),
    notice_at: place('notice_at'),
    note: place('note'),
    direction: place('direction'),
    customs_office: place('customs_office'),
    declared_at: place('declared_at'),
    firm_uscc: place('firm_uscc'),
  };
  const codes_told = new Set<string>();
  let problems: RowProblem[] = [];

  return (cells, line) => {
    problems = [];
    const text = (index: number) => cellText(cells[index]);
    const number = readNumber(text(at.declaration_no));
    const pre_entry_no = readPreEntry(text(at.pre_entry_no), number !== null);
    if (number === null && pre_entry_no === null && problems.length === 0)
      problems.push(error('declaration_no', 'receipt.no_number'));
    const code = readCode(text(at.code));
    const notice_at = readNotice(text(at.notice_at));
    checkDirection(text(at.direction), number);
    const declared = readDeclared(text(at.declared_at));
    const row = {
      line,
      declaration_no: number?.declaration_no ?? null,
      pre_entry_no,
      note: text(at.note).slice(0, NOTE_LENGTH_MAX) || null,
      ...declared,
      customs_office: readOffice(text(at.customs_office), number),
      firm_uscc: readFirm(text(at.firm_uscc)),
    };
    if (code === null || notice_at === null || problems.some(({ is_error }) => is_error))
      return { ok: false, problems };
    return { ok: true, row: { ...row, code, notice_at }, problems };
  };

  function readNumber(written: string): DeclarationNo | null {
    if (written === '') return null;
    const read = readDeclarationNo(written);
    if (read.ok) return read.value;
    problems.push(error('declaration_no', `declaration_no.${read.problem}`, { value: written.slice(0, 40) }));
    return null;
  }

  /** Any text without blanks serves; a number in a spreadsheet's short form serves nobody. */
  function readPreEntry(written: string, has_number: boolean): string | null {
    const text = narrow(written)
      .replace(/[\s'"]/g, '')
      .toUpperCase();
    if (text === '') return null;
    if (text.length <= PRE_ENTRY_LENGTH_MAX && !/^\d(\.\d+)?E\+?\d{1,2}$/.test(text)) return text;
    const told = has_number ? warning : error;
    problems.push(told('pre_entry_no', 'receipt.pre_entry_damaged', { value: written.slice(0, 40) }));
    return null;
  }

  function readCode(written: string): string | null {
    const code = foldCode(written);
    if (code === '' || code.length > CODE_LENGTH_MAX) {
      problems.push(
        error('code', code === '' ? 'receipt.code_missing' : 'receipt.code_long', {
          value: written.slice(0, 40),
        }),
      );
      return null;
    }
    if (codes_told.has(code)) return code;
    const { reading, is_disputed } = table(code);
    if (reading === null) problems.push(warning('code', 'receipt.code_unknown', { value: code }));
    else if (is_disputed) problems.push(warning('code', 'receipt.code_disputed', { value: code }));
    codes_told.add(code);
    return code;
  }

  function readNotice(written: string): number | null {
    const read = written === '' ? null : readInstant(written, serial_days);
    if (read?.ok) {
      if (!read.has_time)
        problems.push(warning('notice_at', 'time.no_time_of_day', { value: written.slice(0, 40) }));
      return read.instant_ms;
    }
    problems.push(error('notice_at', `time.${read?.problem ?? 'missing'}`, { value: written.slice(0, 40) }));
    return null;
  }

  /** Customs systems write a day as its midnight: a declaration in that very second is the rarer case. */
  function readDeclared(written: string): Pick<ReceiptRow, 'declared_at' | 'is_declared_day'> {
    const read = written === '' ? null : readInstant(written, serial_days);
    if (read?.ok) {
      const is_midnight = (read.instant_ms + CHINA_OFFSET_MS) % DAY_MS === 0;
      return { declared_at: read.instant_ms, is_declared_day: !read.has_time || is_midnight };
    }
    if (read) problems.push(warning('declared_at', `time.${read.problem}`, { value: written.slice(0, 40) }));
    return { declared_at: null, is_declared_day: false };
  }

  function checkDirection(written: string, number: DeclarationNo | null): void {
    if (written === '') return;
    const named = directionOf(written);
    if (named === null)
      problems.push(warning('direction', 'direction.unknown', { value: written.slice(0, 40) }));
    else if (number && named !== number.direction)
      problems.push(
        error('direction', 'direction.differs', {
          value: written.slice(0, 40),
          digit: number.direction === 'export' ? 0 : 1,
        }),
      );
  }

  function readOffice(written: string, number: DeclarationNo | null): string | null {
    if (written === '') return null;
    const code = officeCode(written);
    if (code !== null && districts.has(code.slice(0, 2))) return code;
    problems.push(
      warning('customs_office', code === null ? 'customs_office.malformed' : 'customs_office.unknown', {
        value: code ?? written.slice(0, 40),
      }),
    );
    // The number says where it was accepted.
    return number?.office ?? null;
  }

  function readFirm(written: string): string | null {
    if (written === '') return null;
    const read = parseUscc(written);
    if (read.ok) return read.uscc;
    problems.push(error('firm_uscc', 'firm_uscc.malformed', { value: written.slice(0, 40) }));
    return null;
  }
}
