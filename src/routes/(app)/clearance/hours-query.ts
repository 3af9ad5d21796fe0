import type { Days } from '#lib/domain/clearance/time-range.ts';
import type { HoursQuery } from '#lib/server/clearance/metrics.ts';
import type { ClearanceQuery } from './query.ts';

/** What the address asks for, in the terms of the server. */
export function hoursQuery(query: ClearanceQuery, days: Days): HoursQuery {
  const { measure, direction, district, office, category, channel } = query;
  return {
    ...days,
    measure,
    direction,
    district: district ?? undefined,
    customs_office: office ?? undefined,
    category: category ?? undefined,
    channel: channel ?? undefined,
  };
}
