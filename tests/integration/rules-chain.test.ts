import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '#lib/domain/rules/canonical-json.ts';
import { withdrawVersion } from '#lib/server/rules/publish.ts';
import { getProof } from '#lib/server/rules/reading-api.ts';
import { verifyChain } from '#lib/server/rules/verify-chain.ts';
import type { StoredVersion } from '#lib/server/rules/version.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { aDraft, analyst, anInstrument, approver, aVersion, held } from '../support/rules.ts';

const database = useDatabase();
let first: StoredVersion;
let second: StoredVersion;
let withdrawn: StoredVersion;

beforeAll(async () => {
  const { app } = database.current;
  const slug = await anInstrument(app);
  const provisions = [
    { path: '4.8', text: '扭矩不应大于 20 N·cm。' },
    { path: '4.11', text: '燃烧速率不应大于 30 mm/s。', translation: 'At most 30 mm/s.' },
  ];
  first = await aVersion(app, slug, {
    provisions,
    relations: [{ kind: 'implements', to: await anInstrument(app), paths: ['4'] }],
  });
  second = await aVersion(app, slug, { label: '2.0', valid_from: '2026-06-01', provisions, corrects: null });
  const third = await aVersion(app, slug, { label: '3.0', valid_from: '2026-07-01' });
  ({ version: withdrawn } = held(
    await withdrawVersion(app, approver, { id: third.id, reason: 'never issued' }),
  ));
  await aDraft(app, slug, { label: 'a draft' });
});

const check = () => verifyChain(database.current.app);

/** Changes something as a superuser can, past every trigger, and back again. */
async function tampered<T>(change: string, undo: string, work: () => Promise<T>): Promise<T> {
  const client = await database.current.owner.pg.connect();
  const run = (statement: string) =>
    client.query(`begin; set local session_replication_role = replica; ${statement}; commit`);
  try {
    await run(change);
    try {
      return await work();
    } finally {
      await run(undo);
    }
  } finally {
    client.release();
  }
}

describe('the chain', () => {
  test('holds over approvals, publications and withdrawals, and does not know of drafts', async () => {
    expect(await check()).toMatchObject({ ok: true, links: 7, head: { sequence: 7 } });
  });

  test('names the provision of which one byte was changed', async () => {
    const at = `where version_id = '${first.id}' and path = '4.11'`;
    const found = await tampered(
      `update provision set text = replace(text, '30', '31') ${at}`,
      `update provision set text = replace(text, '31', '30') ${at}`,
      check,
    );
    expect(found).toMatchObject({
      ok: false,
      faults: [
        {
          problem: 'content_changed',
          kind: 'publication',
          version_id: first.id,
          instrument: first.instrument.slug,
          label: '1.0',
          provisions: ['4.11'],
        },
      ],
    });
    expect(await check()).toMatchObject({ ok: true });
  });

  const swap = (table: string, column: string, to: string, from: string, where: string): [string, string] => [
    `update ${table} set ${column} = ${to} where ${where}`,
    `update ${table} set ${column} = ${from} where ${where}`,
  ];
  test.each<[string, () => [string, string], object]>([
    [
      'the translation of a clause',
      () =>
        swap(
          'provision',
          'translation',
          `'At most 31 mm/s.'`,
          `'At most 30 mm/s.'`,
          `version_id = '${first.id}' and path = '4.11'`,
        ),
      { provisions: ['4.11'] },
    ],
    [
      'the first day of force',
      () => swap('rule_version', 'valid_from', `'2020-01-01'`, `'2026-06-01'`, `id = '${second.id}'`),
      { problem: 'content_changed', provisions: [] },
    ],
    [
      'the moment of publication',
      () =>
        swap(
          'rule_version',
          'recorded_at',
          `'2020-01-01'`,
          `'${second.recorded_at?.toISOString()}'`,
          `id = '${second.id}'`,
        ),
      { problem: 'record_differs', label: '2.0' },
    ],
    [
      'the title of the instrument',
      () =>
        swap(
          'instrument',
          'title',
          `'x'`,
          `'${first.instrument.title}'`,
          `slug = '${first.instrument.slug}'`,
        ),
      { problem: 'content_changed' },
    ],
    [
      'what the version relates to',
      () => swap('rule_relation', 'kind', `'replaces'`, `'implements'`, `version_id = '${first.id}'`),
      { problem: 'content_changed' },
    ],
    [
      'who approved',
      () =>
        swap(
          'rule_act',
          'actor_name',
          `'x'`,
          `'second key'`,
          `version_id = '${second.id}' and act = 'approved'`,
        ),
      { label: '2.0', kind: 'publication' },
    ],
    [
      'when it was approved',
      () =>
        swap(
          'rule_act',
          'at',
          `at - interval '1 day'`,
          `at + interval '1 day'`,
          `version_id = '${second.id}' and act = 'approved'`,
        ),
      { label: '2.0', kind: 'approval' },
    ],
    [
      'why it was withdrawn',
      () =>
        swap(
          'rule_act',
          'reason',
          `'x'`,
          `'never issued'`,
          `version_id = '${withdrawn.id}' and act = 'withdrawn'`,
        ),
      { label: '3.0', kind: 'withdrawal' },
    ],
    [
      'that it is published',
      () =>
        swap(
          'rule_version',
          'state',
          `'withdrawn', recorded_at = null, sequence = null`,
          `'published', recorded_at = '${second.recorded_at?.toISOString()}', sequence = ${second.sequence}`,
          `id = '${second.id}'`,
        ),
      { label: '2.0', problem: 'record_differs' },
    ],
    [
      'a link',
      () =>
        swap(
          'rule_chain_link',
          'recorded_at',
          `recorded_at - interval '1 s'`,
          `recorded_at + interval '1 s'`,
          `sequence = 3`,
        ),
      { sequence: 3, problem: 'link_changed' },
    ],
    [
      'the head',
      () =>
        swap(
          'rule_chain_head',
          'sha256',
          `repeat('0', 64)`,
          `(select sha256 from rule_chain_link where sequence = 7)`,
          'true',
        ),
      { problem: 'head_differs' },
    ],
    [
      'the number of links',
      () => [
        'create temp table kept as select * from rule_chain_link where sequence = 7; delete from rule_chain_link where sequence = 7',
        'insert into rule_chain_link select * from kept',
      ],
      { problem: 'head_differs' },
    ],
    [
      'the list of clauses',
      () => [
        `insert into provision (version_id, position, path, text, language) values ('${second.id}', 9, '4.12', 'x', 'en')`,
        `delete from provision where version_id = '${second.id}' and path = '4.12'`,
      ],
      { label: '2.0', provisions: ['4.12'] },
    ],
  ])('finds that a superuser changed %s', async (_what, statements, fault) => {
    const [change, undo] = statements();
    const found = await tampered(change, undo, check);
    expect(found.ok ? [] : found.faults).toContainEqual(expect.objectContaining(fault));
    expect(await check()).toMatchObject({ ok: true });
  });

  test('finds a version that was put in past it', async () => {
    const id = '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77';
    const found = await tampered(
      `insert into rule_version (id, instrument_id, label, title, content_sha256, state, recorded_at, sequence)
       values ('${id}', '${first.instrument.id}', 'forged', 'x', repeat('0', 64), 'published', now(), 1000)`,
      `delete from rule_version where id = '${id}'`,
      check,
    );
    expect(found).toMatchObject({
      ok: false,
      faults: [{ problem: 'not_linked', label: 'forged' }, { kind: 'publication' }],
    });
  });
});

