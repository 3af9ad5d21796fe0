import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '#lib/domain/accounts/actor.ts';
import { createFirm } from '#lib/server/accounts/firms.ts';
import { grantFirm, revokeGrant } from '#lib/server/accounts/grants.ts';
import { createKey, listKeys, revokeKey, type KeyInput } from '#lib/server/accounts/keys.ts';
import { actorOf, refusalOf, restarted, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase({ DATA_DIR: useDataDir() });

beforeAll(async () => {
  for (const slug of ['maker', 'broker', 'stranger'])
    await createFirm(database.current.app, { slug, name: slug });
});

async function key(input: KeyInput): Promise<{ id: string; secret: string; header: Record<string, string> }> {
  const created = await createKey(database.current.app, input);
  if (!created.ok) throw new Error(created.problem);
  const { id, secret } = created;
  return { id, secret, header: { authorization: `Bearer ${secret}` } };
}

describe('a key', () => {
  it('acts for its firm with its scopes and no others', async () => {
    const { header, id } = await key({ firm_slug: 'maker', scopes: ['clearance:read', 'clearance:write'] });
    expect(await actorOf(database.current.app, header)).toMatchObject({
      kind: 'key',
      id,
      firm: { slug: 'maker' },
      firm_scopes: ['clearance:read', 'clearance:write'],
      operator_scopes: [],
    });
  });

  it('of the operator acts for no firm', async () => {
    const { header } = await key({ operator: true, scopes: ['rules:write', 'admin'] });
    expect(await actorOf(database.current.app, header)).toMatchObject({
      firm: null,
      firm_scopes: [],
      operator_scopes: ['rules:write', 'admin'],
    });
    expect(await refusalOf(database.current.app, { ...header, 'greenlane-firm': 'maker' })).toMatchObject({
      status: 403,
    });
  });

  it('ends on its day', async () => {
    const { app } = database.current;
    const { header } = await key({ firm_slug: 'maker', scopes: ['clearance:read'], expires_days: 2 });
    const at = (hours: number) => restarted(app, () => new Date(Date.now() + hours * 3_600_000));
    expect(await actorOf(at(47), header)).not.toBeNull();
    const refused = await refusalOf(at(49), header);
    expect(refused.status).toBe(401);
    expect(refused.detail).toContain('expired');
  });

  it('ends at once when it is revoked, and only its owner revokes it', async () => {
    const { app } = database.current;
    const { header, id } = await key({ firm_slug: 'maker', scopes: ['clearance:read'] });
    expect(await revokeKey(app, { firm_slug: 'stranger', id })).toMatchObject({
      ok: false,
      code: 'key_unknown',
    });
    expect(await revokeKey(app, { operator: true, id })).toMatchObject({ ok: false, code: 'key_unknown' });
    expect(await actorOf(app, header)).not.toBeNull();
    expect(await revokeKey(app, { firm_slug: 'maker', id })).toMatchObject({ ok: true });
    const refused = await refusalOf(app, header);
    expect(refused.status).toBe(401);
    expect(refused.detail).toContain('revoked');
    expect(await revokeKey(app, { firm_slug: 'maker', id: 'no id' })).toMatchObject({ ok: false });
  });

  it.each(['Bearer', 'Bearer ', 'Bearer glk_short', 'bearer something', `Bearer glk_${'a'.repeat(43)}`])(
    'that is wrong (%j) is refused with a sentence, not taken for nobody',
    async (authorization) => {
      const refused = await refusalOf(database.current.app, { authorization });
      expect(refused.status).toBe(401);
      expect(refused.detail).toMatch(/^This .+\.$/);
    },
  );

  it('leaves other schemes of authorization alone', async () => {
    expect(await actorOf(database.current.app, { authorization: 'Basic bmFtZTpwYXNz' })).toBeNull();
  });

  it('stands nowhere in the database', async () => {
    const { owner, app } = database.current;
    const { secret, header } = await key({ operator: true, scopes: ['admin'] });
    await actorOf(app, header);
    const { rows: tables } = await sql<{ name: string }>`
      select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema in ('auth', 'public') and table_type = 'BASE TABLE'`.execute(owner.db);
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const { rows } =
        await sql`select 1 from ${sql.raw(name)} as line where line::text like ${`%${secret.slice(10)}%`}`.execute(
          owner.db,
        );
      expect(rows, name).toEqual([]);
    }
  });

  it('notes its use at most once a minute', async () => {
    const { app } = database.current;
    const { header, id } = await key({ firm_slug: 'broker', scopes: ['watch:read'] });
    const start = Date.now();
    const usedAt = async (ms: number) => {
      const now = () => new Date(start + ms);
      await actorOf(restarted(app, now), header);
      const listed = await listKeys(app, { firm_slug: 'broker' });
      const found = listed.ok ? listed.keys.find((one) => one.id === id) : null;
      return (found?.last_used_at?.getTime() ?? 0) - start;
    };
    expect(await usedAt(0)).toBe(0);
    expect(await usedAt(59_000)).toBe(0);
    expect(await usedAt(61_000)).toBe(61_000);
  });

  it('is listed for its owner only, newest first, without its secret', async () => {
    const { app } = database.current;
    const { secret, id } = await key({ firm_slug: 'stranger', scopes: ['alerts:read'], name: 'ERP' });
    const newer = await key({ firm_slug: 'stranger', scopes: ['alerts:read'] });
    const listed = await listKeys(app, { firm_slug: 'stranger' });
    expect(listed).toMatchObject({
      ok: true,
      keys: [{ id: newer.id }, { id, name: 'ERP', prefix: secret.slice(0, 10), state: 'active' }],
    });
    expect(JSON.stringify(listed)).not.toContain(secret);
  });

  it('is not made without a known scope, with an odd life, or with more than its maker may', async () => {
    const { app } = database.current;
    const base = { firm_slug: 'maker', scopes: ['clearance:read'] };
    expect(await createKey(app, { ...base, scopes: [] })).toMatchObject({ code: 'scopes_missing' });
    expect(await createKey(app, { ...base, scopes: ['clearance:delete'] })).toMatchObject({
      code: 'scope_unknown',
    });
    for (const expires_days of [0, -1, 1.5, Number.NaN, 3651])
      expect(await createKey(app, { ...base, expires_days })).toMatchObject({ code: 'expiry_range' });
    expect(await createKey(app, { ...base, firm_slug: 'nobody' })).toMatchObject({ code: 'firm_unknown' });
    const created_by = {
      user_id: '00000000-0000-0000-0000-000000000000',
      scopes: SCOPES.filter((scope) => scope !== 'admin'),
    };
    expect(await createKey(app, { ...base, scopes: ['admin'], created_by })).toMatchObject({
      code: 'scope_beyond',
    });
  });
});

