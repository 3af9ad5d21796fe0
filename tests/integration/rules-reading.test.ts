import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import { getDiff, getSearch } from '#lib/server/rules/comparing-api.ts';
import { approveMapping, saveMapping } from '#lib/server/rules/mapping.ts';
import type { StoredVersion } from '#lib/server/rules/version.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { aDraft, analyst, anInstrument, approver, aVersion, held } from '../support/rules.ts';

const database = useDatabase();
let reader: Actor;
let first: StoredVersion;
let second: StoredVersion;

const TORQUE = {
  path: '4.8',
  title: '扭矩',
  text: '按照附录Ａ的方法试验时，可拆卸部件的扭矩不應小於 20 N·cm。',
};
const BURN = {
  path: '4.11',
  text: '燃烧速率不应大于 30 mm/s。',
  translation: 'The burn rate shall not exceed 30 mm/s.',
};
const DURABILITY = { path: '4.12', title: '模拟使用耐久性', text: '循环次数不应少于 20000 次。' };

beforeAll(async () => {
  const { app, owner } = database.current;
  reader = firmActor(await createFirm(owner), ['rules:read']);
  const slug = await anInstrument(app);
  first = await aVersion(app, slug, { provisions: [TORQUE, BURN, DURABILITY] });
  second = await aVersion(app, slug, {
    label: '2.0',
    valid_from: '2026-09-01',
    based_on: first.id,
    provisions: [
      TORQUE,
      { ...BURN, text: '燃烧速率应小于 20 mm/s，见第4.12条。' },
      { ...DURABILITY, text: '循环次数不应少于 30000 次。', status: 'interpreted' },
    ],
  });
  await aDraft(app, slug, { label: 'secret', provisions: [{ path: '9.9', text: '扭矩秘密条款' }] });
});

const found = z.object({
  items: z.array(
    z.object({
      path: z.string(),
      is_in_force: z.boolean(),
      version: z.looseObject({ label: z.string(), instrument: z.string() }),
      found: z.array(
        z.object({
          field: z.string(),
          excerpt: z.string(),
          spans: z.array(z.object({ start: z.int(), end: z.int() })),
        }),
      ),
    }),
  ),
  next_cursor: z.string().nullable(),
});

async function search(q: string, given: { actor?: Actor; query?: Record<string, string> } = {}) {
  const answer = await call(database.current.app, getSearch, {
    actor: given.actor ?? reader,
    query: { q, ...given.query },
  });
  return answer.json(found);
}

const places = async (q: string) =>
  (await search(q)).items.map(({ version, path }) => `${version.label} ${path}`);

describe('search', () => {
  test('finds two Chinese characters in the middle of a sentence, in every version, and marks them', async () => {
    const { items } = await search('速率');
    expect(items.map(({ version, path, is_in_force }) => [version.label, path, is_in_force])).toEqual([
      ['2.0', '4.11', true],
      ['1.0', '4.11', false],
    ]);
    const [hit] = items[0]?.found ?? [];
    expect(hit?.field).toBe('text');
    expect(hit?.spans.map(({ start, end }) => hit.excerpt.slice(start, end))).toEqual(['速率']);
  });

  test('finds one clause under each of its spellings, and where it is cited', async () => {
    for (const spelling of ['第4.12条', '第４．１２條', 'Clause 4.12', '§4.12'])
      expect(await places(spelling)).toEqual(['2.0 4.11', '2.0 4.12', '1.0 4.12']);
    expect(await places('４．１２')).toEqual(expect.arrayContaining(['2.0 4.12', '1.0 4.12']));
  });

  test('does not mind width, script and case, finds translations, and asks for all words', async () => {
    expect(await places('不应小于')).toEqual(['2.0 4.8', '1.0 4.8']);
    expect(await places('附录a')).toEqual(['2.0 4.8', '1.0 4.8']);
    expect(await places('BURN rate')).toEqual(['2.0 4.11', '1.0 4.11']);
    expect(await places('burn torque')).toEqual([]);
    expect(await places('率燃')).toEqual([]);
  });

  test.each(["'", '\\', '&|!', ':*', '""', '  ', '%_', 'a'.repeat(500)])('survives %j', async (typed) => {
    expect(await places(typed)).toEqual([]);
  });

  test('finds nothing of a draft, whoever asks, and comes page by page', async () => {
    expect((await search('秘密', { actor: analyst })).items).toEqual([]);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null && seen.length < 5) {
      const query: Record<string, string> = cursor ? { limit: '1', cursor } : { limit: '1' };
      const page = await search('不应', { query });
      seen.push(...page.items.map(({ version, path }) => `${version.label} ${path}`));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(await places('不应'));
    expect(seen.length).toBeGreaterThan(2);
  });
});

const diffed = z.object({
  before: z.looseObject({ label: z.string(), instrument: z.string() }),
  after: z.looseObject({ label: z.string() }),
  counts: z.record(z.string(), z.int()),
  unmapped: z.object({ before: z.array(z.string()), after: z.array(z.string()) }),
  parameters: z.array(z.looseObject({ path: z.string() })),
  provisions: z.array(
    z.looseObject({
      change: z.string(),
      is_mapped: z.boolean(),
      before: z.looseObject({ path: z.string() }).nullable(),
      after: z.looseObject({ path: z.string() }).nullable(),
      text: z.looseObject({ limits: z.array(z.looseObject({ changes: z.array(z.string()) })) }),
    }),
  ),
});

function diff(slug: string, query: Record<string, string>, actor = reader) {
  return call(database.current.app, getDiff, { actor, params: { slug }, query });
}

