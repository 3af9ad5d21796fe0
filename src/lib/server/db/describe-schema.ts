import { sql } from 'kysely';
import type { Db } from './connect.ts';

/**
 * The schema as text, in an order that does not depend on how it came about: what a review reads when a
 * migration changes it. Written from the catalogue, because the built-in PostgreSQL ships without pg_dump.
 */
export async function describeSchema(db: Db): Promise<string> {
  const { rows } = await sql<{ text: string }>`
    with relation as (
      select c.oid, n.nspname || '.' || c.relname as name, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
             c.relispartition, c.relacl, c.relowner,
             case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
             case when c.relispartition then (select i.inhparent::regclass::text from pg_inherits i where i.inhrelid = c.oid)
                  || ' ' || pg_get_expr(c.relpartbound, c.oid) end as bound
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p', 'v', 'm', 'S')
        and c.relname not like 'kysely_migration%'
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
    ),
    line as (
      select 1 as part, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name, 0 as section, '' as key,
             pg_get_functiondef(p.oid) || ';' || coalesce(E'\n-- execute: ' || nullif(array_to_string(array(
               select grantee::regrole::text from aclexplode(p.proacl) where grantee <> p.proowner and grantee <> 0 order by 1), ', '), ''), '') as text
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('public', 'auth')
      union all
      select 2, name, 0, '', format(E'\n%s %s%s%s', case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
             name, coalesce(' partition of ' || bound, ''), coalesce(' partition by ' || partition_key, ''))
             || case when relkind in ('v', 'm') then E'\n' || pg_get_viewdef(oid) else '' end
      from relation
      union all
      select 2, r.name, 1, lpad(a.attnum::text, 4, '0'), format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
             case when a.attnotnull then ' not null' else '' end,
             case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity'
                  when a.attgenerated = 's' then ' generated as ' || pg_get_expr(d.adbin, d.adrelid)
                  else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end)
      from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
           left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
      where r.relkind in ('r', 'p') and not r.relispartition
      union all
      select 2, r.name, 2, c.conname, format('  constraint %s %s', c.conname, pg_get_constraintdef(c.oid))
      from relation r join pg_constraint c on c.conrelid = r.oid
      where not r.relispartition and c.contype <> 'n' and c.conparentid = 0
      union all
      select 2, r.name, 3, i.relname, '  ' || pg_get_indexdef(x.indexrelid)
      from relation r join pg_index x on x.indrelid = r.oid join pg_class i on i.oid = x.indexrelid
      where not r.relispartition and not exists (select from pg_constraint c where c.conindid = x.indexrelid and c.conrelid = r.oid)
      union all
      select 2, r.name, 4, '', '  row level security' || case when r.relforcerowsecurity then ', forced' else '' end
      from relation r where r.relrowsecurity
      union all
      select 2, r.name, 5, p.polname, format('  policy %s for %s to %s%s%s', p.polname,
             case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
             array_to_string(array(select coalesce(nullif(role, 0)::regrole::text, 'public') from unnest(p.polroles) role order by 1), ', '),
             coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), ''), coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), ''))
      from relation r join pg_policy p on p.polrelid = r.oid
      union all
      select 2, r.name, 6, t.tgname, '  ' || pg_get_triggerdef(t.oid)
      from relation r join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
      where not r.relispartition
      union all
      select 2, r.name, 7, acl.grantee::text, format('  grant %s to %s', string_agg(lower(acl.privilege_type), ', ' order by acl.privilege_type), acl.grantee)
      from relation r cross join lateral (
        select coalesce(nullif(a.grantee, 0)::regrole::text, 'public') as grantee, a.privilege_type
        from aclexplode(r.relacl) a where a.grantee <> r.relowner) acl
      group by r.name, acl.grantee
      union all
      select 2, r.name, 8, lpad(d.objsubid::text, 4, '0'), format('  comment %s: %s', coalesce(a.attname, 'on it'), d.description)
      from relation r join pg_description d on d.objoid = r.oid and d.classoid = 'pg_class'::regclass
           left join pg_attribute a on a.attrelid = r.oid and a.attnum = d.objsubid and d.objsubid > 0
    )
    select text from line order by part, name collate "C", section, key collate "C", text collate "C"`.execute(
    db,
  );
  return `-- Written by npm run schema; read it, never edit it.\n${rows.map((row) => row.text.trimEnd()).join('\n')}\n`;
}
