import type { Workflow } from '#lib/domain/rules/version.ts';
import type { TextKey } from '#lib/i18n/text.ts';

export const WORKFLOW_NAME: Readonly<Record<Workflow, TextKey>> = {
  draft: 'rules.workflow.draft',
  approved: 'rules.workflow.approved',
  published: 'rules.workflow.published',
  withdrawn: 'rules.workflow.withdrawn',
};
