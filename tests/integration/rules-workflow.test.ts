import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { approveVersion } from '#lib/server/rules/approve.ts';
import type { DraftInput } from '#lib/server/rules/draft-input.ts';
import { createDraft, editDraft } from '#lib/server/rules/draft.ts';
import { lawOn } from '#lib/server/rules/law.ts';
import { publishVersion, withdrawVersion } from '#lib/server/rules/publish.ts';
import { ruleSentence, type RuleRefusal } from '#lib/server/rules/refusal.ts';
import { changeRuleSetting, ruleSetting } from '#lib/server/rules/setting.ts';
import { verifyChain } from '#lib/server/rules/verify-chain.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';
import { aDraft, analyst, anInstrument, approver, aVersion, held } from '../support/rules.ts';

const database = useDatabase();

function codeOf(result: { ok: true } | RuleRefusal): string {
  if (result.ok) return 'ok';
  expect(ruleSentence(result, 'en')).toMatch(/^[“\p{Lu}].{10,}\.$/u);
  expect(ruleSentence(result, 'zh-CN')).not.toContain('{');
  return result.code;
}

/** A person of the operator with these roles. */
function person(roles: ('admin' | 'analyst' | 'approver')[]): Actor {
  const { kind: _, ...rest } = operatorActor(['rules:read', 'rules:write']);
  return {
    ...rest,
    kind: 'person',
    email: 'a@example.org',
    memberships: [],
    role: null,
    operator_roles: roles,
  };
}

