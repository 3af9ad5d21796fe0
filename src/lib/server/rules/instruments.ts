import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { INSTRUMENT_KINDS } from '#lib/domain/rules/version.ts';
import { issuerId } from '#lib/domain/text/issuers.ts';
import { foldForMatch } from '#lib/domain/text/script.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { day } from './draft-input.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { mayDraft } from './rule-actor.ts';
import { readInstrument, type StoredInstrument } from './version.ts';

const AUTHORITIES_MAX = 20;
const text = (length_max: number) => z.string().trim().min(1).max(length_max);
const slug = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, {
  error: 'is not made of small letters, digits, dots and hyphens, 63 at most, such as gb-31701-2026',
});

/** Addresses of pages beside those of instruments; an instrument of that name could not be opened. */
export const RESERVED_SLUGS: readonly string[] = ['drafts', 'calendar', 'mapping', 'new', 'search'];

const authorityInput = z.union([
  text(200).describe('Its slug, or the name of one that is not known yet.'),
  z.strictObject({
    slug: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not made of small letters, digits and hyphens')
      .optional(),
    name: text(200).nullish(),
    name_zh: text(200).nullish(),
  }),
]);

export const instrumentInput = z.strictObject({
  slug: slug.refine((value) => !value.endsWith('.akn.xml'), { error: 'ends as an export does' }),
  title: text(500),
  title_translation: text(500).nullish(),
  kind: z.enum(INSTRUMENT_KINDS),
  authority: z
    .union([authorityInput, z.array(authorityInput).min(1).max(AUTHORITIES_MAX)])
    .describe('One authority or several, the one named first on the document first.'),
  language: z.enum(['zh-CN', 'en']).describe('Of the original.'),
  jurisdiction: z
    .string()
    .regex(/^[a-z]{2}(-[a-z0-9]+)*$/, 'is not a place such as cn or cn-ningbo')
    .default('cn'),
  document_no: text(200).nullish().describe('As the issuer writes it.'),
  work_number: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'is not a number such as 17 or gb-31701-2026')
    .nullish()
    .describe('The number part of its Akoma Ntoso address.'),
  issued_on: day.nullish(),
  source: text(500).nullish().describe('Who says that it is.'),
  confirmed: z.boolean().default(true),
});
export type InstrumentInput = z.input<typeof instrumentInput>;

type Made = { ok: true; instrument: StoredInstrument } | RuleRefusal;

/** Makes an instrument. Nobody but the operator sees it before its first version is published. */
export async function createInstrument(
  app: App,
  actor: Actor,
  input: z.output<typeof instrumentInput>,
): Promise<Made> {
  const refused = mayDraft(actor);
  if (refused) return refused;
  return asOperator(app.db, (tx) => insertInstrument(tx, input));
}

/** Within a transaction of the operator, by somebody whose right was checked. */
export async function insertInstrument(tx: Tx, input: z.output<typeof instrumentInput>): Promise<Made> {
  const { authority, ...row } = input;
  if (RESERVED_SLUGS.includes(input.slug)) return ruleRefusal('slug_reserved', { slug: input.slug }, 'slug');
  const inserted = await tx
    .insertInto('instrument')
    .values(row)
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return ruleRefusal('slug_taken', { slug: input.slug }, 'slug');
  const named = Array.isArray(authority) ? authority : [authority];
  const slugs = new Set<string>();
  for (const one of named) slugs.add(await authoritySlug(tx, one));
  await tx
    .insertInto('instrument_authority')
    .values(
      [...slugs].map((authority_slug, index) => ({
        instrument_id: inserted.id,
        position: index + 1,
        authority_slug,
      })),
    )
    .execute();
  const instrument = await readInstrument(tx, input.slug);
  if (!instrument) throw new Error(`instrument ${input.slug} was written and cannot be read`);
  return { ok: true, instrument };
}

/** The authority with this slug or name, made where there is none. A name that officials use leads to its id. */
async function authoritySlug(tx: Tx, given: z.output<typeof authorityInput>): Promise<string> {
  const said = typeof given === 'string' ? { name: given } : given;
  const { slug: own, name = null, name_zh = null } = { slug: undefined, name_zh: null, ...said };
  const names = [name, name_zh].filter((one) => one !== null);
  const listed = names.map((one) => issuerId(foldForMatch(one))).find((id) => id !== null);
  const made = own ?? listed ?? slugOfName(names[0] ?? '');
  const known = await tx
    .selectFrom('authority')
    .select('slug')
    .where((eb) =>
      eb.or([
        eb('slug', 'in', [made, ...names]),
        ...names.flatMap((one) => [eb('name', '=', one), eb('name_zh', '=', one)]),
      ]),
    )
    .orderBy('slug')
    .limit(1)
    .executeTakeFirst();
  if (known) return known.slug;
  const is_chinese = /\p{Script=Han}/u.test(name ?? '');
  await tx
    .insertInto('authority')
    .values({
      slug: made,
      name: is_chinese ? null : (name ?? (name_zh === null ? made : null)),
      name_zh: is_chinese ? name : name_zh,
    })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .execute();
  return made;
}

/** Letters and digits of the name; a name that has none, such as a Chinese one, is told by its hash. */
function slugOfName(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return words || `authority-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
