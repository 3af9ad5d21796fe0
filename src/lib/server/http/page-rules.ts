import type { Actor } from '#lib/domain/accounts/actor.ts';
import { admission, type Admission, type PageAccess } from '#lib/domain/accounts/page-access.ts';

/** Who opens a page (or asks an address), and who sends each of its forms (or, by method, writes to it). */
export type PageRule = {
  see: PageAccess;
  send?: Readonly<Record<string, PageAccess>>;
  /** Forms (`GET`: the page itself) that ask people anew who they are: a browser left open does none of these. */
  proven?: readonly string[];
};

const READS_HOURS: PageAccess = { scope: 'clearance:read', side: 'firm' };
const WRITES_HOURS: PageAccess = { scope: 'clearance:write', side: 'firm' };
const KEEPS_HOURS: PageAccess = { scope: 'clearance:write', side: 'operator' };
const READS_HOURS_ANYWHERE: PageAccess = { scope: 'clearance:read', side: 'either' };
const SEES_DRAFTS: PageAccess = { scope: 'rules:read', side: 'operator' };
const DRAFTS: PageAccess = { scope: 'rules:write', side: 'operator', operator_role: 'analyst' };
const DECIDES: PageAccess = { scope: 'rules:write', side: 'operator', operator_role: 'approver' };
const READS_ALERTS: PageAccess = { scope: 'alerts:read', side: 'either' };
const READS_ALERTS_OF_FIRM: PageAccess = { scope: 'alerts:read', side: 'firm' };
const WRITES_ALERTS_OF_FIRM: PageAccess = { scope: 'alerts:write', side: 'firm' };
const WRITES_ALERTS: PageAccess = { scope: 'alerts:write', side: 'either' };
const CHECKS: PageAccess = { scope: 'eligibility:check', side: 'firm' };
const KEEPS_PORTFOLIO: PageAccess = { scope: 'portfolio:write', side: 'firm' };
const SEES_WATCH: PageAccess = { scope: 'watch:read', side: 'operator' };
const WATCHES: PageAccess = { scope: 'watch:write', side: 'operator' };
const OWNS: PageAccess = { scope: 'admin', side: 'firm' };
const ADMINISTERS: PageAccess = { scope: 'admin', side: 'operator' };
const OWNS_OR_ADMINISTERS: PageAccess = { scope: 'admin', side: 'either' };

/**
 * Every page and address outside of the published contract, by the id of its route. It is asked before a page
 * or form runs, and beside each one's own check. A test compares it with the route tree: a route without a
 * line here fails the build.
 */
