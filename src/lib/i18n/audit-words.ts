import type { AuditActorKind, AuditKind, AuditOutcome } from '#lib/domain/accounts/audit.ts';
import type { TextKey } from './text.ts';

export const KIND_KEYS = {
  write: 'audit.kind.write',
  export: 'audit.kind.export',
  access: 'audit.kind.access',
} satisfies Record<AuditKind, TextKey>;

export const OUTCOME_KEYS = {
  done: 'audit.outcome.done',
  refused: 'audit.outcome.refused',
  failed: 'audit.outcome.failed',
} satisfies Record<AuditOutcome, TextKey>;

export const ACTOR_KEYS = {
  person: 'audit.actor.person',
  key: 'audit.actor.key',
  command: 'audit.actor.command',
  system: 'audit.actor.system',
  nobody: 'audit.actor.nobody',
} satisfies Record<AuditActorKind, TextKey>;
