/** One declaration of a made-up file, in the terms of a test. */
export type Shipment = {
  office: string;
  channel: 'green' | 'ordinary' | '';
  category: 'crib' | 'walker' | 'pacifier' | '';
  /** Milliseconds since 1970. */
  declared_ms: number;
  hours: number;
};

const HOUR_MS = 3_600_000;
const CATEGORY_WORD = { crib: '婴儿床', walker: '学步车', pacifier: '安抚奶嘴', '': '收纳箱' } as const;

/** A file of these declarations as CSV; numbers are unique in each year of declaration. */
export function clearanceFile(shipments: readonly Shipment[]): string {
  const header = 'declaration_no,direction,customs_office,category,channel,declared_at,released_at';
  const rows = shipments.map((one, index) => {
    const declared = new Date(one.declared_ms);
    // The year of acceptance is China's.
    const year = new Date(one.declared_ms + 8 * HOUR_MS).getUTCFullYear();
    const number = `${one.office}${year}0${String(index + 1).padStart(9, '0')}`;
    const released = new Date(one.declared_ms + Math.round(one.hours * 3600) * 1000);
    return [
      number,
      'export',
      one.office,
      CATEGORY_WORD[one.category],
      one.channel,
      declared.toISOString(),
      released.toISOString(),
    ].join(',');
  });
  return [header, ...rows].join('\n');
}

/** Repeatable numbers from 0 to below 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
