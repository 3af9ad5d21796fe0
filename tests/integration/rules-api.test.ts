import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { Operation } from '#lib/server/http/operation.ts';
import { getInstrument, getInstruments, postInstrument } from '#lib/server/rules/instruments-api.ts';
import { getMapping } from '#lib/server/rules/keeping-api.ts';
import { getCalendar, getProof, getTimeline } from '#lib/server/rules/reading-api.ts';
import {
  getInstrumentVersions,
  getVersion,
  getVersions,
  patchVersion,
  postApproval,
  postPublication,
  postVersion,
  postWithdrawal,
} from '#lib/server/rules/versions-api.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';
import { aDraft, analyst, anInstrument, approver, aVersion, problem } from '../support/rules.ts';

const database = useDatabase();
let reader: Actor;

beforeAll(async () => {
  reader = firmActor(await createFirm(database.current.owner), ['rules:read']);
});

const withId = z.object({ id: z.string(), workflow: z.string(), revision: z.int() });
const law = z.looseObject({
  state: z.string(),
  known_at: z.string(),
  version: z.looseObject({ id: z.string(), label: z.string() }).nullable(),
  provisions: z.array(z.looseObject({ path: z.string(), text: z.string(), status: z.string().nullable() })),
  upcoming: z.array(z.looseObject({ label: z.string() })),
});
const list = z.object({ items: z.array(z.looseObject({})), next_cursor: z.string().nullable() });

function app() {
  return database.current.app;
}

describe('an interpretation of a clause', () => {
  test('is drafted by one key, approved and published by another, waits for its day and leaves the old reading at its date', async () => {
    const slug = `gb-${Date.now()}`;
    const instrument = {
      slug,
      title: '婴幼儿及儿童用品安全技术规范',
      kind: 'standard',
      authority: ['sac', 'SAMR'],
      language: 'zh-CN',
    };
    expect((await call(app(), postInstrument, { actor: analyst, body: instrument })).status).toBe(201);
    const clause = {
      path: '第４．１２条',
      title: '模拟使用耐久性',
      text: '循环次数不应少于 20 000 次。',
      status: 'interpretation_pending',
    };
    const body = {
      label: '2026',
      valid_from: '2026-06-01',
      source_url: 'https://example.org/gb',
      provisions: [clause],
    };
    const draft = (await call(app(), postVersion, { actor: analyst, params: { slug }, body })).json(withId);
    const { id } = draft;
    const own = await call(app(), postApproval, { actor: analyst, params: { id } });
    expect([own.status, own.json(problem).errors?.[0]?.code]).toEqual([403, 'drafter_approves']);
    expect((await call(app(), postPublication, { actor: approver, params: { id } })).status).toBe(409);
    expect(
      (await call(app(), postApproval, { actor: approver, params: { id }, body: { revision: 1 } })).status,
    ).toBe(200);
    expect(
      (await call(app(), postPublication, { actor: approver, params: { id } })).json(withId).workflow,
    ).toBe('published');

    const interpretation = {
      label: 'interpretation of 4.12',
      based_on: id,
      valid_from: '2026-09-01',
      provisions: [{ ...clause, path: '4.12', text: '循环次数不应少于 30 000 次。', status: 'interpreted' }],
    };
    const next = (
      await call(app(), postVersion, { actor: analyst, params: { slug }, body: interpretation })
    ).json(withId);
    const before = await call(app(), getInstrument, {
      actor: reader,
      params: { slug },
      query: { as_of: '2026-07-01' },
    });
    await call(app(), postApproval, { actor: approver, params: { id: next.id } });
    await call(app(), postPublication, { actor: approver, params: { id: next.id } });

    const on = async (as_of: string, known_at?: string) =>
      call(app(), getInstrument, {
        actor: reader,
        params: { slug },
        query: { as_of, ...(known_at ? { known_at } : {}) },
      });
    const july = (await on('2026-07-01')).json(law);
    expect(july.provisions).toMatchObject([
      { path: '4.12', text: '循环次数不应少于 20 000 次。', status: 'interpretation_pending' },
    ]);
    expect(july.upcoming).toMatchObject([{ label: 'interpretation of 4.12', valid_from: '2026-09-01' }]);
    const september = (await on('2026-09-01')).json(law);
    expect(september.provisions).toMatchObject([
      { text: '循环次数不应少于 30 000 次。', status: 'interpreted' },
    ]);
    expect(september.version?.label).toBe('interpretation of 4.12');
    expect((await on('2026-05-31')).json(law)).toMatchObject({
      state: 'none',
      reason: 'before_first',
      version: null,
      provisions: [],
    });

    const { known_at } = before.json(law);
    expect((await on('2026-07-01', known_at)).text).toBe(before.text);
    expect((await on('2026-10-01', known_at)).json(law).provisions).toMatchObject([
      { status: 'interpretation_pending' },
    ]);
    expect((await on('2026-07-01', '2020-01-01T00:00:00+08:00')).status).toBe(404);
  });
});

