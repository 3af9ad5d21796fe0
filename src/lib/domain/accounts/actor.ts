/** What a program or person may do; the names of the published contract. */
export const SCOPES = [
  'clearance:read',
  'clearance:write',
  'watch:read',
  'watch:write',
  'rules:read',
  'rules:write',
  'eligibility:check',
  'portfolio:read',
  'portfolio:write',
  'alerts:read',
  'alerts:write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

export function isScope(word: string): word is Scope {
  return SCOPES.some((scope) => scope === word);
}

export const FIRM_ROLES = ['owner', 'compliance_manager', 'executive'] as const;
export type FirmRole = (typeof FIRM_ROLES)[number];

export function isFirmRole(word: string): word is FirmRole {
  return FIRM_ROLES.some((role) => role === word);
}

export const OPERATOR_ROLES = ['admin', 'analyst', 'approver'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export function isOperatorRole(word: string): word is OperatorRole {
  return OPERATOR_ROLES.some((role) => role === word);
}

export type Firm = {
  id: string;
  slug: string;
  name: string;
  uscc: string | null;
  customs_office: string;
  time_zone: string;
  is_sample: boolean;
};

/** A firm that a person may work in. */
export type Membership = {
  firm: Firm;
  role: FirmRole;
  /** No member, but let in by the firm to help, to read alone and until then. */
  support_until?: Date;
  /** No member, but of this firm (a broker), to which the other granted the role. */
  through?: Firm;
};

/**
 * Who asks. A person works in one firm at a time (`firm`), a firm's key always in its own. What may be done
 * for the firm and what may be done for the operator are two separate sets: an analyst of the operator who
 * is also an executive of a firm may not write that firm's records.
 */
export type Actor = {
  kind: 'person' | 'key';
  /** User id or key id. */
  id: string;
  name: string;
  firm: Firm | null;
  firm_scopes: readonly Scope[];
  operator_scopes: readonly Scope[];
} & (
  | {
      kind: 'person';
      email: string;
      memberships: readonly Membership[];
      role: FirmRole | null;
      operator_roles: readonly OperatorRole[];
      /** The person is no member of the firm they work in, but let in by it to help. */
      is_support?: boolean;
      /** Nor this: of the firm (a broker) to which the one they work in granted a role. */
      through?: Firm;
    }
  | { kind: 'key' }
);

const READ: readonly Scope[] = [
  'clearance:read',
  'watch:read',
  'rules:read',
  'portfolio:read',
  'alerts:read',
];

/** The scopes that a role in a firm carries. */
export function scopesOfFirmRole(role: FirmRole): readonly Scope[] {
  switch (role) {
    case 'owner':
      return SCOPES.filter((scope) => scope !== 'watch:write' && scope !== 'rules:write');
    case 'compliance_manager':
      return [...READ, 'clearance:write', 'eligibility:check', 'portfolio:write', 'alerts:write'];
    case 'executive':
      return READ;
    default:
      return role satisfies never;
  }
}

/**
 * What somebody may be in a firm that granted a role to theirs: what both roles carry. Each role of a firm carries
 * all that the ones below it do, so that this is the lesser of the two.
 */
export function roleThroughGrant(own: FirmRole, granted: FirmRole): FirmRole {
  return FIRM_ROLES[Math.max(FIRM_ROLES.indexOf(own), FIRM_ROLES.indexOf(granted))] ?? 'executive';
}

/** The scopes that a role at the operator carries; none of them opens a firm's rows. */
export function scopesOfOperatorRole(role: OperatorRole): readonly Scope[] {
  switch (role) {
    case 'admin':
      return ['watch:read', 'rules:read', 'alerts:read', 'alerts:write', 'clearance:read', 'admin'];
    case 'analyst':
      return [
        'watch:read',
        'watch:write',
        'rules:read',
        'rules:write',
        'clearance:read',
        'clearance:write',
        'alerts:read',
        'alerts:write',
      ];
    case 'approver':
      return ['watch:read', 'rules:read', 'rules:write', 'clearance:read', 'alerts:read', 'alerts:write'];
    default:
      return role satisfies never;
  }
}
