import { sql } from 'kysely';
import {
  TEMPLATE_CHANNELS,
  templateProblems,
  type TemplateChannel,
  type TemplateProblem,
} from '#lib/domain/alerts/template.ts';
import { TEMPLATE_FIELD_NAME, TEMPLATE_PROBLEM_NAME } from '#lib/i18n/template-names.ts';
import { LANGUAGES, type Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { recipientOf, type Who } from './recipient.ts';

export type Template = { subject: string; body: string };
export type KeptTemplate = Template & {
  channel: TemplateChannel;
  language: Language;
  /** Whose words they are: those that are built in, the operator's, or the firm's own. */
  of: 'built_in' | 'operator' | 'firm';
  updated_by: string | null;
  updated_at: Date | null;
};
export type PlacedProblem = TemplateProblem & { field: 'subject' | 'body' };

const TEXTS = {
  email: { subject: 'templates.default.email_subject', body: 'templates.default.email_body' },
  robot: { subject: 'templates.default.robot_subject', body: 'templates.default.robot_body' },
  email_digest: { subject: 'templates.default.digest_subject', body: 'templates.default.email_digest_body' },
  robot_digest: { subject: 'templates.default.digest_subject', body: 'templates.default.robot_digest_body' },
} as const;

/** What is said where nobody wrote anything of their own. */
export function builtIn(channel: TemplateChannel, language: Language): Template {
  const text = textsOf(language);
  return { subject: text(TEXTS[channel].subject), body: text(TEXTS[channel].body) };
}

/** The texts that hold for whoever asks, for each channel and language. */
export async function listTemplates(app: App, { actor, firm }: Who): Promise<KeptTemplate[]> {
  const { firm_id } = recipientOf(actor, firm);
  const rows = await asOwner(app.db, firm_id, (tx) =>
    tx
      .selectFrom('message_template')
      .select(['firm_id', 'channel', 'language', 'subject', 'body', 'updated_by', 'updated_at'])
      .execute(),
  );
  return TEMPLATE_CHANNELS.flatMap((channel) =>
    LANGUAGES.map((language) => {
      const fit = rows.filter((row) => row.channel === channel && row.language === language);
      const own = fit.find((row) => row.firm_id !== null) ?? fit[0];
      if (!own)
        return {
          ...builtIn(channel, language),
          channel,
          language,
          of: 'built_in' as const,
          updated_by: null,
          updated_at: null,
        };
      const { subject, body, updated_by, updated_at } = own;
      const of = own.firm_id === null ? ('operator' as const) : ('firm' as const);
      return { subject, body, channel, language, of, updated_by, updated_at };
    }),
  );
}

export function problemsOf({ subject, body }: Template, channel: TemplateChannel): PlacedProblem[] {
  return [
    ...templateProblems(subject, { channel, is_subject: true }).map((one) => ({
      field: 'subject' as const,
      ...one,
    })),
    ...templateProblems(body, { channel, is_subject: false }).map((one) => ({
      field: 'body' as const,
      ...one,
    })),
  ];
}

/** One sentence: what is wrong, where it stands, and what to write instead. */
export function problemSentence(
  { field, line, column, code, written }: PlacedProblem,
  language: Language,
): string {
  const text = textsOf(language);
  return text(TEMPLATE_PROBLEM_NAME[code], {
    field: text(TEMPLATE_FIELD_NAME[field]),
    line,
    column,
    written,
  });
}

/** Keeps a text of one's own; one with a problem is not kept. */
export async function setTemplate(
  app: App,
  { actor, firm }: Who,
  { channel, language, subject, body }: Template & { channel: TemplateChannel; language: Language },
): Promise<{ ok: true } | { ok: false; problems: PlacedProblem[] }> {
  const problems = problemsOf({ subject, body }, channel);
  if (problems.length > 0) return { ok: false, problems };
  const { firm_id } = recipientOf(actor, firm);
  const written = { subject, body, updated_by: actor.name.slice(0, 200) };
  await asOwner(app.db, firm_id, (tx) =>
    tx
      .insertInto('message_template')
      .values({ firm_id, channel, language, ...written })
      .onConflict((conflict) =>
        conflict
          .constraint('message_template_once')
          .doUpdateSet({ ...written, updated_at: sql<Date>`now()` }),
      )
      .execute(),
  );
  return { ok: true };
}

/** Back to the words of the operator, or to those that are built in. */
export async function resetTemplate(
  app: App,
  { actor, firm }: Who,
  { channel, language }: { channel: TemplateChannel; language: Language },
): Promise<void> {
  const { firm_id } = recipientOf(actor, firm);
  await asOwner(app.db, firm_id, (tx) =>
    tx
      .deleteFrom('message_template')
      .where('firm_id', firm_id === null ? 'is' : '=', firm_id)
      .where('channel', '=', channel)
      .where('language', '=', language)
      .execute(),
  );
}

/** The words of those who are told, read once a run for each firm that has some. */
export type Templates = {
  of: (asked: {
    firm_id: string | null;
    channel: TemplateChannel;
    language: Language;
  }) => Promise<(Template & { firm: string }) | null>;
};

/** A firm has eight at most, and so has the operator. */
const OF_FIRM_MAX = 16;

export function createTemplates({ db }: Pick<App, 'db'>): Templates {
  let owners: Promise<Set<string | null>> | null = null;
  const kept = new Map<string | null, ReturnType<typeof read>>();
  const whoHasSome = async () => {
    const { rows } = await sql<{ firm_id: string | null }>`
      select distinct firm_id from message_template`.execute(db);
    return new Set(rows.map(({ firm_id }) => firm_id));
  };
  const read = async (firm_id: string | null) => {
    const { rows } = await sql<
      Template & { channel: string; language: string; is_own: boolean; firm: string }
    >`
      select t.channel, t.language, t.subject, t.body, t.firm_id is not null as is_own,
             coalesce((select f.name from auth.firm f where f.id = ${firm_id}), '') as firm
      from message_template t where t.firm_id = ${firm_id} or t.firm_id is null
      order by is_own desc limit ${OF_FIRM_MAX}`.execute(db);
    return rows;
  };
  return {
    async of({ firm_id, channel, language }) {
      const some = await (owners ??= whoHasSome());
      if (!some.has(firm_id) && !some.has(null)) return null;
      const reading = kept.get(firm_id) ?? read(firm_id);
      kept.set(firm_id, reading);
      const found = (await reading).find((row) => row.channel === channel && row.language === language);
      return found ? { subject: found.subject, body: found.body, firm: found.firm } : null;
    },
  };
}
