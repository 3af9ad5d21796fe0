import { sql, type Kysely } from 'kysely';

/**
 * The index of provisions over current and past text. Apart from the texts, which stand still, so that a better
 * way of cutting them into words can be put in its place.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table provision_search (
      provision_id uuid primary key references provision (id) on delete cascade,
      version_id uuid not null references rule_version (id),
      folded text not null,
      tokens tsvector not null,
      indexer_version smallint not null
    );
    comment on column provision_search.folded is 'Number, title, text and translation as they are compared; what the tokens find is looked up in it.';
    comment on column provision_search.indexer_version is 'Rows of an older one are written again.';
    create index provision_search_tokens on provision_search using gin (tokens);
    create index provision_search_version on provision_search (version_id);

    alter table provision_search enable row level security;
    alter table provision_search force row level security;
    create policy published on provision_search for select to greenlane_app
      using (exists (select from rule_version v where v.id = provision_search.version_id and v.state = 'published'));
    create policy of_operator on provision_search to greenlane_app
      using ((select app_is_operator())) with check ((select app_is_operator()));
    grant select, insert, update, delete on provision_search to greenlane_app;
  `.execute(db);
}