describe('a proof', () => {
  const link = z.strictObject({
    sequence: z.int(),
    kind: z.string(),
    version_id: z.string(),
    content_sha256: z.string(),
    recorded_at: z.string(),
    previous_sha256: z.string(),
    sha256: z.string(),
  });
  const proof = z.object({
    links: z.array(link),
    contents: z.array(z.object({ sequence: z.int(), kind: z.string(), content: z.string() })),
    head: z.object({ sequence: z.int(), sha256: z.string() }),
  });
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  test('can be checked by an outsider who knows sha-256 and canonical JSON alone', async () => {
    const { app, owner } = database.current;
    const reader = firmActor(await createFirm(owner), ['rules:read']);
    const answer = await call(app, getProof, { actor: reader, params: { id: second.id } });
    const { links, contents, head } = answer.json(proof);
    let previous = '0'.repeat(64);
    for (const [index, { sha256: own, ...fields }] of links.entries()) {
      expect(fields.sequence).toBe(index + 1);
      expect(fields.previous_sha256).toBe(previous);
      expect(sha256(canonicalJson(fields))).toBe(own);
      previous = own;
    }
    expect(links.at(-1)).toMatchObject({
      version_id: second.id,
      kind: 'publication',
      sequence: second.sequence,
    });
    expect(head.sequence).toBe(7);
    expect(contents.map(({ kind }) => kind)).toEqual(['approval', 'publication']);
    for (const { sequence, content } of contents)
      expect(sha256(content)).toBe(links[sequence - 1]?.content_sha256);
    expect(contents[1]?.content).toContain('燃烧速率不应大于 30 mm/s。');
  });

  test('is not given of a draft', async () => {
    const { app } = database.current;
    const { id } = await aDraft(app, first.instrument.slug);
    const as = async (actor: Parameters<typeof firmActor>[0] | null) =>
      (
        await call(app, getProof, {
          actor: actor ? firmActor(actor, ['rules:read']) : analyst,
          params: { id },
        })
      ).status;
    expect(await as(await createFirm(database.current.owner))).toBe(404);
    expect(await as(null)).toBe(409);
  });
});
