import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { missingSetting, sourceSettingsSchema } from '#lib/domain/watch/source.ts';
import { loadSources } from '#lib/server/reference/load-sources.ts';
import { PENDING_ITEMS, referenceText } from '#lib/server/reference/pending-data.ts';
import { SOURCES } from '#lib/server/reference/watch-data.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const NOW = new Date('2026-05-20T00:00:00Z');

it('loads the sources once, and never over what the operator edited or deleted', async () => {
  const { app, owner } = database.current;
  expect(await loadSources(app.db, NOW)).toEqual({ changed: SOURCES.length });
  expect(await loadSources(app.db, NOW)).toEqual({ changed: 0 });
  await sql`update source set name = 'Ours', edited_at = now() where slug = 'gov-policy'`.execute(owner.db);
  await sql`update source set name = 'Gone', deleted_at = now() where slug = 'std-notices'`.execute(owner.db);
  await sql`update source set name = 'Of an older version' where slug = 'samr-list'`.execute(owner.db);
  expect(await loadSources(app.db, NOW)).toEqual({ changed: 1 });
  const { rows } = await sql<{ name: string }>`
    select name from source where slug in ('gov-policy', 'std-notices', 'samr-list') order by slug`.execute(
    owner.db,
  );
  expect(rows.map(({ name }) => name)).toEqual(['Ours', 'SAMR: notices', 'Gone']);
});

it('never asks what stands behind a wall or lacks a setting by itself', async () => {
  const { owner } = database.current;
  const { rows } = await sql<{ slug: string }>`
    select slug from source where next_check_at is not null and (wall is not null or needs is not null)`.execute(
    owner.db,
  );
  expect(rows).toEqual([]);
});

it.each(PENDING_ITEMS)('says of $slug in Chinese where it is from and what is known', ({ note, source }) => {
  for (const text of [note, source]) expect(referenceText(text, 'zh-CN')).toMatch(/[\u4e00-\u9fff]/);
  expect(referenceText('Ours', 'zh-CN')).toBe('Ours');
});

it.each(SOURCES)('can read $slug with its settings', ({ kind, settings }) => {
  expect(sourceSettingsSchema.safeParse(settings)).toMatchObject({ success: true });
  expect(missingSetting(kind, settings)).toBeNull();
});
