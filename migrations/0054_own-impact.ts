import { sql, type Kysely } from 'kysely';

/**
 * A firm reads what a version does to its products by a function instead of the table: whether it may depends on
 * the version, and a table of which a firm sees some of its own rows is harder to hold than one it cannot ask.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop policy of_firm on version_impact;
    revoke select on version_impact from greenlane_app;
    create function own_impact(asked_version uuid) returns jsonb
      language sql stable security definer set search_path = public, pg_temp as $$
      select i.impact from version_impact i
      where i.version_id = asked_version and i.firm_id = app_firm_id()
        and exists (select from event e where e.kind = 'rule.published' and e.subject_id = i.version_id)
    $$;
    comment on function own_impact(uuid) is 'What a published version does to the products of the firm that asks; of others nothing.';
    grant create on schema public to greenlane_worker;
    alter function own_impact(uuid) owner to greenlane_worker;
    revoke create on schema public from greenlane_worker;
    revoke all on function own_impact(uuid) from public;
    grant execute on function own_impact(uuid) to greenlane_app;
  `.execute(db);
}
