import type { Segment } from '#lib/domain/rules/diff-run.ts';
import type { TextDiff } from '#lib/domain/rules/diff-text.ts';
import type { Language, Text, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { TopicNames } from '#lib/i18n/topic-names.ts';
import { titleIn } from '#lib/i18n/title-in.ts';
import type { Content, FoundSearch, Reason, ToldEvent, ToldImpact } from './content.ts';
import { escalatedSentences } from './escalated-message.ts';
import { eventText } from './event-text.ts';
import { impactSentence } from './impact-text.ts';
import { foundIn, listed, whyOf } from './why-text.ts';

/** What a firm reads: what changed, from when, what it means for it, what to do by when, and why it is told. */
export type Message = {
  kind: string;
  event_id: string;
  alert_id: string;
  subject_id: string | null;
  occurred_at: Date;
  /** What the event itself says, for programs. */
  event: Record<string, unknown>;
  language: Language;
  title: string;
  changed: string;
  from: string | null;
  /** The first day of force of a rule that was published; not of a proposal. */
  day: string | null;
  means: string | null;
  /** What it does to products, for programs and tables; null where that is not known. */
  impact: ToldImpact | null;
  to_do: string;
  why: string;
  /** The saved searches that it came by, with the places. */
  found: FoundSearch[];
  url: string;
  /** The head of the hash chain at publication, as a witness outside of us. */
  chain: string | null;
  clauses: ClauseChange[];
};

export type ClauseChange = {
  path: string;
  title: string | null;
  change: 'added' | 'removed' | 'changed' | 'moved';
  segments: Segment[];
};

export type Told = {
  alert_id: string;
  language: Language;
  /** Where links lead. */
  address: string;
  /** The subscriptions of the recipient that it fits; none for what concerns their own deliveries. */
  reasons: readonly Reason[];
  impact: ToldImpact | null;
};

/** Clauses whose texts are shown; the others are named, and a link leads to all of them. */
const CLAUSES_MAX = 12;
const NAMES_MAX = 20;

export function messageOf(content: Content, told: Told): Message {
  const text = textsOf(told.language);
  const { path, ...said } = saidToAll(content, told.language);
  return {
    ...said,
    alert_id: told.alert_id,
    means: meansOf(content, told.impact, text),
    impact: told.impact,
    why: whyOf(content.event, told.reasons, { known: namesFrom(content, told.language), text }),
    found: foundIn(told.reasons),
    url: told.address + path,
    ...escalatedSentences(content.event, { text, address: told.address }),
  };
}

/** What the things are called that the event is about, as far as it says so itself. */
function namesFrom({ event, rule }: Content, language: Language): TopicNames {
  const slug = said(event, 'pending_item');
  const pending = pendingTitle(event, language);
  const instrument = rule && titleIn(language, rule.instrument).shown;
  return {
    instruments: rule && instrument ? { [rule.instrument.slug]: instrument } : {},
    pending_items: slug && pending ? { [slug]: pending } : {},
  };
}

/** The pending item that an event is about, in the language of whoever reads. */
function pendingTitle(event: ToldEvent, language: Language): string | null {
  const field = event.kind === 'pending_item.moved' ? 'title' : 'pending_item_title';
  return (language === 'zh-CN' ? said(event, `${field}_zh`) : null) ?? said(event, field);
}

type SaidToAll = Omit<Message, 'alert_id' | 'means' | 'impact' | 'why' | 'found' | 'url'> & { path: string };

/** A change is told to thousands within minutes: what it says to all of them is put into words once. */
const said_to_all = new WeakMap<Content, Map<Language, SaidToAll>>();

function saidToAll(content: Content, language: Language): SaidToAll {
  const known = said_to_all.get(content) ?? new Map<Language, SaidToAll>();
  said_to_all.set(content, known);
  const said = known.get(language) ?? sayToAll(content, language);
  known.set(language, said);
  return said;
}

function sayToAll(content: Content, language: Language): SaidToAll {
  const text = textsOf(language);
  const { event } = content;
  const own = eventText(event, { text, language });
  return {
    kind: event.kind,
    event_id: event.id,
    subject_id: event.subject_id,
    event: event.data,
    occurred_at: event.occurred_at,
    language,
    title: own?.title ?? titleOf(content, language, text),
    changed: own?.changed ?? changedOf(content, text),
    from: fromOf(content, text),
    day: dayOf(content),
    to_do: own?.to_do ?? toDoOf(content, text),
    chain: chainOf(event, text),
    clauses: clausesOf(content),
    path: own?.path ?? pathOf(content),
  };
}

const TITLES: Readonly<Record<string, TextKey>> = {
  'rule.published': 'alerts.message.rule_published',
  'rule.withdrawn': 'alerts.message.rule_withdrawn',
  'pending_item.moved': 'alerts.message.pending_item_moved',
  'signal.confirmed': 'alerts.message.signal_confirmed',
  'decision.changed': 'alerts.message.decision_changed',
  'report.expiring': 'alerts.message.report_expiring',
  'lab.changed': 'alerts.message.lab_changed',
  'clearance.threshold': 'alerts.message.clearance_threshold',
  'code.changed': 'alerts.message.code_changed',
  'source.unhealthy': 'alerts.message.source_unhealthy',
  'endpoint.failing': 'alerts.message.endpoint_failing',
  'alert.escalated': 'escalation.message.title',
};

/** States of sources and pending items, as events name them. */
const STATES: Readonly<Record<string, TextKey>> = {
  new: 'alerts.state.new',
  healthy: 'alerts.state.healthy',
  silent: 'alerts.state.silent',
  changed_layout: 'alerts.state.changed_layout',
  blocked: 'alerts.state.blocked',
  failing: 'alerts.state.failing',
  paused: 'alerts.state.paused',
  announced: 'alerts.state.announced',
  under_study: 'alerts.state.under_study',
  drafted: 'alerts.state.drafted',
  consultation: 'alerts.state.consultation',
  issued: 'alerts.state.issued',
  in_force: 'alerts.state.in_force',
  withdrawn: 'alerts.state.withdrawn',
};

const ENDPOINT_STATES: Readonly<Record<string, TextKey>> = {
  dead_letter: 'alerts.endpoint.dead_letter',
  paused: 'alerts.endpoint.paused',
  disabled: 'alerts.endpoint.disabled',
};

function titleOf({ event, rule }: Content, language: Language, text: Text): string {
  const key = TITLES[event.kind];
  const of_pending = event.kind === 'pending_item.moved' ? pendingTitle(event, language) : null;
  const title = rule ? (titleIn(language, rule.instrument).shown ?? '') : (of_pending ?? nameOf(event, text));
  if (!key) return title || event.kind;
  return text(key, {
    title,
    label: rule?.version.label ?? said(event, 'label') ?? '',
    state: stateOf(event, text),
  });
}

/** What the event is about, by the first name that it gives. */
function nameOf(event: ToldEvent, text: Text): string {
  if (event.kind === 'endpoint.failing') return said(event, 'name') ?? text('alerts.endpoint.mail');
  for (const field of ['title', 'name', 'reference', 'cnas_id', 'report_no', 'code', 'pending_item', 'slug'])
    if (said(event, field)) return said(event, field) ?? '';
  return event.about.pending_items[0] ?? event.about.instruments[0] ?? '';
}

function stateOf(event: ToldEvent, text: Text): string {
  const state = said(event, 'to_state') ?? said(event, 'health') ?? said(event, 'state') ?? '';
  const key = STATES[state];
  return key ? text(key) : state;
}

function said(event: ToldEvent, field: string): string | null {
  const value = event.data[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

function changedOf({ event, rule }: Content, text: Text): string {
  if (event.kind === 'endpoint.failing') {
    const key = ENDPOINT_STATES[said(event, 'state') ?? ''];
    return key ? text(key) : '';
  }
  if (event.kind === 'rule.withdrawn')
    return text('alerts.message.withdrawn', { reason: said(event, 'reason') ?? '' });
  if (!rule) return said(event, 'summary') ?? said(event, 'note') ?? stateOf(event, text);
  const changed = changedPathsOf(event);
  if (changed.length === 0) return text('alerts.message.whole_text');
  const key = changed.length > NAMES_MAX ? 'alerts.message.clauses_many' : 'alerts.message.clauses';
  return text(key, { n: changed.length, clauses: listed(changed.slice(0, NAMES_MAX), text) });
}

function changedPathsOf(event: ToldEvent): string[] {
  const { changed_paths } = event.data;
  return Array.isArray(changed_paths) ? changed_paths.filter((path) => typeof path === 'string') : [];
}

function fromOf({ event, rule }: Content, text: Text): string | null {
  if (!rule || event.kind === 'rule.withdrawn') return null;
  const { stage, valid_from, is_repeal } = rule.version;
  if (stage !== 'published') return text('alerts.message.proposal');
  if (valid_from === null) return text('alerts.message.day_open');
  return text(is_repeal ? 'alerts.message.ends' : 'alerts.message.in_force', { day: valid_from });
}

function dayOf({ event, rule }: Content): string | null {
  return rule && event.kind === 'rule.published' && rule.version.stage === 'published'
    ? rule.version.valid_from
    : null;
}

/** Only a rule changes what is asked of products. */
function meansOf({ event, rule }: Content, impact: ToldImpact | null, text: Text): string | null {
  if (!rule) return null;
  if (impact) return impactSentence(impact, text);
  return text(event.data.is_judged === false ? 'impact.not_judged' : 'impact.open');
}

function toDoOf({ event, rule }: Content, text: Text): string {
  if (event.kind === 'source.unhealthy') return text('alerts.message.check_source');
  if (event.kind === 'endpoint.failing') return text('alerts.message.mend_endpoint');
  const day = dayOf({ event, rule });
  // A day that is past when it is told leaves no "before".
  const is_ahead = day !== null && day > event.occurred_at.toISOString().slice(0, 10);
  return is_ahead ? text('alerts.message.read_by', { day }) : text('alerts.message.read_now');
}

function pathOf({ event, rule }: Content): string {
  if (rule) {
    const day = rule.version.valid_from;
    return `/rules/${rule.instrument.slug}${day === null ? '' : `?on=${day}`}`;
  }
  if (event.kind === 'endpoint.failing') return '/alerts/endpoints';
  if (event.kind === 'code.changed') return `/eligibility/codes/${said(event, 'declaration_no') ?? ''}`;
  return event.kind.startsWith('pending_item.') || /^(signal|source)\./.test(event.kind)
    ? '/watch'
    : '/alerts';
}

function chainOf({ data }: ToldEvent, text: Text): string | null {
  const { chain } = data;
  if (typeof chain !== 'object' || chain === null || !('sequence' in chain) || !('sha256' in chain))
    return null;
  return text('alerts.message.chain', { sequence: String(chain.sequence), sha256: String(chain.sha256) });
}

/** The texts of the clauses that changed, as runs that were removed, added or kept. */
function clausesOf({ event, rule }: Content): ClauseChange[] {
  if (!rule || event.kind !== 'rule.published') return [];
  if (!rule.comparison)
    return rule.provisions.slice(0, CLAUSES_MAX).map(({ path, title, text }) => ({
      path,
      title,
      change: 'added',
      segments: [{ op: 'added', text, is_limit: false }],
    }));
  const changes: ClauseChange[] = [];
  for (const { change, before, after, text } of rule.comparison.diff.provisions) {
    if (change === 'unchanged' || changes.length === CLAUSES_MAX) continue;
    const shown = after ?? before;
    changes.push({
      path: shown?.path ?? '',
      title: shown?.title ?? null,
      change,
      segments: segmentsOf(text),
    });
  }
  return changes;
}

/** A table is read row by row: mail programs keep text, and not every layout. */
function segmentsOf(diff: TextDiff): Segment[] {
  return diff.blocks.flatMap((block) =>
    block.kind === 'text'
      ? block.segments
      : block.rows.flatMap((row) => [
          ...row.cells.flatMap((cell, index) => [
            ...(index > 0 ? [{ op: 'same' as const, text: ' | ', is_limit: false }] : []),
            ...cell,
          ]),
          { op: 'same' as const, text: '\n', is_limit: false },
        ]),
  );
}
