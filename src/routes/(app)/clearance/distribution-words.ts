import { channelNameKey } from '#lib/i18n/names.ts';
import type { View } from '#lib/i18n/view.ts';
import type { DistributionFigure } from './panels.ts';

type Reader = Pick<View, 'text' | 'format'>;

/** Steps narrower than an hour need decimals to be told apart. */
function shownHours(hours: number, { format }: Reader): string {
  return Number.isInteger(hours) ? String(hours) : format.decimal(hours, hours < 1 ? 2 : 1);
}

/** `to` is null for the last step, which has no end. */
export function stepName({ from, to }: { from: number; to: number | null }, reader: Reader): string {
  const { text } = reader;
  return to === null
    ? text('dashboard.distribution.beyond', { from: shownHours(from, reader) })
    : text('dashboard.distribution.bin', { from: shownHours(from, reader), to: shownHours(to, reader) });
}

/** A distribution in words, the same on the page and in its picture. */
export function distributionWords(figure: DistributionFigure, reader: Reader) {
  const { text, format } = reader;
  const { layout, channels, not_drawn, is_exact, top_hours } = figure;
  const names = layout.channels.map(({ channel }) => text(channelNameKey(channel)));
  return {
    names,
    unit: text('dashboard.distribution.unit'),
    ticks: layout.ticks.map(({ share, y }) => ({ y, shown: format.decimal(share * 100, 0) })),
    steps: layout.steps.map(({ x, hours, is_beyond }) => ({
      x,
      shown: `${shownHours(hours, reader)}${is_beyond ? '+' : ''}`,
      is_spare: false,
    })),
    marks: layout.channels.map(({ median, p90 }, index) => ({
      name: text('dashboard.distribution.named', {
        name: names[index] ?? '',
        median: format.hours(median.hours),
      }),
      detail: text('dashboard.distribution.named_p90', { p90: format.hours(p90.hours) }),
    })),
    reading: format.sentences(
      text('dashboard.distribution.reading'),
      ...channels.map(
        ({ n, beyond }, index) =>
          beyond > 0 &&
          text('dashboard.distribution.kept', {
            name: names[index] ?? '',
            percent: format.percent(beyond / n),
            hours: shownHours(top_hours, reader),
          }),
      ),
      not_drawn > 0 && text('dashboard.not_drawn', { n: not_drawn }),
      text(is_exact ? 'dashboard.distribution.exact' : 'dashboard.distribution.sketch'),
    ),
  };
}