describe('a draft', () => {
  test('is approved by another actor, published, and from then on the law', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const { id, workflow, revision } = await aDraft(app, slug);
    expect({ workflow, revision }).toEqual({ workflow: 'draft', revision: 1 });
    expect(codeOf(await publishVersion(app, approver, id))).toBe('not_approved');
    const approved = held(await approveVersion(app, approver, { id, revision: 1 }));
    expect(approved.version.workflow).toBe('approved');
    expect(await lawOn(app, slug, { as_of: '2026-05-13' })).toBeNull();
    const { version } = held(await publishVersion(app, approver, id));
    expect(version.workflow).toBe('published');
    expect(version.acts.map(({ act, actor, is_one_person }) => [act, actor.name, is_one_person])).toEqual([
      ['drafted', 'test key', false],
      ['approved', 'second key', false],
      ['published', 'second key', false],
    ]);
    const law = await lawOn(app, slug, { as_of: '2026-05-13' });
    expect(law).toMatchObject({ state: 'in_force', legal_state: 'in_force', version: { id } });
    expect(law?.version?.provisions[0]?.text).toBe('扭矩不应大于 20 N·cm。');
  });

  test('is approved by nobody who wrote any of it, unless the operator lets one person do both', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const { id } = await aDraft(app, slug);
    held(await editDraft(app, approver, id, { revision: 1, note: 'a word of my own' }));
    expect(codeOf(await approveVersion(app, analyst, { id }))).toBe('drafter_approves');
    expect(codeOf(await approveVersion(app, approver, { id }))).toBe('drafter_approves');
    const admin = operatorActor(['admin', 'rules:read']);
    expect(codeOf(await changeRuleSetting(app, analyst, { allows_one_person: true }))).toBe(
      'may_not_administer',
    );
    held(await changeRuleSetting(app, admin, { allows_one_person: true }));
    try {
      expect(held(await ruleSetting(app, admin)).setting).toMatchObject({ allows_one_person: true });
      const { version } = held(await approveVersion(app, analyst, { id }));
      expect(version.acts.at(-1)).toMatchObject({ act: 'approved', is_one_person: true });
    } finally {
      held(await changeRuleSetting(app, admin, { allows_one_person: false }));
    }
  });

  test('keeps the work of the other editor: a save of an older revision is refused', async () => {
    const { app } = database.current;
    const { id } = await aDraft(app, await anInstrument(app));
    const first = held(await editDraft(app, analyst, id, { revision: 1, label: 'mine' }));
    expect(first.version.revision).toBe(2);
    const second = await editDraft(app, approver, id, { revision: 1, label: 'yours' });
    expect(codeOf(second)).toBe('revision_stale');
    expect(second.ok ? '' : ruleSentence(second, 'en')).toContain(
      'revision 2 stands there by now, saved by test key',
    );
    const both = await Promise.all(
      [1, 2].map((n) => editDraft(app, analyst, id, { revision: 2, label: `at once ${n}` })),
    );
    expect(both.map(codeOf).sort()).toEqual(['ok', 'revision_stale']);
  });

  test('keeps what a change does not name, and empties what it sets to null', async () => {
    const { app } = database.current;
    const { id } = await aDraft(app, await anInstrument(app), { note: 'first', comment_until: '2026-02-01' });
    const { version } = held(await editDraft(app, analyst, id, { revision: 1, comment_until: null }));
    expect(version).toMatchObject({ note: 'first', comment_until: null, label: '1.0' });
    expect(version.provisions).toHaveLength(1);
  });

  test('has to be approved again once it was changed', async () => {
    const { app } = database.current;
    const { id } = await aDraft(app, await anInstrument(app));
    held(await approveVersion(app, approver, { id }));
    const edited = held(await editDraft(app, analyst, id, { revision: 1, label: '1.1' }));
    expect(edited.version.workflow).toBe('draft');
    expect(codeOf(await publishVersion(app, approver, id))).toBe('not_approved');
    expect(codeOf(await approveVersion(app, approver, { id, revision: 1 }))).toBe('revision_stale');
    held(await approveVersion(app, approver, { id, revision: 2 }));
    held(await publishVersion(app, approver, id));
    expect(codeOf(await editDraft(app, analyst, id, { revision: 2, label: '1.2' }))).toBe('not_a_draft');
  });

  test('made from a version starts with its text and is no correction of what that one corrected', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const first = await aVersion(app, slug);
    const second = await aVersion(app, slug, { label: '1.1', corrects: first.id, topics: ['torque'] });
    const copy = held(await createDraft(app, analyst, slug, { label: '2.0', based_on: second.id })).version;
    expect(copy).toMatchObject({
      based_on: second.id,
      corrects: null,
      topics: ['torque'],
      workflow: 'draft',
    });
    expect(copy.provisions).toEqual(second.provisions);
    const other = await anInstrument(app);
    expect(codeOf(await createDraft(app, analyst, other, { label: 'x', based_on: second.id }))).toBe(
      'based_on_unknown',
    );
  });

  test('marks a translation as older once the original changed, until it is changed or reviewed', async () => {
    const { app } = database.current;
    const clause = { path: '4.8', text: '不应大于 20 N·cm。', translation: 'At most 20 N·cm.' };
    const draft = await aDraft(app, await anInstrument(app), { provisions: [clause] });
    const { id } = draft;
    const older = async (revision: number, change: object) =>
      held(await editDraft(app, analyst, id, { revision, provisions: [{ ...clause, ...change }] })).version
        .provisions[0]?.translation_is_older;
    expect(draft.provisions[0]?.translation_is_older).toBe(false);
    expect(await older(1, { text: '不应大于 30 N·cm。' })).toBe(true);
    expect(await older(2, { text: '不应大于 30 N·cm。', title: '扭矩' })).toBe(true);
    expect(await older(3, { text: '不应大于 30 N·cm。', translation_reviewed: true })).toBe(false);
    expect(await older(4, { text: '不应大于 40 N·cm。' })).toBe(true);
    expect(await older(5, { text: '不应大于 40 N·cm。', translation: 'At most 40 N·cm.' })).toBe(false);
  });

  test.each<[string, Partial<DraftInput>, string]>([
    ['a repeal with a body', { is_repeal: true }, 'repeal_has_body'],
    ['an end before the beginning', { valid_to: '2025-12-31' }, 'valid_to_before_valid_from'],
    ['a clause twice', { provisions: ['a', 'b'].map((text) => ({ path: '1', text })) }, 'path_twice'],
    [
      'a document that is not there',
      { document_id: '00000000-0000-4000-8000-000000000000' },
      'document_unknown',
    ],
    ['a correction of nothing', { corrects: '00000000-0000-4000-8000-000000000000' }, 'corrects_unknown'],
    [
      'a relation to nothing',
      { relations: [{ kind: 'replaces', to: 'nowhere', paths: [] }] },
      'relation_unknown',
    ],
  ])('is refused with %s', async (_what, fields, code) => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const input = {
      label: '1',
      valid_from: '2026-01-01',
      provisions: [{ path: '1', text: 'a' }],
      ...fields,
    };
    expect(codeOf(await createDraft(app, analyst, slug, input))).toBe(code);
  });

  test.each([
    ['without a first day of force', { valid_from: null }, 'valid_from_missing'],
    ['without provisions', { provisions: [] }, 'no_provisions'],
  ])('is not published %s', async (_what, fields, code) => {
    const { app } = database.current;
    const { id } = await aDraft(app, await anInstrument(app), fields);
    held(await approveVersion(app, approver, { id }));
    expect(codeOf(await publishVersion(app, approver, id))).toBe(code);
  });
});

