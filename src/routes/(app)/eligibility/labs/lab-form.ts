import type { IntakeProblem } from '#lib/domain/eligibility/intake-problem.ts';
import type { LabRecord } from '#lib/domain/eligibility/lab.ts';
import { scopeText, sitesText, type LabInput } from '#lib/domain/eligibility/lab-input.ts';
import { createLabReader, LAB_FILE_COLUMNS } from '#lib/domain/eligibility/lab-row.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { Typed } from '../portfolio-page.ts';

/**
 * A laboratory as it was typed is read as a row of a register. What the form does not show in full (the hour of
 * the verification, the document behind the evidence) stays as the newest record has it while nobody changed it.
 */
export function readLabForm(
  typed: Typed,
  newest: LabRecord | null,
): { ok: true; input: LabInput } | { ok: false; problems: IntakeProblem[] } {
  const { fields } = LAB_FILE_COLUMNS;
  const read = createLabReader(fields, 0, newest ?? undefined)(fields.map((field) => typed[field] ?? ''));
  if (!read.ok) return read;
  const { row } = read;
  if (!newest) return { ok: true, input: row };
  const is_same_day =
    row.verified_at !== null &&
    newest.verified_at !== null &&
    dayInChina(row.verified_at) === dayInChina(newest.verified_at);
  return {
    ok: true,
    input: {
      ...row,
      verified_at: is_same_day ? newest.verified_at : row.verified_at,
      evidence_document_id: row.evidence === newest.evidence ? newest.evidence_document_id : null,
    },
  };
}

export function labTyped(record: LabRecord, language: Language): Typed {
  return {
    cnas_id: record.cnas_id,
    name: record.name,
    name_zh: record.name_zh ?? '',
    status: record.status,
    valid_from: record.valid_from ?? '',
    valid_to: record.valid_to ?? '',
    sites: sitesText(record.sites, language),
    scope: scopeText(record.scope),
    evidence: record.evidence ?? '',
    verified_on: record.verified_at ? dayInChina(record.verified_at) : '',
    verified_by: record.verified_by ?? '',
    note: record.note ?? '',
  };
}