describe('the answer for a day and a past moment', () => {
  test('stays the same, byte for byte, whatever is published, corrected and withdrawn later, for whoever asks', async () => {
    const slug = await anInstrument(app());
    const first = await aVersion(app(), slug);
    const second = await aVersion(app(), slug, { label: '1.1', valid_from: '2026-03-01' });
    const known_at = new Date().toISOString();
    const days = ['2025-12-31', '2026-01-01', '2026-02-28', '2026-03-01', '2030-01-01'];
    const ask = async () =>
      Promise.all(
        days.flatMap((as_of) =>
          [reader, analyst].map(async (actor) => {
            const answer = await call(app(), getInstrument, {
              actor,
              params: { slug },
              query: { as_of, known_at },
            });
            return [answer.text, answer.headers.get('etag')];
          }),
        ),
      );
    const before = await ask();
    expect(new Set(before.map(([text]) => text)).size).toBe(days.length);
    const wrong = await aVersion(app(), slug, {
      label: 'postponed',
      corrects: second.id,
      valid_from: '2026-06-01',
    });
    await aVersion(app(), slug, { label: '1.2', valid_from: '2026-01-01' });
    await call(app(), postWithdrawal, {
      actor: approver,
      params: { id: wrong.id },
      body: { reason: 'was not' },
    });
    await aVersion(app(), slug, { label: 'end', valid_from: '2027-01-01', is_repeal: true, provisions: [] });
    await call(app(), postWithdrawal, {
      actor: approver,
      params: { id: first.id },
      body: { reason: 'never issued' },
    });
    expect(await ask()).toEqual(before);
    const now = await call(app(), getInstrument, {
      actor: reader,
      params: { slug },
      query: { as_of: '2028-01-01' },
    });
    expect(now.json(law)).toMatchObject({ state: 'repealed', version: { label: 'end' }, provisions: [] });
  });

  test('is not given of a moment without its offset, nor of a day that is none', async () => {
    const { instrument } = await aVersion(app(), await anInstrument(app()));
    const queries: Record<string, string>[] = [{ known_at: '2026-05-13T09:30:00' }, { as_of: '2026-02-30' }];
    for (const query of queries) {
      const answer = await call(app(), getInstrument, {
        actor: reader,
        params: { slug: instrument.slug },
        query,
      });
      expect(answer.status).toBe(422);
    }
  });
});

describe('a draft', () => {
  test('is known to the operator alone, in every list and at every address', async () => {
    const published = await aVersion(app(), await anInstrument(app()));
    const { slug } = published.instrument;
    const draft = await aDraft(app(), slug, { label: 'secret plan' });
    const hidden = await anInstrument(app(), { title: '秘密公告' });
    const other = await aDraft(app(), hidden, { label: 'secret plan' });
    await call(app(), postApproval, { actor: approver, params: { id: other.id } });
    const texts: string[] = [];
    const ask = async <P, Q, B>(
      actor: Actor,
      operation: Operation<P, Q, B>,
      given: Parameters<typeof call>[2] = {},
    ) => {
      const answer = await call(app(), operation, { actor, ...given });
      texts.push(answer.text);
      return answer.status;
    };
    const visits = (actor: Actor) => async () => [
      await ask(actor, getInstruments),
      await ask(actor, getVersions),
      await ask(actor, getCalendar),
      await ask(actor, getInstrument, { params: { slug } }),
      await ask(actor, getTimeline, { params: { slug } }),
      await ask(actor, getInstrumentVersions, { params: { slug } }),
      await ask(actor, getVersion, { params: { id: draft.id } }),
      await ask(actor, getVersion, { params: { id: other.id } }),
      await ask(actor, getProof, { params: { id: draft.id } }),
      await ask(actor, getInstrument, { params: { slug: hidden } }),
      await ask(actor, getInstrumentVersions, { params: { slug: hidden } }),
      await ask(actor, getMapping, { query: { from: hidden, to: slug } }),
    ];
    expect(await visits(reader)()).toEqual([200, 200, 200, 200, 200, 200, 404, 404, 404, 404, 404, 200]);
    expect(texts.join('\n')).not.toMatch(/secret|秘密/);
    texts.length = 0;
    expect(await visits(analyst)()).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 409, 404, 200, 200]);
    expect(texts.join('\n')).toMatch(/secret plan[\s\S]*秘密公告|秘密公告[\s\S]*secret plan/);
  });

  test('is written by nobody without rules:write of the operator', async () => {
    const slug = await anInstrument(app());
    const { id } = await aDraft(app(), slug);
    for (const actor of [reader, operatorActor(['rules:read', 'admin'])]) {
      expect((await call(app(), postVersion, { actor, params: { slug }, body: { label: 'x' } })).status).toBe(
        403,
      );
      expect((await call(app(), patchVersion, { actor, params: { id }, body: { revision: 1 } })).status).toBe(
        403,
      );
      expect((await call(app(), postApproval, { actor, params: { id } })).status).toBe(403);
    }
    expect((await call(app(), getVersion, { params: { id } })).status).toBe(401);
  });

  test('that somebody else saved meanwhile is a conflict, with the name', async () => {
    const { id } = await aDraft(app(), await anInstrument(app()));
    const change = (label: string) =>
      call(app(), patchVersion, { actor: analyst, params: { id }, body: { revision: 1, label } });
    expect((await change('a')).json(withId).revision).toBe(2);
    const late = await change('b');
    expect(late.status).toBe(409);
    expect(late.json(problem).detail).toBe(
      'You edited revision 1, and revision 2 stands there by now, saved by test key. Read it again and make your change there.',
    );
  });

  test('is refused with the place of each error', async () => {
    const slug = await anInstrument(app());
    const body = {
      label: '',
      valid_from: '2026-13-01',
      provisions: [{ path: '4.1', text: 'x', colour: 'red' }],
    };
    const answer = await call(app(), postVersion, { actor: analyst, params: { slug }, body });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('/valid_from');
    expect(answer.text).toContain('/provisions/0');
    const parameters = { kind: 'eligibility', report_age_days: { value: -1, clause: null } };
    const wrong = await call(app(), postVersion, {
      actor: analyst,
      params: { slug },
      body: { label: 'x', parameters },
    });
    expect(wrong.text).toContain('/parameters/report_age_days/value');
    const path = await call(app(), postVersion, {
      actor: analyst,
      params: { slug },
      body: { label: 'x', provisions: [{ path: '§ §', text: 'x' }] },
    });
    expect([path.status, path.json(problem).errors?.[0]?.code]).toEqual([422, 'path_invalid']);
  });
});

