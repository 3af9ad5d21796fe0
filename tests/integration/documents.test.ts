import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import { DOCUMENT_BYTES_MAX } from '#lib/domain/documents/limits.ts';
import { getDocument, getDocumentContent, postDocument } from '#lib/server/documents/api.ts';
import { documentBytes, findDocument, findDocuments } from '#lib/server/documents/document.ts';
import { extractPending } from '#lib/server/documents/extract-pending.ts';
import { EXTRACTORS } from '#lib/server/documents/extractors.ts';
import { storeDocument } from '#lib/server/documents/store.ts';
import { respond, type Operation, type RequestLike } from '#lib/server/http/operation.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';
import {
  encodeGb18030,
  makeDocx,
  makeEncryptedPdf,
  makePdf,
  makePng,
  makeProgram,
  NOTICE_EN,
  NOTICE_ZH,
} from '../fixtures/documents/make.ts';

const database = useDatabase();
let firm: Firm;
let other: Firm;

beforeAll(async () => {
  firm = await createFirm(database.current.owner);
  other = await createFirm(database.current.owner);
});

const writer = (of: Firm) => firmActor(of, ['portfolio:read', 'portfolio:write']);
const operator = () => operatorActor(['rules:read', 'rules:write']);
const text = (value: string) => new TextEncoder().encode(value);
/** Bytes that no other test has sent. */
const fresh = () => text(`${NOTICE_EN} ${randomUUID()}`);

type Sent = { actor?: Actor; query?: string; type?: string; headers?: Record<string, string> };

function event(path: string, given: Sent & { id?: string; body?: BodyInit }): RequestLike {
  const url = new URL(`/api/v1${path}${given.query ?? ''}`, 'http://127.0.0.1:3000');
  const headers = { ...(given.type ? { 'content-type': given.type } : {}), ...given.headers };
  const { body } = given;
  return {
    request: new Request(url, body === undefined ? { headers } : { method: 'POST', headers, body }),
    url,
    params: given.id === undefined ? {} : { id: given.id },
    locals: {
      app: database.current.app,
      actor: given.actor ?? writer(firm),
      request_id: 'req-0001',
    },
    getClientAddress: () => '127.0.0.1',
  };
}

const answered = z.looseObject({
  id: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  media_type: z.string(),
  file_name: z.string(),
  state: z.string(),
});

function post(bytes: Uint8Array, given: Sent = {}): Promise<Response> {
  const body = new Uint8Array(bytes);
  return respond(postDocument, event('/documents', { type: 'application/octet-stream', ...given, body }));
}

async function stored(bytes: Uint8Array, given: Sent = {}) {
  const response = await post(bytes, given);
  expect(response.status).toBe(201);
  return answered.parse(await response.json());
}

async function get<P, Q, B>(of: Operation<P, Q, B>, id: string, given: Sent = {}): Promise<Response> {
  return respond(of, event(`/documents/${id}`, { ...given, id }));
}

async function problemOf(response: Response) {
  const problem = z
    .looseObject({ status: z.number(), detail: z.string(), errors: z.array(z.looseObject({})).optional() })
    .parse(await response.json());
  return { status: problem.status, detail: problem.detail, errors: problem.errors ?? [] };
}

/** One run of the job that leaves the documents of other tests alone. */
async function extractOnly(ids: string[]): Promise<void> {
  const { owner, worker } = database.current;
  await owner.pg.query('update document set next_attempt_at = null where id <> all ($1)', [ids]);
  await extractPending(worker, worker.now());
}

