/** Hours of the zone names of RFC 822 and of others that feeds use. CST is the American one, as RFC 822 says. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  z: 0, ut: 0, utc: 0, gmt: 0, wet: 0, est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7,
  akst: -9, akdt: -8, hst: -10, ast: -4, adt: -3, nst: -3.5, ndt: -2.5, bst: 1, ist: 5.5, cet: 1, cest: 2, met: 1,
  mest: 2, mez: 1, mesz: 2, west: 1, eet: 2, eest: 3, msk: 3, msd: 4, jst: 9, kst: 9, hkt: 8, sgt: 8, awst: 8,
  aest: 10, aedt: 11, acst: 9.5, nzst: 12, nzdt: 13, pkt: 5, 'asia/shanghai': 8, prc: 8,
  et: -5, ct: -6, mt: -7, pt: -8,
}; // prettier-ignore

/** Minutes east of Greenwich; null where nothing is written; undefined where it is no zone. */
export function offsetOf(written: string): number | null | undefined {
  // Of three digits behind a nought the fourth got lost: -040 is four hours, and not forty minutes.
  const zone = written
    .trim()
    .toLowerCase()
    .replace(/[+-]0\d\d$/, '$&0');
  if (zone === '') return null;
  const numeric = /^(?:(?:gmt|utc?|z)\s*)?([+-]|\u2212)\s*(\d{1,2})(?::?(\d{2}))?(?:\s+\p{L}+)?$/u.exec(zone);
  if (numeric) {
    const [, sign, hours, minutes = '0'] = numeric;
    const total = Number(hours) * 60 + Number(minutes);
    if (total > 14 * 60 + 59) return 0;
    return sign === '+' ? total : -total;
  }
  const [word = ''] = zone.replace(/^etc\//, '').split(' ');
  const hours = ZONE_HOURS[word];
  if (hours !== undefined) return hours * 60;
  // Military letters were defined with the wrong sign in RFC 822, so that RFC 2822 has them read as UTC.
  return /^[a-ik-z]$/.test(word) ? 0 : /^\p{L}[\p{L}/_-]*$/u.test(word) ? null : undefined;
}