describe('lists', () => {
  test('come the last published first and page by page', async () => {
    const slugs: string[] = [];
    for (let n = 0; n < 3; n += 1)
      slugs.push((await aVersion(app(), await anInstrument(app()))).instrument.slug);
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null && seen.length < 3;) {
      const query: Record<string, string> = cursor ? { limit: '1', cursor } : { limit: '1' };
      const page = (await call(app(), getInstruments, { actor: reader, query })).json(list);
      seen.push(...page.items.map(({ slug }) => slug));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(slugs.reverse());
    const versions = (
      await call(app(), getVersions, { actor: reader, query: { limit: '2', workflow: 'published' } })
    ).json(list);
    expect(versions.items.map(({ instrument }) => instrument)).toEqual(slugs.slice(0, 2));
    const rest = await call(app(), getVersions, {
      actor: reader,
      query: { limit: '1', cursor: versions.next_cursor ?? '' },
    });
    expect(rest.json(list).items.map(({ instrument }) => instrument)).toEqual(slugs.slice(2));
  });

  test('of dates tell what begins, ends and takes comments, and not what was corrected', async () => {
    const slug = await anInstrument(app());
    const first = await aVersion(app(), slug, { valid_from: '2031-01-01', transition_until: '2031-06-30' });
    await aVersion(app(), slug, {
      label: 'postponed',
      corrects: first.id,
      valid_from: '2031-02-01',
      valid_to: '2031-12-31',
    });
    await aVersion(app(), slug, {
      label: 'comments',
      stage: 'consultation',
      valid_from: null,
      comment_until: '2031-03-01',
    });
    await aVersion(app(), slug, { label: 'end', is_repeal: true, provisions: [], valid_from: '2032-01-01' });
    const answer = await call(app(), getCalendar, {
      actor: reader,
      query: { instrument: slug, from: '2031-01-01', to: '2032-01-01' },
    });
    const dates = answer.json(z.object({ items: z.array(z.object({ day: z.string(), kind: z.string() })) }));
    expect(dates.items.map(({ day, kind }) => `${day} ${kind}`)).toEqual([
      '2031-02-01 effective',
      '2031-03-01 comments_end',
      '2031-12-31 ends',
      '2032-01-01 repealed',
    ]);
    const timeline = await call(app(), getTimeline, { actor: reader, params: { slug } });
    const { intervals } = timeline.json(
      z.object({ intervals: z.array(z.looseObject({ from: z.string().nullable(), state: z.string() })) }),
    );
    expect(intervals.map(({ from, state }) => `${from} ${state}`)).toEqual([
      'null none',
      '2031-02-01 in_force',
      '2032-01-01 repealed',
    ]);
  });
});
