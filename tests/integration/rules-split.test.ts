import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { extractPending } from '#lib/server/documents/extract-pending.ts';
import { storeDocument } from '#lib/server/documents/store.ts';
import { postSplit } from '#lib/server/rules/keeping-api.ts';
import { postVersion } from '#lib/server/rules/versions-api.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { analyst, anInstrument } from '../support/rules.ts';

const database = useDatabase();
const preview = z.object({
  preamble: z.object({ text: z.string() }),
  provisions: z.array(z.object({ path: z.string(), title: z.string().nullable(), text: z.string() })),
  document: z.object({ id: z.string(), sha256: z.string() }).nullable(),
});
const TEXT =
  '婴幼儿用品公告\n4.11 燃烧速率\n燃烧速率不应大于 30 mm/s。\n4.12 模拟使用耐久性\n循环次数不应少于 20000 次。\n';

const split = (body: object, actor = analyst) => call(database.current.app, postSplit, { actor, body });

async function keep(file_name: string, bytes: Uint8Array): Promise<string> {
  const stored = await storeDocument(database.current.app, {
    firm_id: null,
    actor_id: null,
    file_name,
    bytes,
  });
  if (!stored.ok) throw new Error(stored.problem.code);
  return stored.document.id;
}

describe('a text that is to become a draft', () => {
  test('is shown in its provisions and goes into the draft as it was agreed on', async () => {
    const { provisions, preamble, document } = (await split({ text: TEXT })).json(preview);
    expect(preamble.text).toContain('婴幼儿用品公告');
    expect(provisions.map(({ path, title }) => [path, title])).toEqual([
      ['4.11', '燃烧速率'],
      ['4.12', '模拟使用耐久性'],
    ]);
    expect(document).toBeNull();
    const slug = await anInstrument(database.current.app);
    const body = {
      label: '1',
      provisions: provisions.map(({ path, title, text }) => ({ path, title, text })),
    };
    const made = await call(database.current.app, postVersion, { actor: analyst, params: { slug }, body });
    expect(made.status).toBe(201);
  });

  test('is taken from a stored document once that was read, and the draft names its hash', async () => {
    const { app, worker } = database.current;
    const html = `<html><body><h1>公告</h1>${TEXT.split('\n')
      .map((line) => `<p>${line}</p>`)
      .join('')}</body></html>`;
    const document_id = await keep('notice.html', Buffer.from(html));
    expect((await split({ document_id })).status).toBe(409);
    await extractPending(worker, new Date(Date.now() + 60_000));
    const found = (await split({ document_id })).json(preview);
    expect(found.provisions.map(({ path }) => path)).toEqual(['4.11', '4.12']);
    const slug = await anInstrument(app);
    const body = {
      label: '1',
      document_id,
      provisions: found.provisions.map(({ path, text }) => ({ path, text })),
    };
    const made = await call(app, postVersion, { actor: analyst, params: { slug }, body });
    expect(made.json(z.looseObject({ document_sha256: z.string() })).document_sha256).toBe(
      found.document?.sha256,
    );
  });

  test('of a photo, of another owner or of nobody is refused with a sentence', async () => {
    const { owner, app } = database.current;
    const firm = await createFirm(owner);
    const own = await storeDocument(app, {
      firm_id: firm.id,
      actor_id: null,
      file_name: 'a.txt',
      bytes: Buffer.from('1 x'),
    });
    const of_firm = own.ok ? own.document.id : '';
    expect((await split({ document_id: of_firm })).status).toBe(422);
    expect((await split({})).status).toBe(422);
    expect((await split({ text: TEXT }, firmActor(firm, ['rules:read']))).status).toBe(403);
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    expect((await split({ document_id: await keep('a.png', png) })).text).toContain('document_without_text');
  });
});
