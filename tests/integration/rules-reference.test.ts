import { beforeAll, describe, expect, test } from 'vitest';
import { eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { RULES } from '#lib/server/reference/rules-data.ts';
import { editDraft, createDraft } from '#lib/server/rules/draft.ts';
import { lawOn } from '#lib/server/rules/law.ts';
import { listInstruments } from '#lib/server/rules/lists.ts';
import { verifyChain } from '#lib/server/rules/verify-chain.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { analyst, anInstrument, aVersion, held } from '../support/rules.ts';

const database = useDatabase();
const NOW = new Date('2026-11-20T09:00:00+08:00');
const STANDARD = 'gb-31701-2026';
const NOTICE = 'ningbo-customs-notice-2026-017';

beforeAll(async () => {
  const { app } = database.current;
  await loadReference(app.db);
  // Two processes that start at the same time.
  const both = await Promise.all([loadRules(app.db, NOW), loadRules(app.db, NOW)]);
  expect(both[0].added + both[1].added).toBe(RULES.length);
});

const law = (slug: string, as_of: string) => lawOn(database.current.app, slug, { as_of });

describe('the reference rules', () => {
  test('are loaded once, and another start adds and changes nothing', async () => {
    const { app } = database.current;
    const before = await verifyChain(app);
    expect(before).toMatchObject({ ok: true });
    expect(await loadRules(app.db, NOW)).toEqual({ added: 0 });
    expect(await verifyChain(app)).toEqual(before);
  });

  test('hold twelve requirements, three of them named, and no text or title that nobody read', async () => {
    const found = await law(STANDARD, '2026-05-13');
    const provisions = found?.version?.provisions ?? [];
    expect(provisions.map(({ path }) => path)).toEqual(
      Array.from({ length: 12 }, (_, index) => `4.${index + 1}`),
    );
    expect(provisions.every(({ text }) => text === '')).toBe(true);
    expect(provisions.filter(({ confirmed }) => confirmed).map(({ path }) => path)).toEqual([
      '4.8',
      '4.11',
      '4.12',
    ]);
    expect(provisions.filter(({ title }) => title !== null).map(({ path }) => path)).toEqual([
      '4.8',
      '4.11',
      '4.12',
    ]);
    expect(provisions.filter(({ status }) => status !== null)).toMatchObject([
      { path: '4.12', status: 'interpretation_pending' },
    ]);
    expect(found?.version).toMatchObject({ confirmed: false, without_text: true });
    expect(found?.version?.topics).toHaveLength(5);
    expect(found?.version?.relations).toMatchObject([{ kind: 'replaces', to_slug: 'gb-31701-2015' }]);
  });

  test('hold the programme as reported from its first day, and not a day before', async () => {
    const found = await law(NOTICE, '2026-05-13');
    const parameters = eligibilityParametersSchema.parse(found?.version?.parameters);
    expect(parameters).toMatchObject({
      report_age_days: { value: 90 },
      programme: { offices: ['3100'], launched_on: '2026-05-13' },
      categories: { listed: ['crib', 'walker', 'pacifier'], catalogue_size: 37, catalogue_complete: false },
      materials: { limits: [{ operator: 'lt', value: 100 }] },
      pending_interpretation: 'caveat',
    });
    expect(parameters.slots.filter(({ confirmed }) => confirmed).map(({ clause }) => clause)).toEqual([
      '4.8',
      '4.11',
      '4.12',
    ]);
    expect(parameters.blocks['materials.declaration']).toBe(false);
    expect(await law(NOTICE, '2026-05-12')).toMatchObject({ state: 'none', reason: 'before_first' });
    const { rows } = await database.current.owner.pg.query(
      'select slug from category where slug is not null order by slot',
    );
    expect(rows.map(({ slug }: { slug: string }) => slug)).toEqual(parameters.categories.listed);
  });

  test('say that one actor drafted and approved them, and where each comes from', async () => {
    const actor = firmActor(await createFirm(database.current.owner), ['rules:read']);
    const listed = await listInstruments(database.current.app, actor, { limit: 100 });
    expect(listed.map(({ instrument }) => instrument.slug).sort()).toEqual(
      RULES.filter(({ version }) => version)
        .map(({ instrument }) => instrument.slug)
        .sort(),
    );
    for (const { instrument, in_force } of listed) {
      expect(instrument.source).toMatch(/\S{4}/);
      const version = (await law(instrument.slug, '2026-11-20'))?.version;
      expect({ slug: instrument.slug, id: in_force?.id }).toEqual({ slug: instrument.slug, id: version?.id });
      expect(version?.acts.filter(({ act }) => act === 'approved')).toMatchObject([
        { actor: { kind: 'reference', name: 'reference data' }, is_one_person: true },
      ]);
    }
    const unconfirmed = listed
      .filter(({ instrument }) => !instrument.confirmed)
      .map(({ instrument }) => instrument.slug);
    expect(unconfirmed.sort()).toEqual([STANDARD, NOTICE, 'ningbo-guidelines-gb-31701-2026'].sort());
  });

  test('keep the old edition and its window of transition', async () => {
    const found = await law('gb-31701-2015', '2017-01-01');
    expect(found?.version).toMatchObject({
      valid_from: '2016-06-01',
      transition_until: '2018-05-31',
      confirmed: true,
    });
    expect(await law('gb-28007-2024', '2025-12-31')).toMatchObject({ state: 'none' });
  });

  test('never go over what an analyst made', async () => {
    const { app } = database.current;
    const base = (await law(STANDARD, '2026-11-20'))?.version;
    const draft = held(
      await createDraft(app, analyst, STANDARD, { label: 'edited', based_on: base?.id }),
    ).version;
    held(await editDraft(app, analyst, draft.id, { revision: 1, note: 'mine' }));
    await loadRules(app.db, NOW);
    const kept = await asOperator(app.db, (tx) =>
      tx.selectFrom('rule_version').select(['label', 'note', 'state']).where('id', '=', draft.id).execute(),
    );
    expect(kept).toEqual([{ label: 'edited', note: 'mine', state: 'draft' }]);
  });

  test('leave an instrument alone that somebody made under the same address', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const own = await aVersion(app, slug, { label: 'of an analyst' });
    const seed = RULES.find(({ instrument }) => instrument.slug === NOTICE);
    if (!seed) throw new Error('the notice is missing');
    const added = await loadRules(app.db, NOW, [{ ...seed, instrument: { ...seed.instrument, slug } }]);
    expect(added).toEqual({ added: 0 });
    expect((await law(slug, '2026-11-20'))?.version?.id).toBe(own.id);
  });
});
