import { FILE_PROBLEM_KEYS } from '#lib/server/tables/problem-text.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { ProblemCode, RowProblem } from '#lib/domain/clearance/record.ts';
import type { NotComparableReason } from '#lib/domain/clearance/overview.ts';

const PROBLEM_KEYS = {
  'declaration_no.missing': 'clearance.problem.declaration_no.missing',
  'declaration_no.excel_damaged': 'clearance.problem.declaration_no.excel_damaged',
  'declaration_no.lost_zero': 'clearance.problem.declaration_no.lost_zero',
  'declaration_no.temporary': 'clearance.problem.declaration_no.temporary',
  'declaration_no.old_form': 'clearance.problem.declaration_no.old_form',
  'declaration_no.pre_entry': 'clearance.problem.declaration_no.pre_entry',
  'declaration_no.unified': 'clearance.problem.declaration_no.unified',
  'declaration_no.malformed': 'clearance.problem.declaration_no.malformed',
  'declaration_no.rounded': 'clearance.problem.declaration_no.rounded',
  'direction.unknown': 'clearance.problem.direction.unknown',
  'direction.differs': 'clearance.problem.direction.differs',
  'customs_office.unknown': 'clearance.problem.customs_office.unknown',
  'customs_office.malformed': 'clearance.problem.customs_office.malformed',
  'customs_office.is_district': 'clearance.problem.customs_office.is_district',
  'customs_office.not_listed': 'clearance.problem.customs_office.not_listed',
  'customs_office.differs': 'clearance.problem.customs_office.differs',
  'category.unknown': 'clearance.problem.category.unknown',
  'hs_code.not_ten_digits': 'clearance.problem.hs_code.not_ten_digits',
  'hs_code.malformed': 'clearance.problem.hs_code.malformed',
  'channel.unknown': 'clearance.problem.channel.unknown',
  'time.missing': 'clearance.problem.time.missing',
  'time.impossible': 'clearance.problem.time.impossible',
  'time.unreadable': 'clearance.problem.time.unreadable',
  'time.no_time_of_day': 'clearance.problem.time.no_time_of_day',
  'declared_at.year_differs': 'clearance.problem.declared_at.year_differs',
  'released_at.before_declared': 'clearance.problem.released_at.before_declared',
  'released_at.before_arrived': 'clearance.problem.released_at.before_arrived',
  'inspected_at.before_declared': 'clearance.problem.inspected_at.before_declared',
  'inspected_at.before_notified': 'clearance.problem.inspected_at.before_notified',
  'inspected_at.after_released': 'clearance.problem.inspected_at.after_released',
  'duration.outlier': 'clearance.problem.duration.outlier',
  'firm_uscc.malformed': 'clearance.problem.firm_uscc.malformed',
  'firm_uscc.check_digit': 'clearance.problem.firm_uscc.check_digit',
  'firm_uscc.other_firm': 'clearance.problem.firm_uscc.other_firm',
  'firm_uscc.not_compared': 'clearance.problem.firm_uscc.not_compared',
  'item_no.malformed': 'clearance.problem.item_no.malformed',
  'row.contradicts': 'clearance.problem.row.contradicts',
  'receipt.no_number': 'clearance.problem.receipt.no_number',
  'receipt.pre_entry_damaged': 'clearance.problem.receipt.pre_entry_damaged',
  'receipt.code_missing': 'clearance.problem.receipt.code_missing',
  'receipt.code_long': 'clearance.problem.receipt.code_long',
  'receipt.code_unknown': 'clearance.problem.receipt.code_unknown',
  'receipt.code_disputed': 'clearance.problem.receipt.code_disputed',
  'receipt.no_declaration': 'clearance.problem.receipt.no_declaration',
  'receipt.no_release': 'clearance.problem.receipt.no_release',
  'receipt.voided': 'clearance.problem.receipt.voided',
  ...FILE_PROBLEM_KEYS,
} satisfies Record<ProblemCode, TextKey>;

const WHY_NOT_KEYS = {
  other_definition: 'clearance.baseline.other_definition',
  other_measure: 'clearance.baseline.other_measure',
  other_direction: 'clearance.baseline.other_direction',
} satisfies Record<NotComparableReason, TextKey>;

/** What is wrong with a row and what to do, in one sentence. */
export function problemText(problem: Pick<RowProblem, 'code' | 'params'>, language: Language): string {
  return textsOf(language)(PROBLEM_KEYS[problem.code], problem.params);
}

/** Why a baseline stands beside a number without being compared with it. */
export function whyNotText(reason: NotComparableReason, language: Language): string {
  return textsOf(language)(WHY_NOT_KEYS[reason]);
}