describe('a file that is sent', () => {
  test('is kept with its hash, its type by content and a name that is safe to save', async () => {
    const bytes = makePdf([{ zh: NOTICE_ZH }]);
    const document = await stored(bytes, { query: '?file_name=%E5%85%AC%E5%91%8A.docx', type: 'text/plain' });
    expect(document).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.byteLength,
      media_type: 'application/pdf',
      file_name: '公告.docx.pdf',
      state: 'pending',
    });
  });

  test('may come as the part of a form, whose name it takes', async () => {
    const form = new FormData();
    form.append('note', 'ignored');
    form.append('file', new File([fresh()], '公告〔2026〕17号.txt', { type: 'application/pdf' }));
    const response = await respond(
      postDocument,
      event('/documents', {
        body: form,
        type: new Response(form).headers.get('content-type') ?? '',
      }),
    );
    // The boundary of the second rendering is another one: this form cannot be read.
    expect(response.status).toBe(422);

    const rendered = new Response(form);
    const type = rendered.headers.get('content-type') ?? '';
    const body = await rendered.arrayBuffer();
    const right = await respond(postDocument, event('/documents', { body, type }));
    expect(right.status).toBe(201);
    expect(await right.json()).toMatchObject({ file_name: '公告〔2026〕17号.txt', media_type: 'text/plain' });
  });

  test('may come without a length', async () => {
    const bytes = fresh();
    const url = new URL('http://127.0.0.1:3000/api/v1/documents');
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(bytes.subarray(0, 10));
        controller.enqueue(bytes.subarray(10));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'text/plain' },
    };
    const answer = await respond(postDocument, {
      ...event('/documents', {}),
      url,
      request: new Request(url, init),
    });
    expect(await answer.json()).toMatchObject({ bytes: bytes.byteLength });
  });

  test('is a photo without text from the start', async () => {
    expect(await stored(makePng())).toMatchObject({ media_type: 'image/png', state: 'no_text' });
  });

  test('is one document, however often and under whatever name its owner sends it', async () => {
    const bytes = fresh();
    const first = await stored(bytes, { query: '?file_name=first.txt' });
    const again = await Promise.all([
      stored(bytes, { query: '?file_name=second.txt' }),
      stored(bytes, { type: 'application/pdf' }),
      stored(bytes),
    ]);
    for (const document of again) expect(document).toEqual(first);
    const { rows } = await database.current.owner.pg.query(
      'select d.id from document d join document_content c on c.document_id = d.id where d.sha256 = $1',
      [first.sha256],
    );
    expect(rows).toEqual([{ id: first.id }]);
  });

  test('is one document when it is sent many times at once', async () => {
    const bytes = fresh();
    const ids = await Promise.all(Array.from({ length: 8 }, () => stored(bytes).then(({ id }) => id)));
    expect(new Set(ids).size).toBe(1);
  });

  test('is a document of its own for each owner', async () => {
    const bytes = fresh();
    const mine = await stored(bytes);
    const theirs = await stored(bytes, { actor: writer(other) });
    const operators = await stored(bytes, { actor: operator() });
    expect(new Set([mine.id, theirs.id, operators.id]).size).toBe(3);
    expect(await stored(bytes, { actor: operator() })).toEqual(operators);
  });
});