describe('who may', () => {
  test('draft is an analyst or a key, and decide an approver or a key; a firm neither', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const slug = await anInstrument(app);
    const draft = (actor: Actor) => createDraft(app, actor, slug, { label: '1' });
    expect(codeOf(await draft(person(['analyst'])))).toBe('ok');
    for (const actor of [
      person(['approver']),
      person(['admin']),
      operatorActor(['rules:read']),
      firmActor(firm, ['rules:write']),
    ])
      expect(codeOf(await draft(actor))).toBe('may_not_draft');
    const { id } = await aDraft(app, slug);
    for (const actor of [
      person(['analyst']),
      operatorActor(['rules:read']),
      firmActor(firm, ['rules:write']),
    ]) {
      expect(codeOf(await approveVersion(app, actor, { id }))).toBe('may_not_decide');
      expect(codeOf(await publishVersion(app, actor, id))).toBe('may_not_decide');
      expect(codeOf(await withdrawVersion(app, actor, { id, reason: 'x' }))).toBe('may_not_decide');
    }
    expect(codeOf(await approveVersion(app, person(['approver']), { id }))).toBe('ok');
  });
});

describe('a withdrawal', () => {
  test('ends a draft, and voids what was published from then on, with its reason', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const draft = await aDraft(app, slug);
    expect(codeOf(await withdrawVersion(app, approver, { id: draft.id, reason: '  ' }))).toBe(
      'reason_missing',
    );
    held(await withdrawVersion(app, approver, { id: draft.id, reason: 'made twice' }));
    expect(codeOf(await editDraft(app, analyst, draft.id, { revision: 1 }))).toBe('not_a_draft');
    const { id } = await aVersion(app, slug);
    const before = await lawOn(app, slug, { as_of: '2026-05-13' });
    const { version } = held(await withdrawVersion(app, approver, { id, reason: 'never issued' }));
    expect(version).toMatchObject({ workflow: 'withdrawn', withdrawn_reason: 'never issued' });
    expect(codeOf(await withdrawVersion(app, approver, { id, reason: 'again' }))).toBe('already_withdrawn');
    expect(await lawOn(app, slug, { as_of: '2026-05-13' })).toMatchObject({ state: 'none', version: null });
    const then = await lawOn(app, slug, { as_of: '2026-05-13', known_at: before?.known_at });
    expect(then).toEqual(before);
  });

  test('of a correction revives what it corrected, and is asked for before that of the corrected', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    const first = await aVersion(app, slug);
    const postponed = await aVersion(app, slug, {
      label: 'postponed',
      corrects: first.id,
      valid_from: '2027-01-01',
    });
    expect(await lawOn(app, slug, { as_of: '2026-05-13' })).toMatchObject({
      state: 'none',
      reason: 'before_first',
    });
    expect(codeOf(await withdrawVersion(app, approver, { id: first.id, reason: 'x' }))).toBe(
      'already_corrected',
    );
    held(await withdrawVersion(app, approver, { id: postponed.id, reason: 'it was not postponed' }));
    expect(await lawOn(app, slug, { as_of: '2026-05-13' })).toMatchObject({ version: { id: first.id } });
  });
});

