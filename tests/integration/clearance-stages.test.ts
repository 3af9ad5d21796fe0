import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { quantileOf } from '#lib/domain/clearance/cell.ts';
import { CELL_MEASURES, NOT_GIVEN, STAGES, type CellMeasure } from '#lib/domain/clearance/measure.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { countOf, groupCells } from '#lib/server/clearance/metrics.ts';
import { recordsOf } from '#lib/server/clearance/records.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { programmes } from '#lib/server/reference/read.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

/** Two that arrived first, three that were declared before arrival, one of them inspected; one without arrival. */
const FILE = `declaration_no,customs_office,channel,arrived_at,declared_at,inspected_at,released_at
310420260000000001,3104,green,2026-05-14T08:00Z,2026-05-14T09:00Z,,2026-05-14T11:00Z
310420260000000002,3104,ordinary,2026-05-14T08:00Z,2026-05-14T11:00Z,,2026-05-14T20:00Z
310420260000000003,3104,green,2026-05-14T12:00Z,2026-05-14T10:00Z,,2026-05-14T13:00Z
310420260000000004,3104,ordinary,2026-05-14T14:00Z,2026-05-14T10:00Z,2026-05-14T15:30Z,2026-05-14T16:00Z
310420260000000005,3104,ordinary,2026-05-14T10:00Z,2026-05-14T10:00Z,,2026-05-14T13:00Z
310420260000000006,3104,,,2026-05-14T10:00Z,,2026-05-14T13:00Z`;

async function hoursOf(firm: Firm, measure: CellMeasure, channel?: 'green') {
  const [group] = await inFirmClient(database.current.app.pool.pg, firm.id, (client) =>
    groupCells(client, firm.id, {
      from: '2026-05-01',
      to: '2026-05-31',
      measure,
      direction: 'export',
      channel,
      group_by: [],
    }),
  );
  return group ? { n: group.cell.n, median: quantileOf(group.cell, 0.5) / 3600 } : null;
}

async function imported(): Promise<Firm> {
  const firm = await createFirm(database.current.owner);
  const report = await importClearance(database.current.app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from([Buffer.from(FILE)]),
  });
  expect(report).toMatchObject({ accepted: 6, rejected: 0 });
  return firm;
}

describe('the stages of a shipment', () => {
  it('count each shipment on one side of its arrival, and none below zero', async () => {
    const firm = await imported();
    expect(await hoursOf(firm, 'arrived_to_declared')).toEqual({ n: 3, median: 1 });
    expect(await hoursOf(firm, 'declared_to_arrived')).toEqual({ n: 2, median: 3 });
    expect(await hoursOf(firm, 'declared_to_arrived', 'green')).toEqual({ n: 1, median: 2 });
  });

  it('go from inspection to release where there was an inspection', async () => {
    const firm = await imported();
    expect(await hoursOf(firm, 'declared_to_inspected')).toEqual({ n: 1, median: 5.5 });
    expect(await hoursOf(firm, 'inspected_to_released')).toEqual({ n: 1, median: 0.5 });
    expect(await hoursOf(firm, 'inspected_to_released', 'green')).toBeNull();
  });

  it('lead to the declarations that each counts, and to no others', async () => {
    const firm = await imported();
    const query = { from: '2026-05-01', to: '2026-05-31', direction: 'export' as const };
    for (const measure of CELL_MEASURES)
      for (const filter of [
        {},
        { channel: NOT_GIVEN },
        { category: NOT_GIVEN },
        { channel: 'green' as const },
        // Of office and category at once a stage has no cell: its days answer.
        { category: 'crib', customs_office: '3104' },
        { channel: 'ordinary' as const, customs_office: '3104' },
      ]) {
        const { items } = await recordsOf(
          database.current.app,
          firm,
          { ...query, ...filter, measure, order: 'slowest' },
          { limit: 10, cursor: null },
        );
        const n = await countOf(database.current.app, firm, { ...query, ...filter, measure });
        expect(items.length, `${measure} ${JSON.stringify(filter)}`).toBe(n);
      }
    const { items } = await recordsOf(
      database.current.app,
      firm,
      { ...query, measure: 'declared_to_arrived', order: 'slowest' },
      { limit: 10, cursor: null },
    );
    expect(items.map(({ hours }) => hours)).toEqual([4, 2]);
  });

  it('are the same from the cells and, while these are made anew, from the records', async () => {
    const firm = await imported();
    const from_cells = await Promise.all(STAGES.map((stage) => hoursOf(firm, stage)));
    await sql`update clearance_month set is_stale = true where firm_id = ${firm.id}`.execute(
      database.current.owner.db,
    );
    expect(await Promise.all(STAGES.map((stage) => hoursOf(firm, stage)))).toEqual(from_cells);
  });
});

describe('the programmes', () => {
  it('name the launched one first, and no launch of those under study', async () => {
    const found = await programmes(database.current.app.db);
    expect(found.map(({ district_code, state, started_on }) => [district_code, state, started_on])).toEqual([
      ['3100', 'launched', '2026-05-13'],
      ['4200', 'under_study', null],
      ['5300', 'under_study', null],
    ]);
  });
});
