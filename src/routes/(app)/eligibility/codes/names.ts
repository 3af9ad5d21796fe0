import type { CodeState } from '#lib/domain/codes/code-status.ts';
import type { TextKey } from '#lib/i18n/text.ts';

export const STATE_NAME = {
  pending: 'codes.state.pending',
  issued: 'codes.state.issued',
  used: 'codes.state.used',
  suspended: 'codes.state.suspended',
  revoked: 'codes.state.revoked',
  expired: 'codes.state.expired',
  refused: 'codes.state.refused',
  other: 'codes.state.other',
} as const satisfies Record<CodeState, TextKey>;
