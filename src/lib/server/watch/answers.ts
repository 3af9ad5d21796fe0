import { z } from 'zod';
import { PENDING_STATES, SIGNAL_STATES } from '#lib/domain/watch/pending-item.ts';
import type { Item } from './items/item.ts';
import type { ListedItem } from './items/items.ts';
import type { Move, PendingItem } from './pending/pending-items.ts';
import type { Signal } from './signals/signals.ts';

const instant = z.iso.datetime({ offset: true });

export const spanAnswer = z.object({
  field: z.string().describe('`title`, `document_no` or `text`.'),
  start: z.int().describe('UTF-16 units of that field.'),
  end: z.int(),
});
export const excerptAnswer = z.object({
  field: z.string(),
  text: z.string(),
  spans: z.array(z.object({ start: z.int(), end: z.int() })).describe('Of this excerpt.'),
});

export const pendingAnswer = z.object({
  id: z.uuid(),
  slug: z.string(),
  title: z.string(),
  title_zh: z.string().nullable(),
  authority: z.string(),
  authority_zh: z.string().nullable(),
  state: z.enum(PENDING_STATES),
  query: z.string(),
  instrument: z.string().nullable(),
  provision: z.string().nullable(),
  owner: z.string().nullable().describe('For the operator alone.'),
  due_on: z.string().nullable(),
  reported_on: z.string().nullable(),
  note: z.string().nullable().describe('For the operator alone.'),
  source: z.string().nullable().describe('Where the installation has it from, for what it brought along.'),
  confirmed: z.boolean().describe('False while only reported.'),
  created_at: instant,
  moved_at: instant.nullable(),
  open_signals: z.int(),
  confirmed_signals: z.int(),
});

export const moveAnswer = z.object({
  from_state: z.enum(PENDING_STATES),
  to_state: z.enum(PENDING_STATES),
  is_step_back: z.boolean(),
  note: z.string().nullable(),
  evidence: z.object({
    snapshot_id: z.uuid().nullable(),
    document_id: z.uuid().nullable(),
    item_id: z.uuid().nullable(),
    title: z.string().nullable(),
  }),
  moved_by: z.string().nullable(),
  moved_at: instant,
});
export const pendingWithMoves = pendingAnswer.extend({ transitions: z.array(moveAnswer) });

export function answerPending(item: PendingItem): z.infer<typeof pendingAnswer> {
  const { owner_name, reference_source, rematch_due: _rematch_due, created_at, moved_at, ...rest } = item;
  return pendingAnswer.parse({
    ...rest,
    owner: owner_name,
    source: reference_source,
    created_at: created_at.toISOString(),
    moved_at: moved_at?.toISOString() ?? null,
  });
}

export function answerMove(move: Move): z.infer<typeof moveAnswer> {
  const { snapshot_id, document_id, evidence_item_id, evidence_title, moved_by_name, moved_at, ...rest } =
    move;
  return moveAnswer.parse({
    ...rest,
    evidence: { snapshot_id, document_id, item_id: evidence_item_id, title: evidence_title },
    moved_by: moved_by_name,
    moved_at: moved_at.toISOString(),
  });
}

export const signalAnswer = z.object({
  id: z.uuid(),
  pending_item: z.string().describe('The slug of the pending item.'),
  item: z.object({
    id: z.uuid(),
    title: z.string(),
    url: z.string().nullable(),
    document_no: z.string().nullable(),
    issued_on: z.string().nullable(),
    effective_on: z.string().nullable(),
  }),
  spans: z.array(spanAnswer),
  excerpts: z.array(excerptAnswer),
  score: z.number(),
  score_parts: z.object({ in_title: z.boolean(), places: z.int(), is_close: z.boolean() }),
  query: z.string().describe('As it was when it found the item.'),
  state: z.enum(SIGNAL_STATES),
  from_archive: z.boolean().describe('Found in what was stored before the query was written.'),
  reason: z.string().nullable(),
  decided_by: z.string().nullable(),
  decided_at: instant.nullable(),
  created_at: instant,
  draft_version_id: z.uuid().nullable(),
});

export function answerSignal(signal: Signal): z.infer<typeof signalAnswer> {
  const { pending_item, decided_by_name, decided_at, created_at, ...rest } = signal;
  return signalAnswer.parse({
    ...rest,
    pending_item: pending_item.slug,
    decided_by: decided_by_name,
    decided_at: decided_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  });
}

const sightingAnswer = z.object({ source_id: z.uuid(), url: z.string(), seen_at: instant });

export const itemAnswer = z.object({
  id: z.uuid(),
  title: z.string(),
  url: z.string().nullable(),
  document_no: z.string().nullable(),
  issued_on: z.string().nullable().describe('Legal day in Asia/Shanghai; null where no source gives one.'),
  effective_on: z.string().nullable(),
  language: z.string().nullable(),
  first_seen_at: instant,
  changed_at: instant,
  revision_no: z.int(),
  sightings: z.array(sightingAnswer),
});
export const listedItemAnswer = itemAnswer.extend({
  highlights: z.array(spanAnswer),
  excerpts: z.array(excerptAnswer),
});
export const wholeItemAnswer = itemAnswer.extend({
  text: z.string(),
  attachments: z.array(
    z.object({
      url: z.string(),
      title: z.string().nullable(),
      document_id: z.uuid().nullable(),
      state: z.enum(['pending', 'stored', 'failed']),
      problem: z
        .string()
        .nullable()
        .describe(
          'Why it is not kept, has no text (`no_text`: it holds pictures of pages, and no query finds what they say), or could not be had yet.',
        ),
    }),
  ),
  revisions: z.array(
    z.object({
      revision_no: z.int(),
      title: z.string(),
      text: z.string(),
      snapshot_id: z.uuid().nullable(),
      seen_at: instant,
    }),
  ),
  signals: z.array(
    z.object({
      id: z.uuid(),
      pending_item: z.string(),
      state: z.enum(SIGNAL_STATES),
      spans: z.array(spanAnswer),
    }),
  ),
});

export function answerListedItem(item: ListedItem): z.infer<typeof listedItemAnswer> {
  return listedItemAnswer.parse(withTimes(item));
}

export function answerItem(item: Item): z.infer<typeof wholeItemAnswer> {
  return wholeItemAnswer.parse({
    ...withTimes(item),
    attachments: item.attachments.map(({ fetch_problem, ...file }) => ({
      ...file,
      problem: file.problem ?? fetch_problem?.code ?? null,
    })),
    revisions: item.revisions.map((one) => ({ ...one, seen_at: one.seen_at.toISOString() })),
  });
}

function withTimes<T extends Pick<ListedItem, 'first_seen_at' | 'changed_at' | 'sightings'>>(item: T) {
  return {
    ...item,
    first_seen_at: item.first_seen_at.toISOString(),
    changed_at: item.changed_at.toISOString(),
    sightings: item.sightings.map((sighting) => ({ ...sighting, seen_at: sighting.seen_at.toISOString() })),
  };
}
