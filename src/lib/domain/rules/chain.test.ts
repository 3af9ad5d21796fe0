import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  approvalContent,
  provisionContent,
  publicationContent,
  versionContent,
  withdrawalContent,
  type ActContent,
  type VersionContent,
} from './chain-content.ts';
import { nextLink, verifyChain, type ChainLink, type LinkKind } from './chain.ts';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

const VERSION: VersionContent = {
  id: 'v1',
  instrument: {
    slug: 'sample-notice',
    kind: 'notice',
    title: '示例公告',
    title_translation: null,
    language: 'zh-CN',
    jurisdiction: 'cn-ningbo',
    document_no: null,
    work_number: null,
    issued_on: '2026-05-01',
    authorities: ['sample-authority'],
  },
  label: 'Sample 1',
  title: '示例公告',
  title_translation: null,
  stage: 'published',
  valid_from: '2026-06-01',
  valid_to: null,
  is_repeal: false,
  corrects: null,
  based_on: null,
  transition_until: null,
  partly_replaced_from: null,
  comment_until: null,
  signed_on: null,
  issued_on: null,
  confirmed: false,
  note: null,
  note_zh: null,
  topics: [],
  provisions: [
    {
      path: '4.1',
      title: '示例',
      title_translation: null,
      text: '不应大于 30 mm/s',
      language: 'zh-CN',
      translation: null,
      translates_sha256: null,
      status: null,
      source: null,
      confirmed: false,
    },
  ],
  relations: [],
  parameters: { report_age_days: 90 },
  source: { url: null, title: null, document_id: null, document_sha256: null, snapshot_id: null },
};

const DRAFTED: ActContent = {
  act: 'drafted',
  actor_kind: 'person',
  actor_id: 'analyst',
  actor_name: 'A',
  at: '2026-05-01T01:00:00.000Z',
  content_sha256: null,
  is_one_person: false,
  reason: null,
};

/** Four links: an approval, its publication, another publication and a withdrawal. */
async function chain(): Promise<{ links: ChainLink[]; contents: Map<number, string> }> {
  const entries: [LinkKind, string, string][] = [
    [
      'approval',
      'v1',
      approvalContent({
        version_id: 'v1',
        version_sha256: sha256(versionContent(VERSION)),
        approved_by: 'approver',
        approved_at: '2026-05-02T01:00:00.000Z',
        is_one_person: false,
      }),
    ],
    ['publication', 'v1', publicationContent(VERSION, [DRAFTED])],
    ['publication', 'v2', publicationContent({ ...VERSION, id: 'v2', corrects: 'v1' }, [DRAFTED])],
    [
      'withdrawal',
      'v2',
      withdrawalContent({
        version_id: 'v2',
        withdrawn_by: 'approver',
        withdrawn_at: '2026-05-09T01:00:00.000Z',
        reason: '误报',
      }),
    ],
  ];
  const links: ChainLink[] = [];
  const contents = new Map<number, string>();
  for (const [kind, version_id, content] of entries) {
    const link = await nextLink(
      links.at(-1) ?? null,
      { kind, version_id, content, recorded_at: `2026-05-0${links.length + 3}T01:00:00.000Z` },
      sha256,
    );
    links.push(link);
    contents.set(link.sequence, content);
  }
  return { links, contents };
}

