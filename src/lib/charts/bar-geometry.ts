/** Where hours end on a scale from zero, in per cent; what lies beyond its end stays there. */
export function alongScale(hours: number, scale_hours: number): number {
  return Math.min(100, Math.round((hours / scale_hours) * 10_000) / 100);
}
