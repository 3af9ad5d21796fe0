import { sql, type Kysely } from 'kysely';

/**
 * What people are told of a source beside its address: its name in Chinese, and which wall against robots is
 * known to stand before it, so that it is not asked and pages are brought by hand.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table source
      add column name_zh text check (length(name_zh) between 1 and 200),
      add column wall text check (wall in ('ruishu', 'jiasule', 'challenge', 'captcha', 'shell'));
    comment on column source.wall is 'The wall that is known to stand there; no robot passes it and none is tried.';
  `.execute(db);
}
