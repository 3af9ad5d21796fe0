import { describe, expect, it } from 'vitest';
import {
  FIRM_ROLES,
  OPERATOR_ROLES,
  SCOPES,
  isScope,
  roleThroughGrant,
  scopesOfFirmRole,
  scopesOfOperatorRole,
} from './actor.ts';

describe('scopes of roles', () => {
  it('lets only an owner manage a firm', () => {
    expect(FIRM_ROLES.filter((role) => scopesOfFirmRole(role).includes('admin'))).toEqual(['owner']);
  });

  it('lets no role of a firm write sources or rules', () => {
    for (const role of FIRM_ROLES) {
      expect(scopesOfFirmRole(role)).not.toContain('watch:write');
      expect(scopesOfFirmRole(role)).not.toContain('rules:write');
    }
  });

  it('lets an executive only read', () => {
    expect(scopesOfFirmRole('executive').every((scope) => scope.endsWith(':read'))).toBe(true);
  });

  it('gives no role of the operator the portfolio of a firm', () => {
    for (const role of OPERATOR_ROLES)
      expect(scopesOfOperatorRole(role).filter((scope) => scope.startsWith('portfolio'))).toEqual([]);
  });

  it('lets an approver publish what an analyst drafts, and not draft sources', () => {
    expect(scopesOfOperatorRole('approver')).toContain('rules:write');
    expect(scopesOfOperatorRole('approver')).not.toContain('watch:write');
  });
});

it('lets people of a broker do what their role and the granted one both carry', () => {
  for (const own of FIRM_ROLES)
    for (const granted of FIRM_ROLES) {
      const both = scopesOfFirmRole(own).filter((scope) => scopesOfFirmRole(granted).includes(scope));
      expect([...scopesOfFirmRole(roleThroughGrant(own, granted))].sort()).toEqual([...both].sort());
    }
});

it('knows a scope from another word', () => {
  expect(SCOPES.every(isScope)).toBe(true);
  expect(['clearance', 'clearance:delete', ''].some(isScope)).toBe(false);
});
