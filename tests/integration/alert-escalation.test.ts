import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { acknowledge, findAlert, listAlerts } from '#lib/server/alerts/alerts.ts';
import { escalateDue } from '#lib/server/alerts/escalation.ts';
import { readEscalation, resetEscalation, setEscalation } from '#lib/server/alerts/escalation-setting.ts';
import { withdrawVersion } from '#lib/server/rules/publish.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, aPerson, done, subscribe } from '../support/alerts.ts';
import { useDatabase } from '../support/database.ts';
import { analyst, anInstrument, aVersion, held } from '../support/rules.ts';

const database = useDatabase({ DATA_DIR: useDataDir() });
/** The day of force of the rules here, and the days before it, at noon in China. */
const DAY = '2031-09-01';
const noon = (day: string) => new Date(`${day}T12:00:00+08:00`);

beforeEach(async () => {
  await sql`truncate alert, subscription cascade`.execute(database.current.owner.db);
});

/** A firm with a manager and an executive that was told of a rule which takes effect on the day. */
async function told(valid_from = DAY) {
  const { app, owner } = database.current;
  const { firm, actor } = await aFirm(owner);
  const [manager, executive] = [await aPerson(owner, firm), await aPerson(owner, firm, 'executive')];
  await subscribe(app, actor);
  const version = await aVersion(app, await anInstrument(app), { valid_from });
  await sql`update alert set created_at = ${noon('2031-06-01')}`.execute(owner.db);
  const alert = async () => {
    const alerts = await listAlerts(app, { actor, firm }, { limit: 10, language: 'en' });
    const found = alerts.find(({ subject_id }) => subject_id === version.id);
    if (!found) throw new Error('nothing was told');
    return found;
  };
  return { firm, actor, manager, executive, version, alert };
}

const run = (at: Date) => escalateDue(database.current.worker, at);

/** To whom mail of escalations is owed, in the order in which it was made. */
async function owed(): Promise<string[]> {
  const { rows } = await sql<{ user_id: string }>`
    select d.user_id from delivery d join alert a on a.id = d.alert_id join event e on e.id = a.event_id
    where e.kind = 'alert.escalated' order by e.id, d.id`.execute(database.current.owner.db);
  return rows.map(({ user_id }) => user_id);
}

describe('an alert that nobody acknowledged', () => {
  test('goes to the deputy and then to the executive, on their days and once each, and its history says so', async () => {
    const { app } = database.current;
    const { actor, firm, manager, executive, alert } = await told();
    const counts: unknown[] = [];
    for (const day of ['2031-08-01', '2031-08-02', '2031-08-03', '2031-08-24', '2031-08-25', '2031-08-31'])
      counts.push(await run(noon(day)));
    const [nothing, deputy, chief] = [
      { deputies: 0, executives: 0 },
      { deputies: 1, executives: 0 },
      { deputies: 0, executives: 1 },
    ];
    expect(counts).toEqual([nothing, deputy, nothing, nothing, chief, nothing]);
    expect(await owed()).toEqual([manager.id, executive.id]);
    const { id, escalated_to } = await alert();
    expect(await listAlerts(app, { actor, firm }, { limit: 10, language: 'en' })).toHaveLength(1);
    expect(escalated_to).toBe('executive');
    const { acts } = done(await findAlert(app, { actor, firm }, { id, language: 'en' }));
    expect(acts).toMatchObject([
      { act: 'escalated', actor_name: 'Greenlane', value: 'deputy', note: manager.name },
      { act: 'escalated', actor_name: 'Greenlane', value: 'executive', note: executive.name },
    ]);
  });

  test('is told to nobody else once it is acknowledged, nor when the rule was taken back', async () => {
    const { app } = database.current;
    const { actor, firm, alert } = await told();
    const { version } = await told();
    held(await withdrawVersion(app, analyst, { id: version.id, reason: 'published in error' }));
    done(await acknowledge(app, { actor, firm }, (await alert()).id));
    expect(await run(noon('2031-08-25'))).toEqual({ deputies: 0, executives: 0 });
  });

  test('gives each of them time before the next one is told, however near the day is', async () => {
    await told();
    const day = (hour: number) => new Date(noon('2031-08-30').getTime() + hour * 3_600_000);
    await sql`update alert set created_at = ${day(0)}`.execute(database.current.owner.db);
    expect(await run(day(23))).toEqual({ deputies: 0, executives: 0 });
    expect(await run(day(24))).toEqual({ deputies: 1, executives: 0 });
    expect(await run(day(47))).toEqual({ deputies: 0, executives: 0 });
    expect(await run(day(48))).toEqual({ deputies: 0, executives: 1 });
  });

  test('about a day that was past when the firm was told goes nowhere', async () => {
    await told('2020-01-01');
    await sql`update alert set created_at = ${noon('2031-09-02')}`.execute(database.current.owner.db);
    await told('2031-09-02');
    await sql`update alert set created_at = ${noon('2031-09-02')}`.execute(database.current.owner.db);
    expect(await run(noon('2031-09-10'))).toEqual({ deputies: 0, executives: 0 });
  });

  test('is told once by two workers at the same moment', async () => {
    await told();
    const both = await Promise.all([run(noon('2031-08-10')), run(noon('2031-08-10'))]);
    expect(both.map(({ deputies }) => deputies).sort()).toEqual([0, 1]);
    expect(await owed()).toHaveLength(1);
  });
});

describe('the days of a firm', () => {
  test('hold for it alone, with a deputy of its own, until it goes back to those for everybody', async () => {
    const { app, owner } = database.current;
    const { firm, manager, executive } = await told();
    const other = await told();
    const deputy = await aPerson(owner, firm);
    const own = { deputy_id: deputy.id, deputy_days: 60, executive_days: null, patience_hours: 0 };
    expect(done(await setEscalation(app, { firm }, own)).escalation).toEqual({ ...own, is_default: false });
    // The firm was told of both rules, the other one of the second alone.
    expect(await run(noon('2031-07-10'))).toEqual({ deputies: 2, executives: 0 });
    expect(await owed()).toEqual([deputy.id, deputy.id]);
    await run(noon('2031-08-31'));
    expect(new Set(await owed())).toEqual(new Set([deputy.id, other.manager.id]));
    await resetEscalation(app, { firm });
    expect(await readEscalation(app, { firm })).toEqual({
      deputy_id: null,
      deputy_days: 30,
      executive_days: 7,
      patience_hours: 24,
      is_default: true,
    });
    await run(noon('2031-08-31'));
    expect(await owed()).toContain(executive.id);
    expect(await owed()).not.toContain(manager.id);
  });

  test('refuse an executive before the deputy, and a deputy of another firm', async () => {
    const { app } = database.current;
    const { firm } = await told();
    const other = await told();
    const days = { deputy_id: null, deputy_days: 7, executive_days: 30, patience_hours: 24 };
    expect(await setEscalation(app, { firm }, days)).toMatchObject({ code: 'executive_before_deputy' });
    const strange = { ...days, deputy_id: other.manager.id, executive_days: 3 };
    expect(await setEscalation(app, { firm }, strange)).toMatchObject({ code: 'member_unknown' });
  });
});
