import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import { changeAlerts, listAlerts } from '#lib/server/alerts/alerts.ts';
import {
  acceptExclusion,
  listExclusions,
  proposeExclusions,
  undoExclusion,
} from '#lib/server/alerts/exclusions.ts';
import { toldSheet, toldVersions } from '#lib/server/alerts/told-sheet.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, done, happens, subscribe } from '../support/alerts.ts';
import { useDatabase } from '../support/database.ts';
import { anInstrument, aVersion } from '../support/rules.ts';

const database = useDatabase({ DATA_DIR: useDataDir() });
const app = () => database.current.app;
type Who = { firm: Firm; actor: Actor };

beforeEach(async () => {
  await sql`truncate alert, subscription cascade`.execute(database.current.owner.db);
});

async function titles(who: Who): Promise<string[]> {
  const alerts = await listAlerts(app(), who, { limit: 50, language: 'en' });
  return alerts.map(({ message }) => message.title).toReversed();
}

/** Of the instrument that is told of, and these clauses of it. */
const aboutClauses = (title: string, provisions: string[], instruments = ['gb-31701-2026']) =>
  happens(app(), { data: { title, to_state: 'issued' }, about: { instruments, provisions } });

async function excludeNewest(who: Who, reason: string): Promise<string> {
  const [alert] = await listAlerts(app(), who, { limit: 1, language: 'en' });
  if (!alert) throw new Error('nothing was told');
  done(await changeAlerts(app(), who, [alert.id], { state: 'excluded', reason }));
  return alert.id;
}

test('an excluded alert proposes what to leave out, and one click leaves the like of it out, and nothing more', async () => {
  const who = await aFirm(database.current.owner);
  const other = await aFirm(database.current.owner);
  for (const one of [who, other]) await subscribe(app(), one.actor);
  await aboutClauses('first', ['4.8']);
  const [open] = await listAlerts(app(), who, { limit: 1, language: 'en' });
  expect(await proposeExclusions(app(), who, open?.id ?? '')).toEqual([]);
  expect(await acceptExclusion(app(), who, { alert_id: open?.id ?? '', scope: 'provisions' })).toMatchObject({
    code: 'alert_applies',
  });
  const id = await excludeNewest(who, 'We make no detachable parts');
  expect((await proposeExclusions(app(), who, id)).map(({ scope }) => scope)).toEqual([
    'provisions',
    'instruments',
    'kinds',
  ]);
  const { exclusions } = done(await acceptExclusion(app(), who, { alert_id: id, scope: 'provisions' }));
  expect(exclusions).toMatchObject([
    { lists: { instruments: ['gb-31701-2026'], provisions: ['4.8'] }, reason: 'We make no detachable parts' },
  ]);
  await aboutClauses('same', ['4.8']);
  await aboutClauses('below', ['4.8.1']);
  await aboutClauses('beside', ['4.80']);
  await aboutClauses('more', ['4.8', '4.12']);
  await aboutClauses('elsewhere', ['4.8'], ['gb-31701-2015']);
  await happens(app(), {
    data: { title: 'whole', to_state: 'issued' },
    about: { instruments: ['gb-31701-2026'] },
  });
  expect(await titles(who)).toEqual(
    ['first', 'beside', 'more', 'elsewhere', 'whole'].map((title) => `${title}: now issued`),
  );
  expect(await titles(other)).toHaveLength(7);
  expect(await listExclusions(app(), who)).toMatchObject([{ withheld: 2 }]);
  expect(await listExclusions(app(), other)).toEqual([]);
});

test('is told again once it is undone, by its own firm alone', async () => {
  const who = await aFirm(database.current.owner);
  const other = await aFirm(database.current.owner);
  await subscribe(app(), who.actor);
  await aboutClauses('first', ['4.8']);
  const alert_id = await excludeNewest(who, 'no');
  const { exclusions } = done(await acceptExclusion(app(), who, { alert_id, scope: 'kinds' }));
  await aboutClauses('left out', ['4.12']);
  const id = exclusions[0]?.id ?? '';
  expect(await undoExclusion(app(), other, id)).toMatchObject({ code: 'exclusion_unknown' });
  done(await undoExclusion(app(), who, id));
  await aboutClauses('told again', ['4.12']);
  expect(await titles(who)).toEqual(['first: now issued', 'told again: now issued']);
});

test('what was left out stands in the record of who was told, with the reason', async () => {
  const who = await aFirm(database.current.owner);
  await subscribe(app(), who.actor);
  const slug = await anInstrument(app(), { title: 'GB 31701-2026', language: 'en' });
  await aVersion(app(), slug, { valid_from: '2031-01-01', provisions: [{ path: '4.8', text: 'a' }] });
  const alert_id = await excludeNewest(who, 'Not ours');
  done(await acceptExclusion(app(), who, { alert_id, scope: 'instruments' }));
  await aVersion(app(), slug, {
    label: '2.0',
    valid_from: '2031-02-01',
    provisions: [{ path: '4.8', text: 'b' }],
  });
  expect(await titles(who)).toHaveLength(1);
  const version = (await toldVersions(app(), who)).find(({ label }) => label === '2.0');
  if (!version) throw new Error('the version is not in the record');
  const sheet = await toldSheet(app(), who, { version, language: 'en' });
  const rows: unknown[] = [];
  for await (const batch of sheet.rows) rows.push(...batch);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toEqual(expect.arrayContaining(['Not told', 'left out by an exclusion']));
  expect(JSON.stringify(rows[0])).toContain('Not ours');
});
