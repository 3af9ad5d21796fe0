import type { TextKey } from './text.ts';

export const ENDPOINT_FORMAT_NAME = {
  standard: 'endpoints.format.standard',
  dingtalk: 'endpoints.format.dingtalk',
  wecom: 'endpoints.format.wecom',
  feishu: 'endpoints.format.feishu',
  slack: 'endpoints.format.slack',
  teams: 'endpoints.format.teams',
} as const satisfies Record<string, TextKey>;

export const ENDPOINT_REASON_NAME = {
  by_hand: 'endpoints.reason.by_hand',
  gone: 'endpoints.reason.gone',
  failed_for_days: 'endpoints.reason.failed_for_days',
} as const satisfies Record<string, TextKey>;

const PROBLEM_NAME: Readonly<Record<string, TextKey>> = {
  endpoint_gone: 'endpoints.problem.endpoint_gone',
  endpoint_paused: 'endpoints.problem.endpoint_paused',
  endpoint_deleted: 'endpoints.problem.endpoint_deleted',
  redirected: 'endpoints.problem.redirected',
  too_many_requests: 'endpoints.problem.too_many_requests',
  server_error: 'endpoints.problem.server_error',
  refused: 'endpoints.problem.refused',
  robot_answer_unclear: 'endpoints.problem.robot_answer_unclear',
  robot_refused: 'endpoints.problem.robot_refused',
  timed_out: 'endpoints.problem.timed_out',
  name_not_found: 'endpoints.problem.name_not_found',
  connection_refused: 'endpoints.problem.connection_refused',
  connection_lost: 'endpoints.problem.connection_lost',
  bad_certificate: 'endpoints.problem.bad_certificate',
  bad_answer: 'endpoints.problem.bad_answer',
  address_not_allowed: 'endpoints.problem.address_not_allowed',
  mail_not_configured: 'endpoints.problem.mail_not_configured',
  mail_failed: 'endpoints.problem.mail_failed',
  mail_refused: 'endpoints.problem.mail_refused',
  push_not_available: 'endpoints.problem.push_not_available',
  message_not_made: 'endpoints.problem.message_not_made',
  nobody_there: 'endpoints.problem.nobody_there',
};

/** Why an attempt failed, in words; a code that has none yet is shown as it is. */
export function problemWords(problem: string, text: (key: TextKey) => string): string {
  const key = PROBLEM_NAME[problem];
  return key ? text(key) : problem;
}
