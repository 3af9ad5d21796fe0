import { CHANNEL_COLOUR } from '#lib/charts/channel-style.ts';
import { CHANNELS } from '#lib/domain/clearance/measure.ts';
import type { RankedHours } from '#lib/domain/clearance/overview.ts';
import { CHANNEL_NAME } from '#lib/i18n/names.ts';
import type { Language, Text } from '#lib/i18n/text.ts';
import type { Evidence } from './evidence.ts';

/** A row of a table of the overview, with where its name and its n lead. */
export type TableRow = RankedHours & {
  shown: string;
  code?: string;
  href: string;
  records: string;
  colour?: string;
};

type Said = { text: Text; language: Language };

export function laneRows(lanes: readonly RankedHours[], evidence: Evidence, { text }: Said): TableRow[] {
  return CHANNELS.flatMap((channel) => {
    const lane = lanes.find(({ key }) => key === channel);
    if (!lane) return [];
    return [
      {
        ...lane,
        shown: text(CHANNEL_NAME[channel]),
        colour: CHANNEL_COLOUR[channel],
        href: evidence.hours({ channel }),
        records: evidence.records({ channel }),
      },
    ];
  });
}

export function officeRows(offices: readonly RankedHours[], evidence: Evidence, said: Said): TableRow[] {
  return offices.map((row) => ({
    ...row,
    code: row.key,
    shown: nameOf(row, said.language) ?? '',
    href: evidence.hours({ office: row.key }),
    records: evidence.records({ office: row.key }),
  }));
}

export function categoryRows(categories: readonly RankedHours[], evidence: Evidence, said: Said): TableRow[] {
  return categories.map((row) => ({
    ...row,
    shown: nameOf(row, said.language) ?? row.key,
    href: evidence.hours({ category: row.key }),
    records: evidence.records({ category: row.key }),
  }));
}

function nameOf({ name, name_zh }: RankedHours, language: Language): string | null {
  return language === 'zh-CN' ? (name_zh ?? name) : (name ?? name_zh);
}

/** One scale for every bar of the page, from zero, named in the head of its column. */
export function scaleOf(rows: readonly RankedHours[]): number {
  return Math.ceil(Math.max(12, ...rows.map(({ hours }) => hours.mean_hours * 1.25)) / 4) * 4;
}
