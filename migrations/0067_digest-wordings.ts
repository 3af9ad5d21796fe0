import { sql, type Kysely } from 'kysely';

/** Digests are said in somebody's own words too, by texts of their own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table message_template drop constraint message_template_channel_check;
    alter table message_template add constraint message_template_channel_check
      check (channel in ('email', 'robot', 'email_digest', 'robot_digest'));
  `.execute(db);
}