describe('a file that is not kept', () => {
  test.each<[string, () => Uint8Array, number, string, RegExp]>([
    ['an empty one', () => new Uint8Array(0), 422, 'empty', /^The file is empty\. Choose the file again/],
    [
      'a program',
      makeProgram,
      415,
      'unsupported',
      /^The file is application\/x-msdownload, which is not kept\. Send one of PDF, DOCX/,
    ],
    [
      'noise',
      () => Uint8Array.of(1, 2, 3, 4, 255),
      415,
      'unsupported',
      /of a kind that cannot be recognised/,
    ],
  ])('%s is refused with a sentence', async (_name, make, status, code, sentence) => {
    const problem = await problemOf(
      await post(make(), { type: 'application/pdf', query: '?file_name=a.pdf' }),
    );
    expect(problem).toMatchObject({ status, errors: [{ field: 'file', code }] });
    expect(problem.detail).toMatch(sentence);
  });

  test('one beyond the limit is refused, by its announced length and by what it sends', async () => {
    const bytes = new Uint8Array(DOCUMENT_BYTES_MAX + 1).fill(0x20);
    expect(await problemOf(await post(bytes))).toMatchObject({
      status: 413,
      detail: 'The body is larger than 25 MB. Send it in parts.',
    });
    const announced = { 'content-length': String(DOCUMENT_BYTES_MAX + 1) };
    expect((await post(fresh(), { headers: announced })).status).toBe(413);
    const form = new FormData();
    form.append('file', new File([bytes], 'a.txt'));
    const rendered = new Response(form);
    const type = rendered.headers.get('content-type') ?? '';
    const body = await rendered.arrayBuffer();
    const problem = await problemOf(await respond(postDocument, event('/documents', { body, type })));
    expect(problem).toMatchObject({ status: 413, errors: [{ field: 'file', code: 'too_big' }] });
  });

  test('one of exactly the limit is kept and comes back whole', async () => {
    const bytes = Buffer.alloc(DOCUMENT_BYTES_MAX, `${NOTICE_EN}\n`);
    const document = await stored(bytes);
    const back = await get(getDocumentContent, document.id);
    const hash = createHash('sha256').update(Buffer.from(await back.arrayBuffer()));
    expect(hash.digest('hex')).toBe(document.sha256);
  });

  test.each([
    ['no type', undefined, 415],
    ['a type that is not kept', 'video/mp4', 415],
    ['a form without a boundary', 'multipart/form-data', 422],
  ])('one with %s is refused', async (_what, type, status) => {
    const body = new Uint8Array(fresh());
    const answer = await respond(postDocument, event('/documents', { body, ...(type ? { type } : {}) }));
    expect(answer.status).toBe(status);
  });

  test.each([
    ['no file', 0],
    ['two files', 2],
  ])('a form with %s is refused', async (_what, count) => {
    const form = new FormData();
    form.append('file', 'a text and no file');
    for (let made = 0; made < count; made += 1) form.append('file', new File([fresh()], 'a.txt'));
    const rendered = new Response(form);
    const type = rendered.headers.get('content-type') ?? '';
    const body = await rendered.arrayBuffer();
    const problem = await problemOf(await respond(postDocument, event('/documents', { body, type })));
    expect(problem).toMatchObject({ status: 422, errors: [{ field: 'file', code: 'incomplete' }] });
  });

  test('one sent with a key that may not write is refused before it is read', async () => {
    const actor = firmActor(firm, ['portfolio:read']);
    expect((await post(makeProgram(), { actor })).status).toBe(403);
    expect((await post(makeProgram(), { actor: operatorActor(['rules:read']) })).status).toBe(403);
  });
});