describe('the hash chain', () => {
  it('holds while nothing is changed, and names its head', async () => {
    const { links, contents } = await chain();
    expect(await verifyChain(links, (link) => contents.get(link.sequence) ?? null, { sha256 })).toEqual({
      ok: true,
      length: 4,
      head_sha256: links[3]?.sha256,
    });
  });

  it('hashes the same version to the same bytes whatever the order of its fields', () => {
    const turned = Object.fromEntries(Object.entries(VERSION).reverse());
    expect(versionContent({ ...VERSION, ...turned })).toBe(versionContent(VERSION));
  });

  it.each(leavesOf(VERSION))('covers %s of a version', (path) => {
    expect(versionContent(changeLeaf(VERSION, path))).not.toBe(versionContent(VERSION));
  });

  it('covers everything that was done with a version, and each provision on its own', () => {
    const [provision] = VERSION.provisions;
    const changed = provision && { ...provision, text: '不应大于 80 mm/s' };
    expect(changed && provisionContent(changed)).not.toBe(provision && provisionContent(provision));
    for (const path of leavesOf(DRAFTED))
      expect(publicationContent(VERSION, [changeLeaf(DRAFTED, path)])).not.toBe(
        publicationContent(VERSION, [DRAFTED]),
      );
  });

  it('names the version whose content changed by one character', async () => {
    const { links, contents } = await chain();
    contents.set(2, (contents.get(2) ?? '').replace('30 mm/s', '80 mm/s'));
    expect(await verifyChain(links, (link) => contents.get(link.sequence) ?? null, { sha256 })).toEqual({
      ok: false,
      sequence: 2,
      version_id: 'v1',
      kind: 'publication',
      problem: 'content_changed',
    });
  });

  it('names the link whose content is gone', async () => {
    const { links, contents } = await chain();
    contents.delete(3);
    const verdict = await verifyChain(links, (link) => contents.get(link.sequence) ?? null, { sha256 });
    expect(verdict).toMatchObject({ sequence: 3, version_id: 'v2', problem: 'content_missing' });
  });

  const FIELDS = [
    'kind',
    'version_id',
    'content_sha256',
    'recorded_at',
    'previous_sha256',
    'sha256',
  ] as const;

  it.each(FIELDS)('finds a change of %s in the link itself', async (field) => {
    const { links } = await chain();
    const changed = links.map((link, index) =>
      index !== 1
        ? link
        : { ...link, ...(field === 'kind' ? { kind: 'withdrawal' as const } : { [field]: 'x' }) },
    );
    expect(await verifyChain(changed, () => undefined, { sha256 })).toMatchObject({
      sequence: 2,
      problem: 'link_changed',
    });
  });

  it('finds a link that was taken out, or replaced with hashes that fit', async () => {
    const { links } = await chain();
    const without = links.filter((link) => link.sequence !== 2);
    expect(await verifyChain(without, () => undefined, { sha256 })).toMatchObject({
      sequence: 3,
      problem: 'link_missing',
    });
    const forged = await nextLink(
      links[0] ?? null,
      { kind: 'publication', version_id: 'v1', content: 'forged', recorded_at: '2026-05-04T01:00:00.000Z' },
      sha256,
    );
    const replaced = links.map((link) => (link.sequence === 2 ? forged : link));
    expect(await verifyChain(replaced, () => undefined, { sha256 })).toMatchObject({
      sequence: 3,
      problem: 'link_missing',
    });
  });

  it('finds a chain that was rewritten or cut off below the head that a witness kept', async () => {
    const { links } = await chain();
    const head = { sequence: 4, sha256: links[3]?.sha256 ?? '' };
    expect(await verifyChain(links, () => undefined, { sha256, head })).toMatchObject({ ok: true });
    expect(await verifyChain(links.slice(0, 3), () => undefined, { sha256, head })).toMatchObject({
      sequence: 4,
      problem: 'head_differs',
    });
    const other = { sequence: 2, sha256: '0'.repeat(64) };
    expect(await verifyChain(links, () => undefined, { sha256, head: other })).toMatchObject({
      sequence: 2,
      problem: 'head_differs',
    });
  });

  it('is sound when it is empty', async () => {
    expect(await verifyChain([], () => null, { sha256 })).toMatchObject({ ok: true, length: 0 });
  });
});

/** The paths of all values inside a value: `source.url`, `provisions.0.text`. */
function leavesOf(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, path === '' ? name : `${path}.${name}`),
  );
}

/** A copy in which the value at the path is another text. */
function changeLeaf<T extends object>(value: T, path: string): T {
  const copy = structuredClone(value);
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at: unknown = copy;
  for (const name of names) at = at && typeof at === 'object' ? Reflect.get(at, name) : null;
  if (at && typeof at === 'object') Reflect.set(at, last, 'changed');
  return copy;
}
