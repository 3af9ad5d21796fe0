import type { Proposal } from '#lib/domain/eligibility/extract-report.ts';
import type { Typed } from '../portfolio-page.ts';

/** What was read from a file, as it stands in the form, with the place of each value beside its field. */
export function proposedForm(
  found: { document_id: string; proposal: Proposal },
  sentence: (place: { page: number; quote: string }) => string,
) {
  const { document_id, proposal } = found;
  const typed: Typed = {
    document_id,
    language: proposal.language === 'both' ? '' : (proposal.language ?? ''),
  };
  const places: Typed = {};
  for (const { field, value, place, quote } of proposal.fields) {
    typed[field] = value;
    places[field] = sentence({ page: place.page, quote });
  }
  for (const [index, item] of proposal.items.entries()) {
    typed[`item_${index}_clause`] = item.clause;
    typed[`item_${index}_test_name`] = item.name ?? '';
    typed[`item_${index}_verdict`] = item.verdict;
    typed[`item_${index}_result`] = item.result ?? '';
    places[`item_${index}`] = sentence({ page: item.place.page, quote: item.quote });
  }
  return {
    typed,
    places,
    errors: {},
    item_errors: {},
    proposed: proposal.fields.length + proposal.items.length,
  };
}
