/** The state of the overview, all of it in the address. */
export type OverviewQuery = { weeks: (typeof PERIODS)[number]; view: 'executive' | 'manager' | null };

/** Lengths of a period, in weeks. */
export const PERIODS = [4, 12, 52] as const;
const WEEKS_DEFAULT = 4;

/** Reads the query; what cannot be read is ignored. `view: null` means as the person's role has it. */
export function parseOverviewQuery(params: URLSearchParams): OverviewQuery {
  const view = params.get('view');
  return {
    weeks: PERIODS.find((weeks) => String(weeks) === params.get('weeks')) ?? WEEKS_DEFAULT,
    view: view === 'executive' || view === 'manager' ? view : null,
  };
}

/** The query as an address relative to the page; defaults are left out. */
export function overviewQuery(query: OverviewQuery): string {
  const params = new URLSearchParams();
  if (query.weeks !== WEEKS_DEFAULT) params.set('weeks', String(query.weeks));
  if (query.view !== null) params.set('view', query.view);
  return params.size > 0 ? `/overview?${params.toString()}` : '/overview';
}
