import type { PendingState, SignalState } from '#lib/domain/watch/pending-item.ts';
import type { Language, Text, TextKey } from './text.ts';

export const PENDING_STATE_NAME = {
  announced: 'watch.state.announced',
  under_study: 'watch.state.under_study',
  drafted: 'watch.state.drafted',
  consultation: 'watch.state.consultation',
  issued: 'watch.state.issued',
  in_force: 'watch.state.in_force',
  withdrawn: 'watch.state.withdrawn',
} satisfies Record<PendingState, TextKey>;

export const SIGNAL_STATE_NAME = {
  open: 'watch.signal.open',
  confirmed: 'watch.signal.confirmed',
  dismissed: 'watch.signal.dismissed',
  duplicate: 'watch.signal.duplicate',
} satisfies Record<SignalState, TextKey>;

/** A name in the reader's language where there is one in it. */
export function namedIn(language: Language, name: string, name_zh: string | null): string {
  return language === 'zh-CN' ? (name_zh ?? name) : name;
}

/** What a pending item concerns: the instrument by its name, with the clause where it is about one; else nothing. */
export function concernOf(
  { instrument, provision }: { instrument: string | null; provision: string | null },
  names: Readonly<Record<string, string>>,
  text: Text,
): string {
  if (instrument === null) return '';
  const name = names[instrument] ?? instrument;
  return provision === null ? name : text('watch.board.clause', { instrument: name, clause: provision });
}
