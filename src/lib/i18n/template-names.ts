import type { TemplateChannel, TemplateProblem, TemplateVariable } from '#lib/domain/alerts/template.ts';
import type { TextKey } from './text.ts';

export const TEMPLATE_CHANNEL_NAME = {
  email: 'templates.channel_email',
  robot: 'templates.channel_robot',
  email_digest: 'templates.channel_email_digest',
  robot_digest: 'templates.channel_robot_digest',
} as const satisfies Record<TemplateChannel, TextKey>;

export const TEMPLATE_FIELD_NAME = {
  subject: 'templates.subject',
  body: 'templates.body',
} as const satisfies Record<string, TextKey>;

export const TEMPLATE_VARIABLE_NAME = {
  title: 'templates.variable_title',
  what_changed: 'templates.variable_what_changed',
  from_when: 'templates.variable_from_when',
  what_it_means: 'templates.variable_what_it_means',
  what_to_do: 'templates.variable_what_to_do',
  do_by: 'templates.variable_do_by',
  why: 'templates.variable_why',
  firm: 'templates.variable_firm',
  link: 'templates.variable_link',
  clauses: 'templates.variable_clauses',
  count: 'templates.variable_count',
  until: 'templates.variable_until',
  changes: 'templates.variable_changes',
} as const satisfies Record<TemplateVariable, TextKey>;

export const TEMPLATE_PROBLEM_NAME = {
  variable_unknown: 'templates.error.variable_unknown',
  variable_open: 'templates.error.variable_open',
  block_not_alone: 'templates.error.block_not_alone',
} as const satisfies Record<TemplateProblem['code'], TextKey>;
