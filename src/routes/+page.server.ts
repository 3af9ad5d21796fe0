import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

// Every role lands on the overview, which shows each the part that it came for.
export const load: PageServerLoad = ({ locals }) => redirect(307, locals.actor ? '/overview' : '/login');