export const PAGE_RULES: Readonly<Record<string, PageRule>> = {
  '/': { see: 'anybody' },
  '/(auth)/login': { see: 'anybody', send: { default: 'anybody' } },
  '/(auth)/setup': { see: 'anybody', send: { default: 'anybody' } },
  '/(auth)/invite': { see: 'anybody', send: { default: 'anybody' } },
  '/(auth)/forgot': { see: 'anybody', send: { default: 'anybody' } },
  '/(auth)/reset': { see: 'anybody', send: { default: 'anybody' } },
  '/(auth)/second-step': { see: 'anybody', send: { default: 'anybody' } },
  '/(auth)/sso': { see: 'anybody', send: { default: 'anybody' } },
  '/(auth)/sso/callback': { see: 'anybody' },
  '/(auth)/verify-email': { see: 'anybody', send: { ask: 'anybody', verify: 'anybody' } },
  // To register one, the steps themselves ask who it is for.
  '/(auth)/passkey/[step]': { see: 'anybody', send: { POST: 'anybody' } },
  '/(app)/confirm': { see: 'person', send: { default: 'person' } },
  '/logout': { see: 'anybody', send: { POST: 'anybody' } },
  '/preferences': { see: 'anybody', send: { POST: 'anybody' } },
  '/healthz': { see: 'anybody' },
  '/readyz': { see: 'anybody' },
  // Shut to strangers by itself: the metrics go to the machine's own address, or to the operator's key.
  '/metrics': { see: 'anybody' },
  '/(public)/docs/api': { see: 'anybody' },
  '/(public)/docs/api/[section]': { see: 'anybody' },
  '/(public)/docs/api/[section]/[operation]': { see: 'anybody' },
  // Shows what its firm shares, and of everything else not even that it is there.
  '/(public)/verify/[id]': { see: 'anybody' },
  // The token in the path says whose mails they are.
  '/(public)/unsubscribe/[token]': { see: 'anybody', send: { default: 'anybody' } },
  '/feeds/[token]/alerts.atom': { see: 'anybody' },
  '/feeds/[token]/dates.ics': { see: 'anybody' },
  // A supplier answers by the token of its link.
  '/(public)/declare/[token]': { see: 'anybody', send: { default: 'anybody' } },
  '/feeds/rules.atom': { see: 'anybody' },
  '/feeds/rules.ics': { see: 'anybody' },
  '/feeds/rules/[slug].atom': { see: 'anybody' },
  '/feeds/rules/[slug].ics': { see: 'anybody' },
  '/(app)/overview': { see: 'person' },
  '/(app)/refused': { see: 'person' },
  '/(app)/clearance': { see: 'person' },
  '/(app)/clearance/[panel].[format]': { see: READS_HOURS },
  '/(app)/clearance/records.[format]': { see: READS_HOURS },
  '/(app)/clearance/records': { see: 'person' },
  '/(app)/clearance/all': { see: READS_HOURS_ANYWHERE },
  '/(app)/clearance/import': { see: 'person', send: { import: WRITES_HOURS } },
  '/(app)/clearance/baselines': {
    see: READS_HOURS_ANYWHERE,
    send: { record: KEEPS_HOURS, make_default: KEEPS_HOURS },
  },
  '/(app)/watch': { see: 'person' },
  // Searching is for all, keeping a search for those who subscribe.
  '/(app)/watch/items': { see: 'person', send: { save: WRITES_ALERTS } },
  '/(app)/watch/items/[id]': { see: 'person' },
  '/(app)/watch/items/[id]/original': { see: SEES_WATCH },
  '/(app)/watch/pending/[slug]': { see: 'person', send: { query: WATCHES, details: WATCHES, move: WATCHES } },
  '/(app)/watch/pending/new': { see: WATCHES, send: { default: WATCHES } },
  '/(app)/watch/signals': { see: SEES_WATCH, send: { decide: WATCHES, undo: WATCHES, draft: DRAFTS } },
  '/(app)/watch/sources': { see: SEES_WATCH, send: { poll: WATCHES, opml: WATCHES } },
  '/(app)/watch/sources/[id]': {
    see: SEES_WATCH,
    send: {
      save: WATCHES,
      preview: WATCHES,
      replay: WATCHES,
      bring: WATCHES,
      remove: WATCHES,
    },
  },
  '/(app)/rules': { see: 'person' },
  '/(app)/rules/[slug]': { see: 'person' },
  '/(app)/rules/calendar': { see: 'person' },
  '/(app)/rules/drafts': { see: SEES_DRAFTS },
  '/(app)/rules/drafts/[id]': {
    see: SEES_DRAFTS,
    send: { arrange: DRAFTS, save: DRAFTS, approve: DECIDES, publish: DECIDES, withdraw: DECIDES },
  },
  '/(app)/rules/drafts/new': { see: DRAFTS, send: { begin: DRAFTS, save: DRAFTS, instrument: DRAFTS } },
  '/(app)/rules/mapping': { see: SEES_DRAFTS, send: { save: DRAFTS, approve: DECIDES } },
  '/(app)/eligibility': {
    see: 'person',
    send: { decide: CHECKS, registered: CHECKS, paste: CHECKS, all_pass: CHECKS },
  },
  '/(app)/eligibility/decisions': { see: CHECKS },
  '/(app)/eligibility/decisions/[id]': { see: CHECKS, send: { share: CHECKS, unshare: CHECKS } },
  '/(app)/eligibility/codes': {
    see: 'person',
    send: { record: KEEPS_PORTFOLIO, connect: KEEPS_PORTFOLIO, revoke: KEEPS_PORTFOLIO },
  },
  '/(app)/eligibility/codes/[declaration_no]': { see: 'person' },
  '/(app)/alerts/deliveries': {
    see: READS_ALERTS,
    send: { replay: WRITES_ALERTS, replay_chosen: WRITES_ALERTS, replay_since: WRITES_ALERTS },
  },
  '/(app)/alerts/deliveries/told.[format]': { see: READS_ALERTS },
  '/(app)/alerts/endpoints': {
    see: READS_ALERTS,
    send: {
      create: WRITES_ALERTS,
      rotate: WRITES_ALERTS,
      test: WRITES_ALERTS,
      resume: WRITES_ALERTS,
      pause: WRITES_ALERTS,
      remove: WRITES_ALERTS,
    },
  },
  '/(app)/alerts/health': { see: { scope: 'alerts:read', side: 'operator' } },
  '/(app)/alerts/templates': {
    see: READS_ALERTS,
    send: { save: WRITES_ALERTS, preview: WRITES_ALERTS, reset: WRITES_ALERTS },
  },
  '/(app)/alerts/escalation': {
    see: READS_ALERTS_OF_FIRM,
    send: { save: WRITES_ALERTS_OF_FIRM, reset: WRITES_ALERTS_OF_FIRM },
  },
  '/(app)/alerts/hours': {
    see: READS_ALERTS_OF_FIRM,
    send: { save: WRITES_ALERTS_OF_FIRM, switch: WRITES_ALERTS_OF_FIRM, remove: WRITES_ALERTS_OF_FIRM },
  },
  '/(app)/alerts/subscriptions': {
    see: READS_ALERTS,
    send: { create: WRITES_ALERTS, remove: WRITES_ALERTS, undo: WRITES_ALERTS, forget: WRITES_ALERTS },
  },
  // Analysts keep the register, firms read it.
  '/(app)/eligibility/labs': { see: 'person', send: { default: DRAFTS } },
  '/(app)/eligibility/labs/[id]': { see: 'person', send: { default: DRAFTS } },
  '/(app)/eligibility/glossary': { see: 'person', send: { save: DRAFTS, retire: DRAFTS } },
  // Files of a firm's portfolio, and of the register: each kind asks for its own scope.
  '/(app)/eligibility/load': { see: 'person', send: { default: 'person' } },
  '/(app)/eligibility/materials': {
    see: 'person',
    send: { ask: KEEPS_PORTFOLIO, record: KEEPS_PORTFOLIO, remove: KEEPS_PORTFOLIO, revoke: KEEPS_PORTFOLIO },
  },
  '/(app)/eligibility/products': { see: 'person', send: { default: KEEPS_PORTFOLIO } },
  '/(app)/eligibility/products/[id]': {
    see: 'person',
    send: { save: KEEPS_PORTFOLIO, delete: KEEPS_PORTFOLIO },
  },
  '/(app)/eligibility/reports': { see: 'person' },
  '/(app)/eligibility/reports/[id]': {
    see: 'person',
    send: { save: KEEPS_PORTFOLIO, extract: KEEPS_PORTFOLIO, delete: KEEPS_PORTFOLIO },
  },
  '/(app)/alerts': {
    see: 'person',
    send: {
      acknowledge: READS_ALERTS,
      change: WRITES_ALERTS,
      bulk: WRITES_ALERTS,
      exclude: WRITES_ALERTS,
    },
  },
  '/(app)/sample': { see: ADMINISTERS, send: { load: ADMINISTERS, open: ADMINISTERS, clear: ADMINISTERS } },
  '/(app)/settings': { see: 'person', send: { hours: WRITES_HOURS } },
  '/(app)/settings/keys': {
    see: OWNS,
    send: { create: OWNS, rotate: OWNS, revoke: OWNS },
    proven: ['create', 'rotate'],
  },
  '/(app)/settings/receipts': {
    see: READS_HOURS_ANYWHERE,
    send: { reading: WRITES_HOURS, code: KEEPS_HOURS, vendor: KEEPS_HOURS },
  },
  '/(app)/settings/people': {
    see: OWNS_OR_ADMINISTERS,
    send: {
      invite: OWNS_OR_ADMINISTERS,
      uninvite: OWNS_OR_ADMINISTERS,
      role: OWNS,
      remove: OWNS_OR_ADMINISTERS,
      transfer: OWNS,
      support: OWNS,
      end_support: OWNS,
    },
    proven: ['invite', 'role', 'transfer', 'support'],
  },
  '/(app)/settings/security': {
    see: 'person',
    send: {
      password: 'person',
      begin: 'person',
      confirm: 'person',
      end_factor: 'person',
      remove_passkey: 'person',
      end_session: 'person',
      end_others: 'person',
    },
    proven: ['begin', 'confirm', 'end_factor', 'remove_passkey'],
  },
  '/(app)/settings/sign-in': {
    see: OWNS,
    send: { require: OWNS, oidc: OWNS, remove: OWNS },
    proven: ['require', 'oidc', 'remove'],
  },
  '/(app)/settings/data': {
    see: OWNS,
    send: { keep: OWNS, delete: OWNS, undelete: OWNS },
    proven: ['keep', 'delete'],
  },
  '/(app)/settings/data/everything.zip': { see: OWNS, proven: ['GET'] },
  '/(app)/settings/grants': { see: OWNS, send: { give: OWNS, end: OWNS }, proven: ['give'] },
  '/(app)/settings/firms': {
    see: ADMINISTERS,
    send: { create: ADMINISTERS, suspend: ADMINISTERS, resume: ADMINISTERS },
    proven: ['suspend'],
  },
  '/(app)/settings/installation': {
    see: ADMINISTERS,
    send: { verified: ADMINISTERS, keep: ADMINISTERS },
    proven: ['verified', 'keep'],
  },
  '/(app)/settings/audit': { see: OWNS_OR_ADMINISTERS },
  '/(app)/settings/audit/log.[format]': { see: OWNS_OR_ADMINISTERS },
};

