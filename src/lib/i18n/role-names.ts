import type { FirmRole, OperatorRole } from '#lib/domain/accounts/actor.ts';
import type { TextKey } from './text.ts';

export const ROLE_KEYS = {
  owner: 'shell.role.owner',
  compliance_manager: 'shell.role.compliance_manager',
  executive: 'shell.role.executive',
  admin: 'shell.role.admin',
  analyst: 'shell.role.analyst',
  approver: 'shell.role.approver',
} satisfies Record<FirmRole | OperatorRole, TextKey>;

/** The name of a role as the database has it; an unknown one stays as it is. */
export function roleKey(role: string): TextKey | null {
  return Object.entries(ROLE_KEYS).find(([name]) => name === role)?.[1] ?? null;
}
