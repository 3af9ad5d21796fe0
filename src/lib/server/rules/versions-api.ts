import { z } from 'zod';
import { WORKFLOWS } from '#lib/domain/rules/version.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { answerVersion, summariseVersion, versionAnswer, versionSummary } from './answers.ts';
import { approveVersion } from './approve.ts';
import { draftInput, draftPatch } from './draft-input.ts';
import { createDraft, editDraft } from './draft.ts';
import { READ, slugParams, WRITE } from './instruments-api.ts';
import { findInstrument, findVersion, listVersions } from './lists.ts';
import { publishVersion, withdrawVersion } from './publish.ts';
import { orRefuse, ruleRefusal } from './refusal.ts';
import type { VersionRow } from './version.ts';

/** The longest standards have about a megabyte of text; with a translation twice that. */
const DRAFT_BYTES_MAX = 8 * 1024 * 1024;

const params = z.object({ id: z.uuid().toLowerCase() });
const page_fields = pageFields(z.tuple([z.string(), z.uuid()]));
const listed = versionSummary.extend({ workflow: z.enum(WORKFLOWS), revision: z.int() });
const list_answer = pageSchema(listed);
const one = { description: 'The version with its text.', schema: versionAnswer };

function answerPage(rows: readonly (VersionRow & { changed_at: string })[], limit: number) {
  const page = pageOf(rows, limit, ({ changed_at, id }) => [changed_at, id] as const);
  const items = page.items.map((row) => ({
    ...summariseVersion(row),
    workflow: row.workflow,
    revision: row.revision,
  }));
  return { ...page, items };
}

export const getVersions = operation({
  method: 'get',
  path: '/versions',
  tag: 'Rules',
  summary: 'Versions of all instruments',
  description: 'Drafts and approved versions are for the operator alone.',
  access: READ,
  query: z.object({
    ...page_fields,
    workflow: z
      .union([z.enum(WORKFLOWS), z.array(z.enum(WORKFLOWS))])
      .transform((value) => (Array.isArray(value) ? value : [value]))
      .optional(),
  }),
  response: { description: 'The last changed first.', schema: list_answer },
  run: async ({ app, actor, query: { limit, cursor, workflow } }) =>
    answerPage(await listVersions(app, actor, { workflow, limit, after: cursor }), limit),
});

export const getInstrumentVersions = operation({
  method: 'get',
  path: '/instruments/{slug}/versions',
  tag: 'Rules',
  summary: 'The versions of an instrument',
  access: READ,
  params: slugParams,
  query: z.object(page_fields),
  response: { description: 'The last changed first.', schema: list_answer },
  run: async ({ app, actor, params: { slug }, query: { limit, cursor } }) => {
    if (!(await findInstrument(app, actor, slug)))
      return orRefuse(ruleRefusal('instrument_unknown', { slug }));
    return answerPage(await listVersions(app, actor, { instrument: slug, limit, after: cursor }), limit);
  },
});

export const postVersion = operation({
  method: 'post',
  path: '/instruments/{slug}/versions',
  tag: 'Rules',
  summary: 'Draft a version',
  description:
    'From scratch, or from the version that `based_on` names: what is left out is taken from there. Nobody but the operator sees a draft.',
  access: WRITE,
  params: slugParams,
  is_idempotent: true,
  body: draftInput,
  body_bytes_max: DRAFT_BYTES_MAX,
  response: { ...one, status: 201 },
  run: async ({ app, actor, params: { slug }, body }) =>
    answerVersion(orRefuse(await createDraft(app, actor, slug, body)).version),
});

export const getVersion = operation({
  method: 'get',
  path: '/versions/{id}',
  tag: 'Rules',
  summary: 'A version with its text and provenance',
  access: READ,
  params,
  response: one,
  run: async ({ app, actor, params: { id } }) => {
    const version = await findVersion(app, actor, id);
    return version ? answerVersion(version) : orRefuse(ruleRefusal('version_unknown'));
  },
});

export const patchVersion = operation({
  method: 'patch',
  path: '/versions/{id}',
  tag: 'Rules',
  summary: 'Change a draft',
  description:
    'What is left out stays, null empties a field. Another revision than the one that stands is a conflict. An approved version becomes a draft again.',
  access: WRITE,
  params,
  is_idempotent: true,
  body: draftPatch,
  body_bytes_max: DRAFT_BYTES_MAX,
  response: one,
  run: async ({ app, actor, params: { id }, body }) =>
    answerVersion(orRefuse(await editDraft(app, actor, id, body)).version),
});

export const postApproval = operation({
  method: 'post',
  path: '/versions/{id}/approve',
  tag: 'Rules',
  summary: 'Approve a draft as it stands',
  description: 'By another key or person than the ones that wrote it, unless the operator lets one do both.',
  access: WRITE,
  params,
  is_idempotent: true,
  body: z
    .strictObject({ revision: z.int().min(1).optional().describe('The revision that was read.') })
    .optional(),
  response: one,
  run: async ({ app, actor, params: { id }, body }) =>
    answerVersion(orRefuse(await approveVersion(app, actor, { id, revision: body?.revision })).version),
});

export const postPublication = operation({
  method: 'post',
  path: '/versions/{id}/publish',
  tag: 'Rules',
  summary: 'Publish an approved version',
  description: 'Version, link of the hash chain and event come together or not at all; it is final.',
  access: WRITE,
  params,
  is_idempotent: true,
  body: z.strictObject({}).optional(),
  response: one,
  run: async ({ app, actor, params: { id } }) =>
    answerVersion(orRefuse(await publishVersion(app, actor, id)).version),
});

export const postWithdrawal = operation({
  method: 'post',
  path: '/versions/{id}/withdraw',
  tag: 'Rules',
  summary: 'Take a version back',
  description: 'A draft ends; what was published is void from now on and stays in the history.',
  access: WRITE,
  params,
  is_idempotent: true,
  body: z.strictObject({ reason: z.string().trim().min(1).max(2_000) }),
  response: one,
  run: async ({ app, actor, params: { id }, body: { reason } }) =>
    answerVersion(orRefuse(await withdrawVersion(app, actor, { id, reason })).version),
});
