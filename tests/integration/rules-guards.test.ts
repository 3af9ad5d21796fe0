import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { approveVersion } from '#lib/server/rules/approve.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { aDraft, analyst, anInstrument, approver, aVersion, held } from '../support/rules.ts';

const database = useDatabase();

describe('the database itself', () => {
  const refused = { code: '23001' };
  /** The sqlstate with which a statement is refused. */
  const refusal = async (run: Promise<unknown>, statement: string) =>
    run.then(
      () => `${statement} was not refused`,
      (cause: unknown) => (cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)),
    );

  test('lets nobody change or delete what was published, neither the application nor the owner', async () => {
    const { app, owner } = database.current;
    const slug = await anInstrument(app);
    const { id } = await aVersion(app, slug, {
      relations: [{ kind: 'implements', to: await anInstrument(app), paths: [] }],
    });
    const changes = [
      `update rule_version set label = 'x' where id = '${id}'`,
      `update rule_version set valid_from = '2020-01-01' where id = '${id}'`,
      `update rule_version set state = 'draft' where id = '${id}'`,
      `update provision set text = 'x' where version_id = '${id}'`,
      `delete from provision where version_id = '${id}'`,
      `insert into provision (version_id, position, path, text, language) values ('${id}', 9, '9', 'x', 'en')`,
      `update rule_relation set kind = 'replaces' where version_id = '${id}'`,
      `delete from rule_relation where version_id = '${id}'`,
      `update instrument set title = 'x' where slug = '${slug}'`,
    ];
    const beyond_the_application = [
      `delete from rule_version where id = '${id}'`,
      `update rule_act set actor_name = 'x' where version_id = '${id}'`,
      `delete from rule_act where version_id = '${id}'`,
      `update rule_chain_link set sha256 = repeat('0', 64) where version_id = '${id}'`,
      `delete from rule_chain_link where version_id = '${id}'`,
      `update rule_chain_head set sha256 = repeat('0', 64)`,
      `delete from rule_chain_head`,
      `update event set data = '{}' where subject_id = '${id}'`,
      `delete from event where subject_id = '${id}'`,
      `truncate provision cascade`,
      `truncate rule_act`,
      `truncate rule_chain_link`,
      `truncate event cascade`,
    ];
    for (const statement of [...changes, ...beyond_the_application])
      await expect(owner.pg.query(statement), statement).rejects.toMatchObject(refused);
    const byApplication = (statement: string) => asOperator(app.db, (tx) => sql.raw(statement).execute(tx));
    for (const statement of changes)
      await expect(byApplication(statement), statement).rejects.toMatchObject(refused);
    for (const statement of beyond_the_application)
      expect(['23001', '42501']).toContain(await refusal(byApplication(statement), statement));
  });

  test('lets the application publish only by way of an approval, a link and a draft', async () => {
    const { app } = database.current;
    const { id, instrument } = await aDraft(app, await anInstrument(app));
    const run = (statement: string) => asOperator(app.db, (tx) => sql.raw(statement).execute(tx));
    const publish = `state = 'published', recorded_at = now(), sequence = 1000000`;
    await expect(run(`update rule_version set ${publish} where id = '${id}'`)).rejects.toMatchObject(refused);
    await expect(run(`update rule_version set state = 'approved' where id = '${id}'`)).rejects.toMatchObject(
      refused,
    );
    await expect(
      run(`insert into rule_version (instrument_id, label, title, content_sha256, state, recorded_at, sequence)
           values ('${instrument.id}', 'x', 'x', repeat('0', 64), 'published', now(), 1000001)`),
    ).rejects.toMatchObject(refused);
    held(await approveVersion(app, approver, { id }));
    await expect(run(`update rule_version set ${publish} where id = '${id}'`)).rejects.toMatchObject(refused);
    await expect(run(`update rule_version set label = 'x' where id = '${id}'`)).rejects.toMatchObject(
      refused,
    );
    await expect(run(`update provision set text = 'x' where version_id = '${id}'`)).rejects.toMatchObject(
      refused,
    );
    await expect(
      run(`insert into rule_chain_link (sequence, kind, version_id, content_sha256, recorded_at, previous_sha256, sha256)
      values (1000000, 'publication', '${id}', repeat('0', 64), now(), repeat('1', 64), repeat('2', 64))`),
    ).rejects.toMatchObject(refused);
  });

  test('says truthfully that an author approved, whatever the record was told', async () => {
    const { app } = database.current;
    const { id, content_sha256 } = await aDraft(app, await anInstrument(app));
    const { rows } = await asOperator(app.db, (tx) =>
      sql<{ is_one_person: boolean }>`
      insert into rule_act (version_id, act, actor_kind, actor_id, actor_name, at, content_sha256, is_one_person)
      values (${id}, 'approved', 'key', ${analyst.id}, 'somebody', now(), ${content_sha256}, false) returning is_one_person`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ is_one_person: true }]);
  });

  test('hides drafts and all their parts from firms and from everybody, by policy', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const slug = await anInstrument(app);
    const shown = await aVersion(app, await anInstrument(app));
    const { id } = await aDraft(app, slug, {
      relations: [{ kind: 'implements', to: shown.instrument.slug, paths: [] }],
    });
    held(await approveVersion(app, approver, { id }));
    const tables = ['rule_version', 'provision', 'rule_relation', 'rule_act', 'provision_search'];
    for (const table of tables) {
      const column = table === 'rule_version' ? 'id' : 'version_id';
      const count = sql<{
        n: number;
      }>`select count(*)::int as n from ${sql.table(table)} where ${sql.ref(column)} = ${id}`;
      const seen = await Promise.all([
        inFirm(app.db, firm.id, (tx) => count.execute(tx)),
        count.execute(app.db),
        asOperator(app.db, (tx) => count.execute(tx)),
      ]);
      const [by_firm, by_nobody, by_operator] = seen.map(({ rows }) => rows[0]?.n);
      expect({ table, by_firm, by_nobody }).toEqual({ table, by_firm: 0, by_nobody: 0 });
      if (table !== 'provision_search') expect(by_operator).toBeGreaterThan(0);
    }
    const instruments = await inFirm(app.db, firm.id, (tx) =>
      tx.selectFrom('instrument').select('slug').where('slug', 'in', [slug, shown.instrument.slug]).execute(),
    );
    expect(instruments).toEqual([{ slug: shown.instrument.slug }]);
  });

  test('lets a firm write nothing of rules', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const draft = await aDraft(app, await anInstrument(app));
    const { instrument } = draft;
    for (const statement of [
      `insert into rule_version (instrument_id, label, title, content_sha256) values ('${instrument.id}', 'x', 'x', repeat('0', 64))`,
      `insert into authority (slug, name) values ('x', 'x')`,
      `insert into event (kind, audience, unique_key) values ('rule.published', 'everyone', 'x')`,
      `update rule_chain_head set recorded_at = now()`,
    ])
      expect(['23001', '42501']).toContain(
        await refusal(
          inFirm(app.db, firm.id, (tx) => sql.raw(statement).execute(tx)),
          statement,
        ),
      );
    const { numAffectedRows } = await inFirm(app.db, firm.id, (tx) =>
      sql`update rule_version set label = 'x' where id = ${draft.id}`.execute(tx),
    );
    expect(numAffectedRows).toBe(0n);
  });
});
