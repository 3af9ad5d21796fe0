/** [MS-CFB] 2.2: marks that end a chain of sectors or name no entry. */
const SECTOR_MAX = 0xfffffffa;
const NO_ENTRY = 0xffffffff;
const ENTRY_BYTES = 128;
/** A workbook with hundreds of embedded objects has some thousand entries. */
const ENTRIES_MAX = 20_000;
const IN_HEADER = 109;

/**
 * The streams at the top of a compound file ([MS-CFB]), as Word, Excel and WPS wrote before 2007: each name
 * with the place in the file where the stream begins (true for streams of 4,096 bytes or more). Those of
 * embedded objects lie deeper and are left out. A file that is cut off gives what was found.
 */
export function topLevelStreams(bytes: Uint8Array): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 512) return names;
  // 512 or 4,096 in every file; what else is written there is a broken or a hostile one.
  const sector_bytes = 1 << Math.max(9, Math.min(view.getUint16(0x1e, true), 12));
  const sectors = directorySectors(view, sector_bytes);
  const entryAt = (id: number): number | null => {
    const sector = sectors[Math.floor((id * ENTRY_BYTES) / sector_bytes)];
    if (id === NO_ENTRY || sector === undefined) return null;
    const at = (sector + 1) * sector_bytes + ((id * ENTRY_BYTES) % sector_bytes);
    return at + ENTRY_BYTES <= view.byteLength ? at : null;
  };
  const root = entryAt(0);
  const waiting = root === null ? [] : [view.getUint32(root + 0x4c, true)];
  const seen = new Set<number>();
  for (let id = waiting.pop(); id !== undefined && seen.size < ENTRIES_MAX; id = waiting.pop()) {
    const at = entryAt(id);
    if (at === null || seen.has(id)) continue;
    seen.add(id);
    const name_bytes = Math.max(0, Math.min(view.getUint16(at + 0x40, true), 64) - 2);
    const name = new TextDecoder('utf-16le').decode(bytes.subarray(at, at + name_bytes));
    names.set(name, (view.getUint32(at + 0x74, true) + 1) * sector_bytes);
    waiting.push(view.getUint32(at + 0x44, true), view.getUint32(at + 0x48, true));
  }
  return names;
}

/** The sectors of the directory, in order, by the file allocation table. */
function directorySectors(view: DataView, sector_bytes: number): number[] {
  const table = allocationSectors(view, sector_bytes);
  const per_sector = sector_bytes / 4;
  const found: number[] = [];
  const sectors_max = Math.ceil((ENTRIES_MAX * ENTRY_BYTES) / sector_bytes);
  for (let sector = view.getUint32(0x30, true); sector < SECTOR_MAX && found.length < sectors_max;) {
    found.push(sector);
    const part = table[Math.floor(sector / per_sector)];
    const at = part === undefined ? -1 : (part + 1) * sector_bytes + (sector % per_sector) * 4;
    if (at < 0 || at + 4 > view.byteLength) break;
    sector = view.getUint32(at, true);
  }
  return found;
}

/** The sectors that hold the file allocation table: 109 in the header, the rest in a chain of their own. */
function allocationSectors(view: DataView, sector_bytes: number): number[] {
  const found: number[] = [];
  for (let index = 0; index < IN_HEADER; index += 1) {
    const sector = view.getUint32(0x4c + index * 4, true);
    if (sector < SECTOR_MAX) found.push(sector);
  }
  const links = sector_bytes / 4 - 1;
  const chain_max = Math.ceil(view.byteLength / sector_bytes);
  let chain = view.getUint32(0x44, true);
  for (let length = 0; chain < SECTOR_MAX && length < chain_max; length += 1) {
    const start = (chain + 1) * sector_bytes;
    if (start + sector_bytes > view.byteLength) break;
    for (let index = 0; index < links; index += 1) {
      const sector = view.getUint32(start + index * 4, true);
      if (sector < SECTOR_MAX) found.push(sector);
    }
    chain = view.getUint32(start + links * 4, true);
  }
  return found;
}
