import type { IntakeProblem } from '#lib/domain/eligibility/intake-problem.ts';
import type { LabRecord } from '#lib/domain/eligibility/lab.ts';
import { scopeText, type LabInput } from '#lib/domain/eligibility/lab-input.ts';
import { createLabReader, LAB_FILE_COLUMNS } from '#lib/domain/eligibility/lab-row.ts';
import { dayInChina } from '#lib/domain/text/legal-day.ts';
import type { Typed } from '../portfolio-page.ts';

/** A laboratory as it was typed is read as a row of a register. */
export function readLabForm(
  typed: Typed,
): { ok: true; input: LabInput } | { ok: false; problems: IntakeProblem[] } {
  const { fields } = LAB_FILE_COLUMNS;
  const read = createLabReader(fields, 0)(fields.map((field) => typed[field] ?? ''));
  return read.ok ? { ok: true, input: read.row } : read;
}

export function labTyped(record: LabRecord): Typed {
  return {
    cnas_id: record.cnas_id,
    name: record.name,
    name_zh: record.name_zh ?? '',
    status: record.status,
    valid_from: record.valid_from ?? '',
    valid_to: record.valid_to ?? '',
    sites: record.sites.map(({ name }) => name).join('; '),
    scope: scopeText(record.scope),
    evidence: record.evidence ?? '',
    verified_on: record.verified_at ? dayInChina(record.verified_at) : '',
    verified_by: record.verified_by ?? '',
    note: record.note ?? '',
  };
}
