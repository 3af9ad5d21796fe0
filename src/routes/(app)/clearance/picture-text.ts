import type { PictureText } from '#lib/charts/picture/picture.ts';
import { NOT_GIVEN } from '#lib/domain/clearance/measure.ts';
import type { HoursSummary } from '#lib/domain/clearance/overview.ts';
import { formats } from '#lib/i18n/format.ts';
import { channelNameKey, DIRECTION_NAME } from '#lib/i18n/names.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { aboutBaseline, type Taken } from '#lib/server/clearance/export-about.ts';
import { chinaTime } from '#lib/server/exports/sheet.ts';
import { findingOf } from '../finding.ts';
import { findingText } from './finding-text.ts';

/** What a picture of the clearance page says around its chart, so that it can be quoted alone. */
export function pictureText(
  taken: Taken,
  about: {
    /** What is drawn. */
    panel: string;
    total: HoursSummary | null;
    min_n: number;
    /** How the chart is read. */
    reading: string;
  },
): PictureText {
  const { firm, query, language, now, page_url } = taken;
  const { panel, total, min_n, reading } = about;
  const text = textsOf(language);
  const format = formats(language, Number(query.to.slice(0, 4)));
  const span = format.span(query.from, query.to);
  const shown = total && { ...total, faster_percent: total.is_small_n ? null : total.faster_percent };
  const filters = [
    text(DIRECTION_NAME[query.direction]),
    query.district,
    query.customs_office,
    query.category === NOT_GIVEN ? text('dashboard.category_not_given') : query.category,
    query.channel && text(channelNameKey(query.channel)),
  ];
  return {
    language,
    title: findingText(findingOf(shown), { measure: query.measure, span }, { text, format }),
    subtitle: text('exports.picture.subtitle', {
      panel,
      filters: filters.filter(Boolean).join(text('shell.list.separator')),
      span,
      n: format.count(total?.n ?? 0),
    }),
    notes: [
      format.sentences(reading, text('exports.about.definition_body')),
      format.sentences(
        ...aboutBaseline(total?.baseline ?? null, taken)
          .slice(0, 1)
          .map(([, sentence]) => sentence),
        total?.baseline && text('exports.picture.source', { source: total.baseline.source_title }),
        text('overview.evidence.few', { min_n }),
      ),
    ],
    foot: [
      text('exports.picture.foot', {
        firm: firm.is_sample ? text('exports.about.sample', { firm: firm.name }) : firm.name,
        at: text('exports.about.china_time', { at: chinaTime(now).slice(0, 16) }),
      }),
      page_url,
    ],
  };
}