/** An invented rule, in which reports count for so many days. */
function parameters(report_age_days: number): EligibilityParameters {
  const clause = null;
  return {
    kind: 'eligibility',
    standard: { instrument: 'sample', standard_no: 'GB 99999-2026', clause },
    slots: Array.from({ length: 12 }, (_, index) => ({
      slot: index + 1,
      clause: `4.${index + 1}`,
      topic: null,
      confirmed: false,
    })),
    report_age_days: { value: report_age_days, clause },
    programme: { offices: ['3100'], launched_on: null, closed_on: null, clause },
    accreditation: { schemes: ['cnas'], needs_scope: true, clause },
    categories: { listed: [], catalogue_size: null, catalogue_complete: false, clause },
    materials: { limits: [], phthalate_free: false, flame_retardants_declared: false, clause },
    pending_interpretation: 'caveat',
    blocks: {
      'programme.open': true,
      'category.listed': true,
      'category.alignment': true,
      'report.standard_edition': true,
      'report.full_scope': true,
      'report.clause': true,
      'report.age': true,
      'lab.accreditation': true,
      'lab.scope': true,
      'materials.declaration': false,
    },
  };
}

describe('a comparison', () => {
  test('of two days marks the numbers that changed, and is the same by the ids of the versions', async () => {
    const { slug } = first.instrument;
    const by_day = await diff(slug, { from: '2026-08-31', to: '2026-09-01' });
    const { provisions, counts, before, after } = by_day.json(diffed);
    expect([before.label, after.label]).toEqual(['1.0', '2.0']);
    expect(counts).toMatchObject({ changed: 2, unchanged: 1 });
    const limits = provisions.flatMap(({ text }) => text.limits);
    expect(limits).toMatchObject([
      { before: { value: 30, comparator: 'le' }, after: { value: 20, comparator: 'lt', unit: 'mm/s' } },
      { before: { value: 20_000 }, after: { value: 30_000 }, changes: ['value'] },
    ]);
    expect((await diff(slug, { from: first.id, to: second.id })).text).toBe(by_day.text);
  });

  test('names the days and the parameters that changed, each as a field of its own', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const text = (day: string) => [{ path: '1', text: `本公告自${day}起施行。` }];
    const before = await aVersion(app, slug, {
      provisions: text('2026年6月1日'),
      parameters: parameters(90),
    });
    const after = await aVersion(app, slug, {
      label: '2.0',
      valid_from: '2026-09-01',
      provisions: text('2026年9月1日'),
      parameters: parameters(60),
    });
    const answer = (await diff(slug, { from: before.id, to: after.id })).json(diffed);
    expect(answer.provisions.flatMap((provision) => provision.text.limits)).toMatchObject([
      { before: { kind: 'date', day: '2026-06-01' }, after: { kind: 'date', day: '2026-09-01' } },
    ]);
    expect(answer.parameters).toMatchObject([
      { path: 'report_age_days.value', change: 'changed', before: 90, after: 60 },
    ]);
  });

  test('across a replaced instrument follows the relation and the approved mapping, and lists what is unmapped', async () => {
    const { app } = database.current;
    const old = await anInstrument(app);
    await aVersion(app, old, {
      valid_from: '2016-06-01',
      provisions: [
        { path: '5.1', text: '可拆卸部件的扭矩不应小于 10 N·cm，按照旧方法进行。' },
        { path: '5.2', text: '绳带不应超过七厘米。' },
      ],
    });
    const slug = await anInstrument(app);
    await aVersion(app, slug, {
      valid_from: '2026-06-01',
      relations: [{ kind: 'replaces', to: old, paths: [] }],
      provisions: [TORQUE, { path: '4.12', text: '循环次数不应少于 20000 次。' }],
    });
    const ask = async () => (await diff(slug, { from: '2020-01-01', to: '2026-06-01' })).json(diffed);
    const unmapped = await ask();
    expect(unmapped.before.instrument).toBe(old);
    expect(unmapped.unmapped.before).toContain('5.2');
    expect(unmapped.unmapped.after).toContain('4.12');
    const pairs = [{ from_path: '5.2', to_path: '4.12', confirmed: true }];
    held(await saveMapping(app, analyst, { from: old, to: slug, pairs }));
    expect(await ask()).toEqual(unmapped);
    held(await approveMapping(app, approver, { from: old, to: slug }));
    const mapped = await ask();
    expect(mapped.provisions.find(({ after }) => after?.path === '4.12')).toMatchObject({
      is_mapped: true,
      before: { path: '5.2' },
    });
    expect(mapped.unmapped.before).not.toContain('5.2');
    const named = await diff(slug, { from: '2020-01-01', to: '2026-06-01', against: old });
    expect(named.json(diffed)).toEqual(mapped);
  });

  test('shows a draft to the operator, and says of it to a firm that there is nothing', async () => {
    const { slug } = first.instrument;
    const draft = await aDraft(database.current.app, slug, {
      label: 'next',
      based_on: second.id,
      provisions: [TORQUE],
    });
    expect((await diff(slug, { from: second.id, to: draft.id }, analyst)).json(diffed).counts).toMatchObject({
      removed: 2,
    });
    expect((await diff(slug, { from: second.id, to: draft.id })).status).toBe(404);
    expect((await diff(slug, { from: '2020-01-01', to: '2026-09-01' })).status).toBe(404);
    expect((await diff(slug, { from: 'yesterday', to: '2026-09-01' })).status).toBe(422);
  });
});

test('publishing tells subscribers which clauses changed', async () => {
  const { rows } = await database.current.owner.pg.query<{ data: unknown }>(
    'select data from event where subject_id = $1',
    [second.id],
  );
  expect(rows).toMatchObject([{ data: { changed_paths: ['4.11', '4.12'] } }]);
});
