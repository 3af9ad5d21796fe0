import type { Workflow } from '#lib/domain/rules/version.ts';

/** What the reader of the page can do next with a version, or whom it waits for. */
export type NextStep = 'edit' | 'approve' | 'other_approves' | 'approver' | 'publish' | 'publisher' | 'none';

type Me = { id: string; drafts: boolean; decides: boolean; allows_one_person: boolean };

export function nextStep(
  { workflow, writer_ids }: { workflow: Workflow; writer_ids: readonly string[] },
  me: Me,
): NextStep {
  switch (workflow) {
    case 'draft': {
      if (!me.decides) return me.drafts ? 'edit' : 'approver';
      return writer_ids.includes(me.id) && !me.allows_one_person ? 'other_approves' : 'approve';
    }
    case 'approved':
      return me.decides ? 'publish' : 'publisher';
    case 'published':
    case 'withdrawn':
      return 'none';
    default:
      return workflow satisfies never;
  }
}
