import { z } from 'zod';
import { LAB_STATUSES, readCnasId, type LabRecord } from '#lib/domain/eligibility/lab.ts';
import { standardAsStored, type LabInput } from '#lib/domain/eligibility/lab-input.ts';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { parseClause } from '#lib/domain/text/clauses.ts';
import { dayInChina, isDay } from '#lib/domain/text/calendar-day.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { readRegister } from './portfolio.ts';
import { labDetail, listLabs, newestRecord, recordLab, type ListedLab } from './lab-register.ts';

/** Firms read the register with their portfolio; the operator keeps it as it keeps rules. */
const READ = {
  scope: 'portfolio:read',
  operator_scope: ['portfolio:read', 'rules:read'],
  side: 'either',
} as const;
export const LAB_WRITE = {
  scope: 'portfolio:write',
  operator_scope: ['portfolio:write', 'rules:write'],
  side: 'operator',
} as const;

const KEY = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/), z.uuid()]);
const SITES_MAX = 100;
/** The scope of a large laboratory has some thousand lines. */
const SCOPE_LINES_MAX = 5_000;

export const legalDay = z.string().refine(isDay, 'is not a day such as 2026-05-13');
const name = z.string().trim().min(1).max(300);
const clause = z
  .string()
  .max(60)
  .transform((written, context): string => {
    const path = parseClause(written);
    if (path !== null) return path;
    context.addIssue({ code: 'custom', message: 'is not a clause such as 4.12 or A.2' });
    return z.NEVER;
  });
const scopeLine = z.object({
  standard: z.string().trim().min(1).max(100).transform(standardAsStored),
  clauses: z.array(clause).min(1).max(1000).nullable().default(null).describe('Absent: the whole standard.'),
  limitation: z.string().trim().min(1).max(1000).nullable().default(null),
});
const siteFields = z.object({
  name,
  address: z.string().trim().min(1).max(500).nullable().default(null),
  is_accredited: z.boolean().default(true),
});
const site = z.union([
  siteFields,
  name.transform((written) => ({ name: written, address: null, is_accredited: true })),
]);
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const moment = z.union([instant, legalDay.transform((day) => new Date(`${day}T00:00:00+08:00`))]);

const told = {
  name_zh: name.nullable(),
  status: z.enum(LAB_STATUSES),
  valid_from: legalDay.nullable().describe('The first day of which this record speaks.'),
  valid_to: legalDay.nullable().describe('The last day of which this record speaks.'),
  sites: z.array(site).max(SITES_MAX),
  scope: z.array(scopeLine).max(SCOPE_LINES_MAX),
  evidence: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .nullable()
    .describe('What was looked at, such as the entry of the registry.'),
  evidence_document_id: z.uuid().nullable(),
  verified_at: moment.nullable(),
  verified_by: z.string().trim().min(1).max(200).nullable(),
  note: z.string().trim().min(1).max(1000).nullable(),
};

const newLab = z.object({
  cnas_id: z.string().trim().min(1).max(200),
  name,
  name_zh: told.name_zh.default(null),
  status: told.status.default('unverified'),
  valid_from: told.valid_from.default(null),
  valid_to: told.valid_to.default(null),
  sites: told.sites.default([]),
  scope: told.scope.default([]),
  evidence: told.evidence.default(null),
  evidence_document_id: told.evidence_document_id.default(null),
  verified_at: told.verified_at.default(null),
  verified_by: told.verified_by.default(null),
  note: told.note.default(null),
});

const record = z.looseObject({
  id: z.string(),
  cnas_id: z.string(),
  name: z.string(),
  name_zh: z.string().nullable(),
  status: z.enum(LAB_STATUSES),
  valid_from: z.string().nullable(),
  valid_to: z.string().nullable(),
  sites: z.array(z.looseObject({ name: z.string() })),
  scope: z.array(z.looseObject({ standard: z.string() })),
  evidence: z.string().nullable(),
  evidence_document_id: z.string().nullable(),
  verified_at: z.iso.datetime().nullable(),
  verified_by: z.string().nullable(),
  recorded_at: z.iso.datetime(),
});

export const getLabs = operation({
  method: 'get',
  path: '/labs',
  tag: 'Eligibility',
  summary: 'The register of laboratories',
  description: 'Each with its newest record. The register is kept by the operator and only added to.',
  access: READ,
  query: z.object({
    ...pageFields(KEY),
    q: z.string().trim().min(1).max(200).optional().describe('Part of a name or number.'),
    status: z.enum(LAB_STATUSES).optional(),
  }),
  response: {
    description: 'Laboratories, the last changed first.',
    schema: pageSchema(record.extend({ status_today: z.enum(LAB_STATUSES), records: z.number() })),
  },
  run: async ({ app, firm, query }) => {
    const { limit, cursor, q, status } = query;
    const asked = { limit, after: cursor ?? null, q: q ?? null, status: status ?? null };
    const page = await readRegister(app, firm?.id ?? null, (tx) =>
      listLabs(tx, { ...asked, today: dayInChina(app.now()) }),
    );
    return { ...page, items: page.items.map(answered) };
  },
});

