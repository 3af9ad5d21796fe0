import type { CheckChange } from '#lib/domain/eligibility/impact.ts';
import { OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import { impactKind } from '#lib/domain/eligibility/impact.ts';
import { impactCheckName, OUTCOME_IN_SENTENCE } from '#lib/i18n/impact-names.ts';
import type { Text } from '#lib/i18n/text.ts';
import type { Impact } from '#lib/server/eligibility/impact.ts';
import type { ImpactCounts, ToldImpact } from './content.ts';

/** Names of one sentence; the table of the alert and programs get more. */
const NAMES_MAX = 20;

/** What a change does to products, in one line: lost green first. */
export function impactSentence(impact: ToldImpact, text: Text): string {
  return impact.of === 'all' ? countsSentence(impact.counts, text) : ownSentence(impact.impact, text);
}

function ownSentence(impact: Impact, text: Text): string {
  const { total, without_report, is_supposed } = impact;
  const parts =
    total === 0 ? [text('impact.none')] : impact.groups.map((group) => groupSentence(group, impact, text));
  if (without_report > 0) parts.push(text('impact.without_report', { n: without_report }));
  const sentences = parts.join(text('impact.separator'));
  return is_supposed && total > 0 ? text('impact.supposed', { sentences }) : sentences;
}

function groupSentence({ kind, total }: Impact['groups'][number], { products }: Impact, text: Text): string {
  const named = products.filter((product) => impactKind(product) === kind).slice(0, NAMES_MAX);
  const names = named.map((product) => nameIn(kind, product, text));
  if (names.length < total) names.push(text('impact.more', { n: total - names.length }));
  const told = { n: total, products: names.join(text('alerts.message.separator')) };
  if (kind === 'shorter') return text('impact.shorter', told);
  if (kind === 'longer') return text('impact.longer', told);
  if (kind === 'checks') return text('impact.checks', told);
  const [was, would_be] = kind.split('>').map((word) => OUTCOMES.find((outcome) => outcome === word));
  return was && would_be
    ? text('impact.turn', {
        ...told,
        was: text(OUTCOME_IN_SENTENCE[was]),
        would_be: text(OUTCOME_IN_SENTENCE[would_be]),
      })
    : told.products;
}

function nameIn(kind: string, product: Impact['products'][number], text: Text): string {
  const { name, valid_until, checks } = product;
  if (kind === 'shorter' || kind === 'longer')
    return valid_until === null ? name : text('impact.until', { name, day: valid_until });
  const clauses = checkNames(checks, text);
  return kind === 'checks' && clauses ? text('impact.clauses', { name, clauses }) : name;
}

/** The checks that come out otherwise, each named once. */
function checkNames(checks: readonly CheckChange[], text: Text): string {
  return [...new Set(checks.map((check) => impactCheckName(check, text)))].join(
    text('alerts.message.separator'),
  );
}

function countsSentence({ firms, products, is_complete }: ImpactCounts, text: Text): string {
  const sentence =
    firms === null || products === null
      ? text('impact.few')
      : firms === 0
        ? text('impact.nobody')
        : text('impact.counts', { firms, products });
  return is_complete ? sentence : text('impact.partly', { sentence });
}
