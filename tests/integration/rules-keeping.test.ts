import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { postInstrument } from '#lib/server/rules/instruments-api.ts';
import {
  getMapping,
  getRuleSetting,
  patchRuleSetting,
  postMappingApproval,
  putMapping,
} from '#lib/server/rules/keeping-api.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';
import { analyst, anInstrument, approver, aVersion, problem } from '../support/rules.ts';

const database = useDatabase();
let reader: Actor;

beforeAll(async () => {
  reader = firmActor(await createFirm(database.current.owner), ['rules:read']);
});

function app() {
  return database.current.app;
}

test('no instrument takes the address of another page about rules', async () => {
  const pages = await readdir(join(import.meta.dirname, '../../src/routes/(app)/rules'), {
    withFileTypes: true,
  });
  const taken = pages.filter((one) => one.isDirectory() && !one.name.startsWith('[')).map(({ name }) => name);
  expect(taken).toContain('drafts');
  for (const slug of [...taken, 'new', 'search']) {
    const instrument = {
      slug,
      title: '公告',
      kind: 'notice',
      authority: 'ningbo-customs',
      language: 'zh-CN',
    };
    const refused = await call(app(), postInstrument, { actor: analyst, body: instrument });
    expect([slug, refused.status]).toEqual([slug, 422]);
    expect(refused.json(problem)).toMatchObject({
      detail: `“${slug}” is the address of another page. Choose another slug, such as “${slug}-2026”.`,
      errors: [{ code: 'slug_reserved' }],
    });
  }
});

describe('a clause mapping', () => {
  test('is shown to firms once another one approved it, and keeps the approval of what did not change', async () => {
    const [from, to] = [await anInstrument(app()), await anInstrument(app())];
    for (const slug of [from, to]) await aVersion(app(), slug);
    const pair = (from_path: string | null, to_path: string | null) => ({ from_path, to_path });
    const seen = async (actor: Actor) =>
      (await call(app(), getMapping, { actor, query: { from, to } })).json(
        z.object({ pairs: z.array(z.looseObject({})) }),
      ).pairs;
    const put = (pairs: object[], actor = analyst) =>
      call(app(), putMapping, { actor, body: { from, to, pairs } });
    expect((await put([pair('5.1', '4.8'), pair('5.2', null)])).status).toBe(200);
    expect(await seen(reader)).toEqual([]);
    const approve = (actor: Actor) => call(app(), postMappingApproval, { actor, body: { from, to } });
    expect((await approve(analyst)).status).toBe(403);
    expect((await approve(approver)).status).toBe(200);
    expect(await seen(reader)).toMatchObject([pair('5.1', '4.8'), pair('5.2', null)]);
    await put([pair('5.1', '4.8'), pair('5.2', '4.9')]);
    expect(await seen(reader)).toMatchObject([pair('5.1', '4.8')]);
    expect(await seen(analyst)).toHaveLength(2);
    expect((await put([pair(null, null)])).status).toBe(422);
    expect((await put([], reader)).status).toBe(403);
  });
});

test('the setting that lets one person do both is the administrator’s', async () => {
  const setting = z.object({ allows_one_person: z.boolean() });
  const change = (actor: Actor) =>
    call(app(), patchRuleSetting, { actor, body: { allows_one_person: true } });
  expect((await change(analyst)).status).toBe(403);
  expect((await change(operatorActor(['admin']))).json(setting)).toEqual({ allows_one_person: true });
  expect((await call(app(), getRuleSetting, { actor: analyst })).json(setting)).toEqual({
    allows_one_person: true,
  });
  expect((await call(app(), getRuleSetting, { actor: reader })).status).toBe(403);
});
