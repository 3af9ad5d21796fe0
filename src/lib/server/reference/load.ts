import { sql } from 'kysely';
import type { Db } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { BASELINES, CATEGORIES, DISTRICTS, OFFICES, PROGRAMMES } from './reference-data.ts';
import { RECEIPT_STATUSES, RECEIPT_VENDORS } from './receipt-data.ts';

/**
 * Loads the reference data of customs and clearance: safe to run at every start, by several processes at
 * once. Rows that the operator edited stay as they are; a slot that the operator named stays named.
 */
export async function loadReference(db: Db): Promise<{ changed: number }> {
  return asOperator(db, async (tx) => {
    const results = [
      await sql`
        insert into customs_district (code, name, name_zh, source, confirmed)
        select code, name, name_zh, source, confirmed
        from jsonb_to_recordset(${JSON.stringify(DISTRICTS)}::jsonb)
          as x(code text, name text, name_zh text, source text, confirmed boolean)
        order by code
        on conflict (code) do update
          set name = excluded.name, name_zh = excluded.name_zh, source = excluded.source, confirmed = excluded.confirmed
          where customs_district.edited_at is null
            and row(customs_district.name, customs_district.name_zh, customs_district.source, customs_district.confirmed)
              is distinct from row(excluded.name, excluded.name_zh, excluded.source, excluded.confirmed)`.execute(
        tx,
      ),
      await sql`
        insert into customs_office (code, district_code, name, name_zh, source, confirmed)
        select code, district_code, name, name_zh, source, confirmed
        from jsonb_to_recordset(${JSON.stringify(OFFICES)}::jsonb)
          as x(code text, district_code text, name text, name_zh text, source text, confirmed boolean)
        order by code
        on conflict (code) do update
          set name = excluded.name, name_zh = excluded.name_zh, source = excluded.source, confirmed = excluded.confirmed
          where customs_office.edited_at is null
            and row(customs_office.name, customs_office.name_zh, customs_office.source, customs_office.confirmed)
              is distinct from row(excluded.name, excluded.name_zh, excluded.source, excluded.confirmed)`.execute(
        tx,
      ),
      await sql`
        insert into category (slot, slug, name, name_zh, aliases, hs_candidates, source, confirmed)
        select slot, slug, name, name_zh, array(select jsonb_array_elements_text(aliases)),
               array(select jsonb_array_elements_text(hs_candidates)), source, confirmed
        from jsonb_to_recordset(${JSON.stringify(CATEGORIES)}::jsonb)
          as x(slot smallint, slug text, name text, name_zh text, aliases jsonb, hs_candidates jsonb, source text, confirmed boolean)
        order by slot
        on conflict (slot) do update
          set slug = excluded.slug, name = excluded.name, name_zh = excluded.name_zh, aliases = excluded.aliases,
              hs_candidates = excluded.hs_candidates, source = excluded.source, confirmed = excluded.confirmed
          where category.edited_at is null
            and row(category.slug, category.name, category.name_zh, category.aliases, category.hs_candidates)
              is distinct from row(excluded.slug, excluded.name, excluded.name_zh, excluded.aliases, excluded.hs_candidates)`.execute(
        tx,
      ),
      await sql`
        insert into programme (slug, district_code, name, name_zh, state, started_on, source, confirmed)
        select slug, district_code, name, name_zh, state, started_on, source, confirmed
        from jsonb_to_recordset(${JSON.stringify(PROGRAMMES)}::jsonb)
          as x(slug text, district_code text, name text, name_zh text, state text, started_on date, source text, confirmed boolean)
        order by slug
        on conflict (slug) do update
          set district_code = excluded.district_code, name = excluded.name, name_zh = excluded.name_zh, state = excluded.state,
              started_on = excluded.started_on, source = excluded.source, confirmed = excluded.confirmed
          where programme.edited_at is null
            and row(programme.district_code, programme.name, programme.name_zh, programme.state, programme.started_on,
                    programme.source, programme.confirmed)
              is distinct from row(excluded.district_code, excluded.name, excluded.name_zh, excluded.state,
                    excluded.started_on, excluded.source, excluded.confirmed)`.execute(tx),
      await sql`
        insert into receipt_vendor (vendor, name, name_zh, extends_default, source, confirmed)
        select vendor, name, name_zh, extends_default, source, confirmed
        from jsonb_to_recordset(${JSON.stringify(RECEIPT_VENDORS)}::jsonb)
          as x(vendor text, name text, name_zh text, extends_default boolean, source text, confirmed boolean)
        order by vendor
        on conflict (vendor) do update
          set name = excluded.name, name_zh = excluded.name_zh, extends_default = excluded.extends_default,
              source = excluded.source, confirmed = excluded.confirmed
          where receipt_vendor.edited_at is null
            and row(receipt_vendor.name, receipt_vendor.name_zh, receipt_vendor.extends_default, receipt_vendor.source,
                    receipt_vendor.confirmed)
              is distinct from row(excluded.name, excluded.name_zh, excluded.extends_default, excluded.source,
                                   excluded.confirmed)`.execute(tx),
      await sql`
        insert into receipt_status (vendor, code, event, reopens, alternatives, meaning, meaning_zh, source, confirmed)
        select vendor, code, event, reopens, array(select jsonb_array_elements_text(alternatives)), meaning, meaning_zh,
               source, confirmed
        from jsonb_to_recordset(${JSON.stringify(RECEIPT_STATUSES)}::jsonb)
          as x(vendor text, code text, event text, reopens boolean, alternatives jsonb, meaning text, meaning_zh text,
               source text, confirmed boolean)
        order by vendor, code
        on conflict (vendor, code) do update
          set event = excluded.event, reopens = excluded.reopens, alternatives = excluded.alternatives,
              meaning = excluded.meaning, meaning_zh = excluded.meaning_zh, source = excluded.source,
              confirmed = excluded.confirmed
          where receipt_status.edited_at is null
            and row(receipt_status.event, receipt_status.reopens, receipt_status.alternatives, receipt_status.meaning,
                    receipt_status.meaning_zh, receipt_status.source, receipt_status.confirmed)
              is distinct from row(excluded.event, excluded.reopens, excluded.alternatives, excluded.meaning,
                                   excluded.meaning_zh, excluded.source, excluded.confirmed)`.execute(tx),
      await sql`
        insert into baseline (reference_key, measure, direction, population, population_zh, period_from, period_to, hours, hours_low,
                              hours_high, is_derived, derivation, derivation_zh, is_default, source_title,
                              source_title_zh, source_url, note, note_zh, recorded_at)
        select reference_key, measure, direction, population, population_zh, period_from, period_to, hours, hours_low,
               hours_high, is_derived, derivation, derivation_zh, is_default, source_title, source_title_zh, source_url,
               note, note_zh, coalesce(period_to, '2026-05-13')::timestamptz
        from jsonb_to_recordset(${JSON.stringify(BASELINES)}::jsonb)
          as x(reference_key text, measure text, direction text, population text, population_zh text, period_from date, period_to date,
               hours double precision, hours_low double precision, hours_high double precision, is_derived boolean,
               derivation text, derivation_zh text, is_default boolean, source_title text, source_title_zh text,
               source_url text, note text, note_zh text)
        order by reference_key
        on conflict (reference_key) do update
          set population_zh = excluded.population_zh, source_title_zh = excluded.source_title_zh,
              derivation_zh = excluded.derivation_zh
          where row(baseline.population, baseline.source_title, baseline.derivation)
                is not distinct from row(excluded.population, excluded.source_title, excluded.derivation)
            and row(baseline.population_zh, baseline.source_title_zh, baseline.derivation_zh)
                is distinct from row(excluded.population_zh, excluded.source_title_zh, excluded.derivation_zh)`.execute(
        tx,
      ),
    ];
    return { changed: results.reduce((sum, result) => sum + Number(result.numAffectedRows ?? 0), 0) };
  });
}
