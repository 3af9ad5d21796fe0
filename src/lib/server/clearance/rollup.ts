import type pg from 'pg';
import type { Direction } from '#lib/domain/clearance/measure.ts';
import { endOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayFromText, dayToText } from '#lib/domain/text/calendar-day.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { dayGroups } from './day-groups.ts';
import { periodCells } from './period-cells.ts';
import { writeCells } from './write-cells.ts';
import { writeDays } from './write-days.ts';
import { replaceTallies } from './write-tallies.ts';

/** A month of a firm's declarations; `month` is its first day. */
export type Month = { direction: Direction; month: string };

/** Months rolled up in one transaction: weeks across their borders are read once, memory stays small. */
const MONTHS_PER_STEP = 3;

/**
 * Locks the firm for writing records and cells. Writers of one firm take turns from here to their commit;
 * a row is locked and not an advisory lock, so that it holds across poolers and shards too.
 */
export async function lockFirm(client: pg.ClientBase, firm_id: string): Promise<void> {
  const lock = () => client.query('select from clearance_setting where firm_id = $1 for update', [firm_id]);
  if ((await lock()).rowCount === 1) return;
  await client.query('insert into clearance_setting (firm_id) values ($1) on conflict do nothing', [firm_id]);
  await lock();
}

/** From here on the cells of these months are not read, until `refreshMonths` made them anew. */
export async function markStale(
  client: pg.ClientBase,
  firm_id: string,
  months: readonly Month[],
): Promise<void> {
  if (months.length === 0) return;
  await client.query(
    `insert into clearance_month (firm_id, direction, month)
     select $1, direction, month from unnest($2::text[], $3::date[]) as x(direction, month)
     on conflict (firm_id, direction, month) do update set is_stale = true, changed_at = now()`,
    [firm_id, months.map(({ direction }) => direction), months.map(({ month }) => month)],
  );
}

/**
 * Rolls up every stale month of a firm, a few in each transaction: after an import, and by the worker for
 * imports that were cut short. Returns how many months it made anew.
 */
export async function refreshFirm(pool: pg.Pool, firm_id: string): Promise<{ months: number }> {
  let months = 0;
  for (;;) {
    const done = await inFirmClient(pool, firm_id, async (client) => {
      await lockFirm(client, firm_id);
      const { rows } = await client.query<Month>(
        `select direction, to_char(month, 'YYYY-MM-DD') as month from clearance_month
         where firm_id = $1 and is_stale order by direction, month limit $2`,
        [firm_id, MONTHS_PER_STEP],
      );
      await refreshMonths(client, firm_id, rows);
      return rows.length;
    });
    if (done === 0) return { months };
    months += done;
  }
}

/**
 * Makes the cells of these months anew from the records, so that a cell is always a pure function of the
 * records: nothing is added or taken away, hence nothing drifts. The caller holds the firm's lock.
 */
export async function refreshMonths(
  client: pg.ClientBase,
  firm_id: string,
  months: readonly Month[],
): Promise<void> {
  for (const run of consecutive(months)) await refreshRun(client, firm_id, run);
}

type Run = { direction: Direction; start: number; end: number };

function consecutive(months: readonly Month[]): Run[] {
  const runs: Run[] = [];
  const sorted = months
    .map(({ direction, month }) => ({ direction, start: dayFromText(month) ?? 0 }))
    .sort((a, b) => a.direction.localeCompare(b.direction) || a.start - b.start);
  for (const { direction, start } of sorted) {
    const last = runs.at(-1);
    if (last?.direction === direction && last.end === start) last.end = endOf('month', start);
    else runs.push({ direction, start, end: endOf('month', start) });
  }
  return runs;
}

/**
 * One connection does one thing at a time, but what it does needs nobody to wait: the cells of months are
 * worked out while the days are inserted, and those of weeks while the months are.
 */
async function refreshRun(client: pg.ClientBase, firm_id: string, run: Run): Promise<void> {
  const { direction, start, end } = run;
  const weeks = { start: startOf('week', start), end: startOf('week', end - 1) + 7 };
  const groups = await dayGroups(client, { firm_id, direction, from: weeks.start, to: weeks.end });
  const inside = groups.filter(({ day }) => day >= start && day < end);
  const of_month = { firm_id, direction, grain: 'month', start, end } as const;
  const of_week = { firm_id, direction, grain: 'week', ...weeks } as const;
  const days_written = await writeDays(client, { firm_id, ...run }, inside);
  const months = periodCells(inside, 'month');
  await days_written();
  const months_written = await writeCells(client, of_month, months);
  const week_cells = periodCells(groups, 'week');
  await months_written();
  const weeks_written = await writeCells(client, of_week, week_cells);
  await weeks_written();
  await replaceTallies(client, { firm_id, ...run }, inside);
  await settleMonths(client, firm_id, {
    run,
    known: new Set(inside.map(({ day }) => startOf('month', day))),
  });
}

/** The months are fresh; those without a record are forgotten. */
async function settleMonths(
  client: pg.ClientBase,
  firm_id: string,
  { run, known }: { run: Run; known: ReadonlySet<number> },
): Promise<void> {
  const months = [...known].map(dayToText);
  const about = [firm_id, run.direction, dayToText(run.start), dayToText(run.end), months];
  const of_run = 'firm_id = $1 and direction = $2 and month >= $3 and month < $4';
  await client.query(
    `update clearance_month set is_stale = false, changed_at = now() where ${of_run} and month = any($5::date[])`,
    about,
  );
  await client.query(`delete from clearance_month where ${of_run} and month <> all($5::date[])`, about);
}
