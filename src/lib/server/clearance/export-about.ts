import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { Comparison } from '#lib/domain/clearance/dashboard.ts';
import { NOT_GIVEN, type Stage } from '#lib/domain/clearance/measure.ts';
import type { ComparedBaseline } from '#lib/domain/clearance/overview.ts';
import { baselineWords } from '#lib/i18n/baseline-words.ts';
import { formats } from '#lib/i18n/format.ts';
import { channelNameKey, DIRECTION_NAME, MEASURE_NAME, STAGE_NAME } from '#lib/i18n/names.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { chinaTime, type About } from '#lib/server/exports/sheet.ts';
import type { Named } from '#lib/server/reference/read.ts';
import type { HoursQuery } from './metrics.ts';
import { whyNotText } from './problem-text.ts';

/** Who takes which numbers out, when, and where the page with the same query is. */
export type Taken = {
  firm: Firm;
  query: HoursQuery;
  /** What the page compares with. */
  comparison: Comparison;
  language: Language;
  now: Date;
  /** Address of the page that shows the same numbers. */
  page_url: string;
};

export type Described = {
  title: string;
  /** What is listed instead of the measure of the query. */
  stage?: Stage;
  n: number;
  min_n: number;
  data_to: string | null;
  office: Named | null;
  category: Named | null;
  baseline: ComparedBaseline | null;
  not_comparable: readonly ComparedBaseline[];
};

/** What to know of exported hours: whose, when, which, how defined, against what, and where to look again. */
export function aboutHours(taken: Taken, described: Described, rows_written: number): About {
  const { firm, query, language, now, page_url } = taken;
  const { title, n, data_to, baseline, not_comparable } = described;
  const text = textsOf(language);
  const format = formats(language, NaN);
  return [
    [text('exports.about.contents'), title],
    [
      text('exports.about.firm'),
      firm.is_sample ? text('exports.about.sample', { firm: firm.name }) : firm.name,
    ],
    [text('exports.about.written'), text('exports.about.china_time', { at: chinaTime(now) })],
    [
      text('clearance.page.measure'),
      text(described.stage ? STAGE_NAME[described.stage] : MEASURE_NAME[query.measure]),
    ],
    [text('clearance.page.direction'), text(DIRECTION_NAME[query.direction])],
    [text('clearance.page.between'), text('exports.about.period', { from: query.from, to: query.to })],
    ...(query.district ? [[text('dashboard.district'), query.district] as const] : []),
    [text('clearance.page.office'), chosen(query.customs_office, described.office, taken)],
    [text('clearance.page.category'), chosen(query.category, described.category, taken)],
    [
      text('clearance.page.channel'),
      text(query.channel ? channelNameKey(query.channel) : 'exports.about.all'),
    ],
    [text('exports.about.n'), format.count(n)],
    [text('exports.about.rows'), format.count(rows_written)],
    ...(data_to ? [[text('exports.about.data_to'), data_to] as const] : []),
    [text('exports.about.definition'), text('exports.about.definition_body')],
    [text('exports.about.quantiles'), text('exports.about.quantiles_body')],
    [text('exports.about.small_n'), text('exports.about.small_n_body', { min_n: described.min_n })],
    ...aboutBaseline(baseline, taken),
    ...not_comparable.map((one) => [text('exports.about.not_compared'), aside(one, taken)] as const),
    [text('exports.about.page'), page_url],
  ];
}

function chosen(value: string | undefined, named: Named | null, { language }: Taken): string {
  if (value === undefined) return textsOf(language)('exports.about.all');
  if (value === NOT_GIVEN) return textsOf(language)('clearance.page.not_given');
  const name = nameOf(named, language);
  return name && name !== value ? `${value} ${name}` : value;
}

export function nameOf(named: Named | null, language: Language): string | null {
  if (!named) return null;
  return language === 'zh-CN' ? (named.name_zh ?? named.name) : (named.name ?? named.name_zh);
}

/** The baseline of an answer: what it is, then what it was made of, and from where. */
export function aboutBaseline(baseline: ComparedBaseline | null, { language }: Taken): About {
  const text = textsOf(language);
  const format = formats(language, NaN);
  if (!baseline) return [[text('exports.about.baseline'), text('clearance.page.no_baseline')]];
  const hours = format.decimal(baseline.hours, 2);
  const { hours_low, hours_high, source_url } = baseline;
  const { population, source_title, derivation, note } = baselineWords(baseline, language);
  return [
    [
      text('exports.about.baseline'),
      format.sentences(
        text(baseline.is_derived ? 'exports.about.baseline_derived' : 'exports.about.baseline_published', {
          hours,
        }),
        hours_low !== null &&
          hours_high !== null &&
          text('exports.about.baseline_range', {
            low: format.decimal(hours_low, 2),
            high: format.decimal(hours_high, 2),
          }),
        !baseline.definition_confirmed && text('overview.evidence.unconfirmed'),
        baseline.why_not && whyNotText(baseline.why_not, language),
      ),
    ],
    [text('exports.about.population'), population],
    ...(derivation ? [[text('exports.about.derivation'), derivation] as const] : []),
    [text('exports.about.source'), [source_title, source_url].filter(Boolean).join(' ')],
    ...(note ? [[text('exports.about.note'), note] as const] : []),
  ];
}

function aside(one: ComparedBaseline, { language }: Taken): string {
  const format = formats(language, NaN);
  return format.sentences(
    textsOf(language)('exports.about.aside', {
      hours: format.decimal(one.hours, 2),
      period: [one.period_from, one.period_to].filter(Boolean).join(' – '),
      source: [baselineWords(one, language).source_title, one.source_url].filter(Boolean).join(' '),
    }),
    one.why_not && whyNotText(one.why_not, language),
  );
}
