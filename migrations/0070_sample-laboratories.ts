import { sql, type Kysely } from 'kysely';

/**
 * Laboratories of the sample belong to one sample firm, and the database shows them to that firm alone: no
 * decision of another firm can rest on one, and the operator's register does not list it. They go with the firm,
 * and with them what decisions kept of their state.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table lab_record add column sample_firm_id uuid references auth.firm (id) on delete cascade,
      add constraint lab_record_of_sample check (is_sample = (sample_firm_id is not null));
    create index lab_record_of_sample_firm on lab_record (sample_firm_id) where sample_firm_id is not null;
    comment on column lab_record.sample_firm_id is 'The sample firm that an invented laboratory was made for; null for all real ones.';

    drop policy readable on lab_record;
    create policy readable on lab_record for select to greenlane_app, greenlane_worker using (
      sample_firm_id is null or sample_firm_id = (select app_firm_id())
      or (select current_setting('app.sees_samples', true)) = 'on');

    create function lab_record_is_of_sample() returns trigger language plpgsql as $$
    begin
      if new.sample_firm_id is not null
        and not exists (select from auth.firm f where f.id = new.sample_firm_id and f.is_sample) then
        raise exception 'only a sample firm has laboratories of its own' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger lab_record_is_of_sample before insert on lab_record for each row execute function lab_record_is_of_sample();

    create function lab_record_stays() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.sample_firm_id is not null
        and not exists (select from auth.firm f where f.id = old.sample_firm_id) then
        return old;
      end if;
      raise exception 'lab_record is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $$;
    drop trigger lab_record_stays on lab_record;
    create trigger lab_record_stays before update or delete on lab_record for each row execute function lab_record_stays();

    create function register_state_stays() returns trigger language plpgsql as $$
    declare
      seen text := coalesce(current_setting('app.sees_samples', true), '');
      is_named boolean;
    begin
      -- The record of a real laboratory is never gone: what names none that is there was of a sample.
      if tg_op = 'DELETE' and old.content like '[{"id":"%' then
        -- Not by the function's own settings: an owner who is no superuser may not give it any.
        perform set_config('app.sees_samples', 'on', true);
        is_named := exists (
          select from jsonb_array_elements(old.content::jsonb) r join lab_record l on l.id = (r ->> 'id')::uuid);
        perform set_config('app.sees_samples', seen, true);
        if not is_named then
          return old;
        end if;
      end if;
      raise exception 'register_state is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $$;
    drop trigger register_state_stays on register_state;
    create trigger register_state_stays before update or delete on register_state for each row execute function register_state_stays();
    create policy of_samples_goes on register_state for delete to greenlane_app using ((select app_is_operator()));
    grant delete on register_state to greenlane_app;
  `.execute(db);
}
