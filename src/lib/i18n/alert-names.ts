import type { TextKey } from './text.ts';

export const ALERT_STATE_NAME = {
  unread: 'alerts.page.unread',
  applicable: 'alerts.page.applicable',
  in_work: 'alerts.page.in_work',
  done: 'alerts.page.done',
  excluded: 'alerts.page.excluded',
} as const satisfies Record<string, TextKey>;

export const ESCALATION_NAME = {
  deputy: 'escalation.to_deputy',
  executive: 'escalation.to_executive',
} as const satisfies Record<string, TextKey>;

export const ALERT_ACT_NAME = {
  acknowledged: 'alerts.page.act_acknowledged',
  moved: 'alerts.page.act_moved',
  assigned: 'alerts.page.act_assigned',
  due: 'alerts.page.act_due',
  commented: 'alerts.page.act_commented',
  escalated: 'alerts.page.act_escalated',
} as const satisfies Record<string, TextKey>;
