import type { PictureText } from '#lib/charts/picture/picture.ts';
import type { Dashboard } from '#lib/domain/clearance/dashboard.ts';
import { formats } from '#lib/i18n/format.ts';
import { DIRECTION_NAME } from '#lib/i18n/names.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { aboutBaseline } from '#lib/server/clearance/export-about.ts';
import { chinaTime } from '#lib/server/exports/sheet.ts';
import { findingOf } from '../finding.ts';
import { besideName, filtersOf } from './filters.ts';
import { comparedText, findingText } from './finding-text.ts';
import type { Names } from './names.ts';
import type { TakenFromPage } from './taken.ts';

/** What a picture of the clearance page says around its chart, so that it can be quoted alone. */
export function pictureText(
  taken: TakenFromPage,
  { baseline, min_n, total }: Pick<Dashboard, 'baseline' | 'min_n' | 'total'>,
  about: {
    names: Names;
    /** What is drawn. */
    panel: string;
    /** How the chart is read. */
    reading: string;
  },
): PictureText {
  const { firm, asked, language, now, page_url } = taken;
  const text = textsOf(language);
  const format = formats(language, NaN);
  const span = format.span(asked.from, asked.to);
  const summed = total.ok ? total.value : { now: null, then: null };
  const beside = besideName(asked.comparison, about.names, { text, language });
  const filters = filtersOf(asked, about.names, { text, language }).map(({ said }) => said);
  const described = aboutBaseline(baseline?.comparable ? baseline : null, taken).map(([label, said], index) =>
    // The first says itself what it is.
    index === 0 ? said : text('exports.picture.about', { label, said: said.replace(/[.。]$/, '') }),
  );
  return {
    language,
    title: format.sentences(
      findingText(findingOf(summed.now), { measure: asked.measure, span }, { text, format }),
      comparedText(summed, beside, { text, format }),
    ),
    subtitle: text('exports.picture.subtitle', {
      panel: about.panel,
      filters: [text(DIRECTION_NAME[asked.direction]), ...filters].join(text('shell.list.separator')),
      span,
      n: format.count(summed.now?.n ?? 0),
    }),
    notes: [
      about.reading,
      format.sentences(text('exports.about.definition_body'), text('overview.evidence.few', { min_n })),
      format.sentences(...described),
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
