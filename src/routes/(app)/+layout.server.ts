import { redirect } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals, url }) => {
  const { actor, language, theme } = locals;
  if (actor?.kind !== 'person') {
    const here = url.pathname + url.search;
    redirect(303, here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`);
  }
  const { name, email, role, operator_roles, firm, memberships } = actor;
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
      })),
    },
    language,
    theme,
    now: locals.app.now(),
  };
};