/** What a request wants: to see, or to send one of the forms (a method, where it is no page). */
export type Asked = { route_id: string; method: string; search: string };

/** The rule for what is asked; pages of the program are for persons, should a line be missing. */
export function accessOf({ route_id, method, search }: Asked): PageAccess {
  const rule = PAGE_RULES[route_id];
  if (!rule) return route_id.startsWith('/(app)/') ? 'person' : 'anybody';
  if (method === 'GET' || method === 'HEAD') return rule.see;
  return rule.send?.[actionOf(search)] ?? rule.send?.[method] ?? rule.see;
}

/** Whether what is asked wants people to have proved lately who they are. */
export function wantsProof({ route_id, method, search }: Asked): boolean {
  const { proven = [] } = PAGE_RULES[route_id] ?? {};
  return proven.includes(method === 'GET' || method === 'HEAD' ? 'GET' : actionOf(search));
}

/** Whether a form of this page does, so that the page can say so before something is typed. */
export function hasProvenForms(route_id: string): boolean {
  return (PAGE_RULES[route_id]?.proven ?? []).length > 0;
}

export function admit(asked: Asked, actor: Actor | null): Admission {
  return admission(accessOf(asked), actor);
}

/** Whose people give the role that is missing: no owner of a firm gives one of the operator's, nor the other way. */
export const ROLE_GIVERS = ['firm', 'operator', 'either'] as const;
export type RoleGiver = (typeof ROLE_GIVERS)[number];

export function roleGiver(asked: Asked): RoleGiver {
  const access = accessOf(asked);
  return typeof access === 'string' ? 'either' : access.side;
}

/** `?/create` names the form of a page; without it, it is the only one. */
export function actionOf(search: string): string {
  return /^\?\/([\w-]{1,50})(?:&|$)/.exec(search)?.[1] ?? 'default';
}