describe('publishing', () => {
  test('writes version, links and event together, or nothing', async () => {
    const { app, owner } = database.current;
    const { id } = await aVersion(app, await anInstrument(app));
    const kinds = await owner.db
      .selectFrom('rule_chain_link')
      .select(['kind', 'sequence'])
      .where('version_id', '=', id)
      .orderBy('sequence')
      .execute();
    expect(kinds.map(({ kind }) => kind)).toEqual(['approval', 'publication']);
    const events = await owner.db
      .selectFrom('event')
      .select(['kind', 'data'])
      .where('subject_id', '=', id)
      .execute();
    expect(events).toMatchObject([
      { kind: 'rule.published', data: { version_id: id, chain: { sequence: Number(kinds[1]?.sequence) } } },
    ]);
    const other = await aDraft(app, await anInstrument(app));
    held(await approveVersion(app, approver, { id: other.id }));
    await owner.pg
      .query(`create function stop() returns trigger language plpgsql as $$ begin raise 'stop'; end $$;
      create trigger stop before insert on event for each row execute function stop()`);
    try {
      await expect(publishVersion(app, approver, other.id)).rejects.toThrow('stop');
    } finally {
      await owner.pg.query('drop trigger stop on event; drop function stop()');
    }
    const after = await owner.db
      .selectFrom('rule_chain_link')
      .select('kind')
      .where('version_id', '=', other.id)
      .execute();
    expect(after).toEqual([]);
    held(await publishVersion(app, approver, other.id));
  });

  test('of several at once gives each its own moment, in the order of the chain', async () => {
    const { app, owner } = database.current;
    const slug = await anInstrument(app);
    const drafts = await Promise.all([1, 2, 3, 4].map((n) => aDraft(app, slug, { label: String(n) })));
    for (const { id } of drafts) held(await approveVersion(app, approver, { id }));
    await Promise.all(drafts.map(async ({ id }) => held(await publishVersion(app, approver, id))));
    const { rows } = await sql<{ recorded_at: Date; sequence: string }>`
      select recorded_at, sequence from rule_version where state = 'published' order by sequence`.execute(
      owner.db,
    );
    const moments = rows.map(({ recorded_at }) => recorded_at.getTime());
    expect(new Set(moments).size).toBe(moments.length);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });

  test('once is enough: the same version at the same time is published a single time', async () => {
    const { app } = database.current;
    const { id } = await aDraft(app, await anInstrument(app));
    held(await approveVersion(app, approver, { id }));
    const both = await Promise.all([publishVersion(app, approver, id), publishVersion(app, approver, id)]);
    expect(both.map(codeOf).sort()).toEqual(['not_approved', 'ok']);
  });

  test('makes whoever asks about this very moment wait, so that no answer changes afterwards', async () => {
    const { app } = database.current;
    const slug = await anInstrument(app);
    await aVersion(app, slug);
    const { id } = await aDraft(app, slug, { label: '2' });
    held(await approveVersion(app, approver, { id }));
    const asked: Promise<unknown>[] = [];
    const order: string[] = [];
    await asOperator(app.db, async (tx) => {
      const { publishIn } = await import('#lib/server/rules/publish.ts');
      held(await publishIn(tx, { by: { kind: 'key', id: approver.id, name: 'key' }, id }));
      await sleep(5);
      const known_at = new Date();
      asked.push(
        lawOn(app, slug, { as_of: '2026-05-13', known_at }).then((law) =>
          order.push(`answered ${law?.version?.label}`),
        ),
      );
      await sleep(100);
      order.push('commits');
    });
    await Promise.all(asked);
    expect(order).toEqual(['commits', 'answered 2']);
  });
});

describe('the annex of mandatory tests', () => {
  const annex = [
    { title: '扭矩测试', clause: '4.8', slot: 8, confirmed: true },
    { title: '燃烧速率', confirmed: false },
  ];

  test('belongs to its version: drafted, copied, approved and from then on as it is', async () => {
    const { app, owner } = database.current;
    const slug = await anInstrument(app);
    const { id } = await aVersion(app, slug, { annex });
    const copy = held(await createDraft(app, analyst, slug, { label: '2', based_on: id })).version;
    expect(copy.annex).toEqual([
      { line: 1, title: '扭矩测试', clause: '4.8', slot: 8, confirmed: true },
      { line: 2, title: '燃烧速率', clause: null, slot: null, confirmed: false },
    ]);
    const edited = held(await editDraft(app, analyst, copy.id, { revision: 1, annex: annex.slice(0, 1) }));
    expect(edited.version.annex).toHaveLength(1);
    expect(edited.version.content_sha256).not.toBe(copy.content_sha256);
    await expect(
      owner.pg.query(`update annex_line set slot = 9 where version_id = '${id}'`),
    ).rejects.toMatchObject({ code: '23001' });
    const firm = await createFirm(owner);
    const seen = await inFirm(app.db, firm.id, (tx) =>
      tx.selectFrom('annex_line').select('version_id').where('version_id', 'in', [id, copy.id]).execute(),
    );
    expect(seen).toEqual([{ version_id: id }, { version_id: id }]);
    expect(await verifyChain(app)).toMatchObject({ ok: true });
  });
});
