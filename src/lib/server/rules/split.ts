import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { TEXT_CHARACTERS_MAX } from '#lib/domain/documents/limits.ts';
import { splitClauses, type SplitResult } from '#lib/domain/rules/split-clauses.ts';
import type { App } from '#lib/server/app.ts';
import { findDocument, readDocumentText } from '#lib/server/documents/document.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { mayDraft } from './rule-actor.ts';

export const splitInput = z.union([
  z.strictObject({ text: z.string().min(1).max(TEXT_CHARACTERS_MAX).describe('Pasted text.') }),
  z.strictObject({ document_id: z.uuid().describe('A stored PDF, DOCX or HTML of the operator.') }),
]);
export type SplitInput = z.infer<typeof splitInput>;

export type SplitPreview = SplitResult & {
  /** What the text was taken from, to be named in the draft; null for pasted text. */
  document: { id: string; sha256: string; file_name: string; is_truncated: boolean } | null;
};

/**
 * Cuts a pasted text or a stored document into provisions by its numbering, for a person to look at. Nothing is
 * stored: the provisions that were agreed on go into a draft.
 */
export async function previewSplit(
  app: App,
  actor: Actor,
  input: SplitInput,
): Promise<{ ok: true; preview: SplitPreview } | RuleRefusal> {
  const refused = mayDraft(actor);
  if (refused) return refused;
  if ('text' in input) return { ok: true, preview: { ...splitClauses(input.text), document: null } };
  const owner = { firm_id: null };
  const document = await findDocument(app, owner, input.document_id);
  if (!document) return ruleRefusal('document_unknown', undefined, 'document_id');
  if (document.state === 'pending') return ruleRefusal('document_waits', undefined, 'document_id');
  const text = await readDocumentText(app, owner, {
    id: document.id,
    offset: 0,
    characters: TEXT_CHARACTERS_MAX,
  });
  if (text === null || text.trim() === '')
    return ruleRefusal('document_without_text', undefined, 'document_id');
  const { id, sha256, file_name, text_truncated } = document;
  return {
    ok: true,
    preview: { ...splitClauses(text), document: { id, sha256, file_name, is_truncated: text_truncated } },
  };
}
