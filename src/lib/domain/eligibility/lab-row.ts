import { columnNames, type Columns } from '#lib/domain/tables/columns.ts';
import { IntakeCells } from './intake-cells.ts';
import type { IntakeProblem } from './intake-problem.ts';
import { readCnasId, type LabRecord } from './lab.ts';
import { readLabStatus, readScopeLines, readSites, type LabInput } from './lab-input.ts';

const SYNONYMS = {
  cnas_id: ['cnas', 'cnas no', 'lab', 'licNo', 'CNAS编号', '注册编号', '证书号'],
  name: ['laboratory', 'lab name', '机构名称', '实验室名称', '名称'],
  name_zh: ['chinese name', '中文名称'],
  status: ['state', '状态', '认可状态'],
  valid_from: ['from', '生效日期', '有效期起'],
  valid_to: ['to', 'expiry', '截止日期', '有效期至'],
  sites: ['site', '地点', '检测地点'],
  scope: ['accredited scope', '认可范围', '标准'],
  evidence: ['source', '依据', '核实依据'],
  verified_on: ['verified', 'verified at', '核实日期'],
  verified_by: ['核实人'],
  note: ['remark', '备注'],
} as const satisfies Record<string, readonly string[]>;
export type LabField = keyof typeof SYNONYMS;
export const LAB_FILE_COLUMNS = columnNames<LabField>(SYNONYMS, [['cnas_id'], ['name']]);

export type ReadLabRow = { ok: true; row: LabInput } | { ok: false; problems: IntakeProblem[] };

const SITE_NAME_MAX = 300;
const SITE_ADDRESS_MAX = 500;
/** The same limit as for programs. */
const SITES_MAX = 100;
/** A hundred sites of the greatest length. */
const SITES_LENGTH_MAX = SITES_MAX * (SITE_NAME_MAX + SITE_ADDRESS_MAX + 30);
/** A large laboratory has some thousand lines of scope, a line some sixty letters. */
const SCOPE_LENGTH_MAX = 500_000;

/**
 * Reads the rows of a register of laboratories; a row is a laboratory, its scope a list of standards with clauses.
 * Lines of scope and sites that are written as `known` has them are taken from there.
 */
export function createLabReader(
  columns: Columns<LabField>,
  serial_days: number,
  known: Pick<LabRecord, 'scope' | 'sites'> = { scope: [], sites: [] },
): (cells: readonly string[]) => ReadLabRow {
  return (cells) => {
    const row = new IntakeCells<LabField>(cells, columns, serial_days);
    const written = row.needed('cnas_id', 200);
    const read = readCnasId(written);
    if (written !== '' && !read.ok) row.wrong('cnas_id', 'cnas_unreadable', { value: written });
    if (read.ok && read.kind !== 'testing') row.wrong('cnas_id', 'cnas_not_testing', { value: read.cnas_id });
    const word = row.cell('status', 60);
    const status = word === null ? 'unverified' : readLabStatus(word);
    if (status === null) row.wrong('status', 'status_unknown', { value: word ?? '' });
    const scope = readScopeLines(row.cell('scope', SCOPE_LENGTH_MAX) ?? '', known.scope);
    for (const value of scope.unreadable) row.wrong('scope', 'clause_unreadable', { value });
    const sites = readSites(row.cell('sites', SITES_LENGTH_MAX) ?? '', known.sites);
    if (sites.length > SITES_MAX || sites.some(({ name }) => name.length > SITE_NAME_MAX))
      row.wrong('sites', 'too_long', { length_max: SITE_NAME_MAX });
    else if (sites.some(({ address }) => (address ?? '').length > SITE_ADDRESS_MAX))
      row.wrong('sites', 'too_long', { length_max: SITE_ADDRESS_MAX });
    const evidence = row.cell('evidence', 2000);
    const verified_on = row.day('verified_on');
    // A number that somebody wrote down verifies nothing.
    if (status === 'verified' && evidence === null) row.wrong('evidence', 'missing');
    if (status === 'verified' && row.cell('verified_on', 60) === null) row.wrong('verified_on', 'missing');
    const valid_from = row.day('valid_from');
    const valid_to = row.day('valid_to');
    if (valid_from !== null && valid_to !== null && valid_to < valid_from) row.wrong('valid_to', 'backwards');
    const input: LabInput = {
      cnas_id: read.ok ? read.cnas_id : '',
      name: row.needed('name', 300),
      name_zh: row.cell('name_zh', 300),
      status: status ?? 'unverified',
      valid_from,
      valid_to,
      sites,
      scope: scope.lines,
      evidence,
      evidence_document_id: null,
      verified_at: verified_on === null ? null : new Date(`${verified_on}T00:00:00+08:00`),
      verified_by: row.cell('verified_by', 200),
      note: row.cell('note', 1000),
    };
    return row.problems.length > 0 ? { ok: false, problems: row.problems } : { ok: true, row: input };
  };
}
