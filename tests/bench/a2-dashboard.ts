import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { FIRST_DAY, LAST_DAY } from './clearance-file.ts';
import { askDashboard, WHOLE } from './dashboard-query.ts';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';

/**
 * A2: the clearance page's panels over all records, application and database together, against DuckDB. The
 * peer is given what it can be given: the file is loaded into a table in memory beforehand, each declaration
 * once, with the durations and the periods worked out and all cores to use.
 */
export const dashboard: Benchmark = {
  run: async (bench) => {
    const { database, firm, file } = await bench.loaded(bench.records);
    const instance = await DuckDBInstance.create(':memory:');
    const duck = await instance.connect();
    bench.say('  loads the file into DuckDB');
    await load(duck, file);
    const ask = () => askDashboard(database.app, firm, WHOLE);
    const panels = async () => {
      for (const sql of PANELS) await duck.runAndReadAll(sql);
    };
    await ask();
    await panels();
    const measured = await interleave(bench.pairs, {
      ours: () => secondsOf(ask),
      peer: () => secondsOf(panels),
    });
    duck.closeSync();
    instance.closeSync();
    const [ours, peer] = [median(measured.ours), median(measured.peer)];
    return [
      {
        id: 'A2',
        ours: `${(ours * 1000).toFixed(0)} ms`,
        peer: `${(peer * 1000).toFixed(0)} ms`,
        ratio: ours / peer,
        budget: { at_most: 0.1 },
        notes: [`DuckDB answers ${PANELS.length} queries for the same panels from a table in memory.`],
      },
    ];
  },
};

async function load(duck: DuckDBConnection, file: string): Promise<void> {
  await duck.run(`
    create table clearance as
    select distinct on (declaration_no) direction, customs_office, category, channel,
      arrived_at, declared_at, inspection_notified_at, inspected_at, released_at,
      cast(declared_at as date) as day, date_trunc('week', declared_at) as week, date_trunc('month', declared_at) as month,
      date_diff('second', declared_at, released_at) as declared_to_released,
      date_diff('second', arrived_at, released_at) as arrived_to_released,
      date_diff('second', declared_at, inspected_at) as declared_to_inspected,
      date_diff('second', inspected_at, released_at) as inspected_to_released,
      date_diff('second', arrived_at, declared_at) as arrived_to_declared
    from read_csv('${file}', header = true, nullstr = '', columns = {
      'declaration_no': 'VARCHAR', 'direction': 'VARCHAR', 'customs_office': 'VARCHAR', 'category': 'VARCHAR',
      'hs_code': 'VARCHAR', 'product_name': 'VARCHAR', 'channel': 'VARCHAR', 'arrived_at': 'TIMESTAMP',
      'declared_at': 'TIMESTAMP', 'inspection_notified_at': 'TIMESTAMP', 'inspected_at': 'TIMESTAMP',
      'released_at': 'TIMESTAMP', 'firm_uscc': 'VARCHAR'})`);
}

const now = `direction = 'export' and day between date '${FIRST_DAY}' and date '${LAST_DAY}'`;
const before = `direction = 'export' and day between date '${FIRST_DAY}' - interval 1 year and date '${LAST_DAY}' - interval 1 year`;

/** Count, mean, extremes and the quantiles that a panel shows, exact. */
const hours = (groups: string, where: string) => `
  select ${groups ? `${groups}, ` : ''}count(*), avg(declared_to_released), min(declared_to_released), max(declared_to_released),
    quantile_cont(declared_to_released, [0.1, 0.5, 0.9, 0.95])
  from clearance where ${where} and declared_to_released is not null ${groups ? `group by ${groups}` : ''}`;

const PANELS = [
  hours('', now),
  hours('', before),
  hours('week, channel', now),
  hours('week, channel', before),
  hours('channel', now),
  `select channel, floor(declared_to_released / 3600), count(*) from clearance where ${now} group by all`,
  hours('customs_office, channel', now),
  hours('customs_office, channel', before),
  hours('category, channel', now),
  hours('category, channel', before),
  hours('customs_office, month', now),
  `select ${['declared_to_released', 'arrived_to_released', 'declared_to_inspected', 'inspected_to_released']
    .map((measure) => `count(${measure}), avg(${measure}), quantile_cont(${measure}, [0.1, 0.5, 0.9])`)
    .join(', ')},
     quantile_cont(arrived_to_declared, [0.1, 0.5, 0.9]) filter (where arrived_to_declared >= 0),
     quantile_cont(-arrived_to_declared, [0.1, 0.5, 0.9]) filter (where arrived_to_declared < 0),
     count(*) filter (where channel = 'green'), count(inspected_at) filter (where channel = 'green'),
     count(*) filter (where declared_to_released <= 60)
   from clearance where ${now}`,
];