export const getLab = operation({
  method: 'get',
  path: '/labs/{cnas_id}',
  tag: 'Eligibility',
  summary: 'A laboratory with its history',
  access: READ,
  params: z.object({ cnas_id: z.string().max(200) }),
  query: z.object({
    on: legalDay.optional().describe('The day of the test; today unless said.'),
    known_at: instant.optional().describe('The register as it was recorded then.'),
  }),
  response: {
    description: 'What the register says of the day, and every record, the newest first.',
    schema: record.extend({
      on: z.string(),
      status_on_day: z.enum(LAB_STATUSES).nullable(),
      history: z.array(record),
    }),
  },
  run: async ({ app, firm, params, query }) => {
    const cnas_id = cnasIdOf(params.cnas_id, 404);
    const day = query.on ?? dayInChina(app.now());
    const found = await readRegister(app, firm?.id ?? null, (tx) =>
      labDetail(tx, { cnas_id, day, known_at: query.known_at ?? null }),
    );
    const [newest] = found?.history ?? [];
    if (!found || !newest) refuse(404, `The register holds no laboratory ${cnas_id}.`);
    return {
      ...answered(found.on_day?.record ?? newest),
      on: day,
      status_on_day: found.on_day?.status ?? null,
      history: found.history.map(answered),
    };
  },
});

export const postLab = operation({
  method: 'post',
  path: '/labs',
  tag: 'Eligibility',
  summary: 'Record a laboratory, or a change of one',
  description:
    'Adds a record; earlier ones stay. A record that says the same as the newest one adds nothing. Verified needs evidence and the moment of verification (now, unless said).',
  access: LAB_WRITE,
  is_idempotent: true,
  body: newLab,
  response: { status: 201, description: 'The record.', schema: record },
  run: async ({ app, actor, body }) => {
    requireKeeper(actor);
    const given = { ...body, cnas_id: cnasIdOf(body.cnas_id, 422) };
    const input = checked(given, { actor, now: app.now() });
    const { record: recorded } = await asOperator(app.db, (tx) => recordLab(tx, input, actor.id));
    return answered(recorded);
  },
});

export const patchLab = operation({
  method: 'patch',
  path: '/labs/{cnas_id}',
  tag: 'Eligibility',
  summary: 'Record a change of a laboratory',
  description: 'What is not sent stays as the newest record says. Earlier records stay.',
  access: LAB_WRITE,
  params: z.object({ cnas_id: z.string().max(200) }),
  body: z.strictObject({ name, ...told }).partial(),
  response: { description: 'The new record.', schema: record },
  run: async ({ app, actor, params, body }) => {
    requireKeeper(actor);
    const cnas_id = cnasIdOf(params.cnas_id, 404);
    return asOperator(app.db, async (tx) => {
      const newest = await newestRecord(tx, cnas_id);
      if (!newest) refuse(404, `The register holds no laboratory ${cnas_id}.`);
      const { id: _, recorded_at: __, ...known } = newest;
      const input = checked({ ...known, ...body }, { actor, now: app.now() });
      return answered((await recordLab(tx, input, actor.id)).record);
    });
  },
});

/** Laboratories are the analysts' work; a key is an actor of its own, and its scope is enough. */
export function mayKeepLabs(actor: Actor | null): boolean {
  if (!actor) return false;
  const has_scope = LAB_WRITE.operator_scope.some((scope) => actor.operator_scopes.includes(scope));
  return has_scope && (actor.kind === 'key' || actor.operator_roles.includes('analyst'));
}

export function requireKeeper(actor: Actor): void {
  if (!mayKeepLabs(actor)) refuse(403, 'The register of laboratories is kept by analysts of the operator.');
}

/** `CNAS L1234` of any printed form; another kind of body is refused by name. */
function cnasIdOf(written: string, status: 404 | 422): string {
  const read = readCnasId(written);
  if (!read.ok)
    refuse(
      status,
      read.problem === 'ambiguous'
        ? `${written} holds several numbers of laboratories; send one.`
        : `${written} is not a number of the accreditation body such as CNAS L1234.`,
      [
        {
          pointer: '/cnas_id',
          field: 'cnas_id',
          code: read.problem,
          message: 'is not one number such as CNAS L1234',
        },
      ],
    );
  if (read.kind !== 'testing')
    refuse(
      status,
      `${read.cnas_id} is not a testing laboratory: those have the letter L. Other bodies issue no test reports.`,
      [
        {
          pointer: '/cnas_id',
          field: 'cnas_id',
          code: 'not_testing',
          message: 'is not a testing laboratory',
        },
      ],
    );
  return read.cnas_id;
}

function checked(given: LabInput, by: { actor: Actor; now: Date }): LabInput {
  const { valid_from, valid_to } = given;
  const problem = (field: string, code: string, message: string): never =>
    refuse(422, `The body cannot be used: ${field} ${message}.`, [
      { pointer: `/${field}`, field, code, message },
    ]);
  if (valid_from !== null && valid_to !== null && valid_to < valid_from)
    problem('valid_to', 'backwards', 'is before valid_from');
  if (given.status !== 'verified') return given;
  if (given.evidence === null && given.evidence_document_id === null)
    problem('evidence', 'missing', 'is missing: say what was looked at to verify the laboratory');
  return {
    ...given,
    verified_at: given.verified_at ?? by.now,
    verified_by: given.verified_by ?? by.actor.name.slice(0, 200),
  };
}

function answered<T extends LabRecord | ListedLab>(one: T) {
  return {
    ...one,
    verified_at: one.verified_at?.toISOString() ?? null,
    recorded_at: one.recorded_at.toISOString(),
  };
}
