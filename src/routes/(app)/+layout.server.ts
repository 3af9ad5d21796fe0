import { redirect } from '@sveltejs/kit';
import { isProven } from '#lib/server/accounts/proof.ts';
import { hasProvenForms } from '#lib/server/http/page-rules.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url, route }) => {
  const { actor, language, theme } = locals;
  if (actor?.kind !== 'person') {
    const here = url.pathname + url.search;
    redirect(303, here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`);
  }
  const { name, email, role, operator_roles, firm, memberships } = actor;
  const { through, support_until } = memberships.find((one) => one.firm.id === firm?.id) ?? {};
  return {
    actor: {
      name,
      email,
      role,
      operator_roles,
      firm: firm && { slug: firm.slug, name: firm.name, is_sample: firm.is_sample },
      memberships: memberships.map((membership) => ({
        slug: membership.firm.slug,
        name: membership.firm.name,
        role: membership.role,
        through: membership.through?.name ?? null,
        is_support: membership.support_until !== undefined,
      })),
      /** Of whom works in a firm without being a member of it. */
      through: through?.name ?? null,
      support_until: support_until ?? null,
    },
    /** Where to prove who one is, before a form of this page is typed for nothing. */
    prove_at:
      hasProvenForms(route.id ?? '') && !(await isProven(locals.app, locals))
        ? `/confirm?${new URLSearchParams({ next: url.pathname + url.search }).toString()}`
        : null,
    language,
    theme,
    now: locals.app.now(),
  };
};
