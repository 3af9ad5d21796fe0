import type { CheckFields } from '#lib/domain/eligibility/check-form.ts';

/** The form before anything is typed: goods that are declared today at the firm's own office. */
export function emptyFields(declaration_date: string, customs_office: string): CheckFields {
  return {
    reference: '',
    declaration_date,
    customs_office,
    category: '',
    hs_code: '',
    product_name: '',
    report_no: '',
    issued_on: '',
    tested_from: '',
    tested_to: '',
    cnas_id: '',
    lab_site: '',
    standard: '',
    items: [],
    materials: [],
  };
}