describe('a document', () => {
  test('tells its state, then its text by parts', async () => {
    const words = '第4.12条待解释𠮷 ';
    const bytes = encodeGb18030(`标题 ${randomUUID()}\n`);
    const long = Buffer.concat([Buffer.from(`\uFEFF`), Buffer.from(words.repeat(12_000))]);
    const { id } = await stored(long);
    const short = await stored(bytes);
    expect(await (await get(getDocument, id)).json()).toMatchObject({
      state: 'pending',
      problem: null,
      text_characters: 0,
      extractor: null,
      extractor_version: null,
    });
    await extractOnly([id, short.id]);

    const parts: string[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      const response: Response = await get(getDocument, id, { query: `?text=1&text_offset=${offset}` });
      const part = z
        .looseObject({ text: z.string(), next_text_offset: z.number().nullable() })
        .parse(await response.json());
      parts.push(part.text);
      offset = part.next_text_offset;
    }
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join('')).toBe(words.repeat(12_000).trim());

    const known: unknown = await (await get(getDocument, short.id)).json();
    expect(known).toMatchObject({
      state: 'extracted',
      extractor: 'text',
      extractor_version: EXTRACTORS['text/plain'].extractor_version,
      page_count: null,
    });
    expect(known).not.toHaveProperty('text');
  });

  test('says in both languages why it has no text', async () => {
    const { id } = await stored(makeEncryptedPdf());
    await extractOnly([id]);
    expect(await (await get(getDocument, id, { query: '?text=1' })).json()).toMatchObject({
      state: 'failed',
      problem: {
        code: 'encrypted',
        reason: {
          en: 'The file is protected by a password, so no text was read. Send a copy without the password.',
          zh: '该文件设有密码，未能提取文字。请提交不设密码的副本。',
        },
      },
      text: null,
      next_text_offset: null,
    });
  });

  test('is downloaded byte for byte, to be saved and never run', async () => {
    const bytes = text(`<!DOCTYPE html><html><script>alert(1)</script>${randomUUID()}</html>`);
    const { id, sha256 } = await stored(bytes, { query: '?file_name=%E5%85%AC%E5%91%8A.html' });
    const response = await get(getDocumentContent, id);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html',
      'content-length': String(bytes.byteLength),
      'content-disposition': `attachment; filename="__.html"; filename*=UTF-8''%E5%85%AC%E5%91%8A.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-cache',
      etag: `"${sha256}"`,
    });
    const again = await get(getDocumentContent, id, { headers: { 'if-none-match': `W/"x", "${sha256}"` } });
    expect(again.status).toBe(304);
    expect(again.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test("of another firm is as if it did not exist, for that firm's key and for the operator's", async () => {
    const { id } = await stored(makeDocx([randomUUID()]));
    const nowhere = randomUUID();
    for (const actor of [writer(other), operator()])
      for (const ask of [
        (one: string) => get(getDocument, one, { actor }),
        (one: string) => get(getDocumentContent, one, { actor }),
      ]) {
        const [theirs, none] = await Promise.all([id, nowhere].map(async (one) => problemOf(await ask(one))));
        expect(theirs).toEqual(none);
        expect(theirs).toMatchObject({ status: 404, detail: 'There is no document with this id.' });
      }
    const { app } = database.current;
    expect(await findDocument(app, { firm_id: other.id }, id)).toBeNull();
    expect(await findDocuments(app, { firm_id: null }, [id, nowhere])).toEqual([]);
    await expect(documentBytes(app, { firm_id: other.id }, { id, byte_count: 1 })).rejects.toThrow();
  });

  test("of the operator is the operator's alone", async () => {
    const { id } = await stored(fresh(), { actor: operator() });
    expect((await get(getDocument, id, { actor: operator() })).status).toBe(200);
    expect((await get(getDocumentContent, id, { actor: operator() })).status).toBe(200);
    expect((await get(getDocument, id)).status).toBe(404);
    expect((await get(getDocumentContent, id)).status).toBe(404);
  });

  test('is not told of to a key without the scope, nor to nobody', async () => {
    const { id } = await stored(fresh());
    expect((await get(getDocument, id, { actor: firmActor(firm, ['clearance:read']) })).status).toBe(403);
    const nobody = event(`/documents/${id}`, { id });
    nobody.locals.actor = null;
    expect((await respond(getDocumentContent, nobody)).status).toBe(401);
  });

  test('cannot be asked for by what is no id', async () => {
    for (const id of ['x', '../1', `${randomUUID()}'`]) expect((await get(getDocument, id)).status).toBe(404);
  });
});

describe('storeDocument', () => {
  test('says whether the document is new', async () => {
    const given = { firm_id: firm.id, actor_id: null, file_name: null, bytes: fresh() };
    const { app } = database.current;
    expect(await storeDocument(app, given)).toMatchObject({ ok: true, is_new: true });
    expect(await storeDocument(app, given)).toMatchObject({ ok: true, is_new: false });
  });

  test('keeps the file and its bytes together or not at all', async () => {
    const bytes = fresh();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await database.current.owner.pg.query(
      `create function refuse_content() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
       create trigger refuse before insert on document_content for each row execute function refuse_content()`,
    );
    try {
      expect((await post(bytes)).status).toBe(500);
    } finally {
      await database.current.owner.pg.query('drop function refuse_content cascade');
    }
    const { rows } = await database.current.owner.pg.query('select from document where sha256 = $1', [
      sha256,
    ]);
    expect(rows).toEqual([]);
    expect((await post(bytes)).status).toBe(201);
  });
});