describe("a broker's key", () => {
  it('acts for a client that granted it, with what both carry', async () => {
    const { app } = database.current;
    const { header } = await key({
      firm_slug: 'broker',
      scopes: ['clearance:read', 'clearance:write', 'admin'],
    });
    const for_maker = { ...header, 'greenlane-firm': 'maker' };
    expect(await refusalOf(app, for_maker)).toMatchObject({ status: 404 });

    await grantFirm(app, { firm_slug: 'maker', grantee_slug: 'broker', role: 'compliance_manager' });
    expect(await actorOf(app, for_maker)).toMatchObject({
      firm: { slug: 'maker' },
      firm_scopes: ['clearance:read', 'clearance:write'],
    });
    expect(await actorOf(app, header)).toMatchObject({ firm: { slug: 'broker' } });

    await grantFirm(app, { firm_slug: 'maker', grantee_slug: 'broker', role: 'executive' });
    expect(await actorOf(app, for_maker)).toMatchObject({ firm_scopes: ['clearance:read'] });

    expect(await revokeGrant(app, { firm_slug: 'maker', grantee_slug: 'broker' })).toEqual({ ok: true });
    expect(await refusalOf(app, for_maker)).toMatchObject({ status: 404 });
  });

  it('learns nothing about firms that did not grant it', async () => {
    const { app } = database.current;
    const { header } = await key({ firm_slug: 'broker', scopes: ['clearance:read'] });
    const [known, unknown] = await Promise.all(
      ['stranger', 'nowhere'].map((slug) => refusalOf(app, { ...header, 'greenlane-firm': slug })),
    );
    expect(known?.detail.replace('stranger', 'nowhere')).toBe(unknown?.detail);
    expect(known?.status).toBe(unknown?.status);
  });

  it('does not act the other way round', async () => {
    const { app } = database.current;
    await grantFirm(app, { firm_slug: 'maker', grantee_slug: 'stranger', role: 'executive' });
    const { header } = await key({ firm_slug: 'maker', scopes: ['clearance:read'] });
    expect(await refusalOf(app, { ...header, 'greenlane-firm': 'stranger' })).toMatchObject({ status: 404 });
  });

  it('is granted a role below owner, and by another firm', async () => {
    const { app } = database.current;
    const pair = { firm_slug: 'maker', grantee_slug: 'broker' };
    expect(await grantFirm(app, { ...pair, role: 'owner' })).toMatchObject({ code: 'grant_role_unknown' });
    expect(await grantFirm(app, { ...pair, grantee_slug: 'maker', role: 'executive' })).toMatchObject({
      code: 'firm_itself',
    });
  });
});
