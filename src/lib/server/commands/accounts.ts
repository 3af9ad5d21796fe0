import { text as readAll } from 'node:stream/consumers';
import { FIRM_ROLES, OPERATOR_ROLES, SCOPES } from '#lib/domain/accounts/actor.ts';
import { createFirm } from '#lib/server/accounts/firms.ts';
import { createKey } from '#lib/server/accounts/keys.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { misused, print, say, textOf, withApp, type Command } from './command.ts';

export const firmCreate: Command = {
  usage: '--slug S --name N [--uscc U]',
  options: { slug: { type: 'string' }, name: { type: 'string' }, uscc: { type: 'string' } },
  run: async ({ values, config }) => {
    const slug = textOf(values, 'slug');
    const name = textOf(values, 'name');
    if (!slug || !name) return misused('A firm needs --slug and --name.');
    return withApp(config, async (app) => {
      const created = await createFirm(app, { slug, name, uscc: textOf(values, 'uscc') || null });
      if (!created.ok) return refused(created.problem);
      for (const warning of created.warnings) say(warning);
      print(created.firm.slug);
      return 0;
    });
  },
};

export const userCreate: Command = {
  usage: '--email E [--name N] (--firm S --role R | --operator --role R) < password',
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    firm: { type: 'string' },
    role: { type: 'string' },
    operator: { type: 'boolean' },
  },
  run: async ({ values, config }) => {
    const email = textOf(values, 'email');
    const firm_slug = textOf(values, 'firm');
    const is_operator = values.operator === true;
    const wanted = textOf(values, 'role');
    if (!email) return misused('A user needs --email.');
    if (is_operator === Boolean(firm_slug)) return misused('Say either --firm S or --operator.');
    const role = FIRM_ROLES.find((known) => known === wanted);
    const operator_role = OPERATOR_ROLES.find((known) => known === wanted);
    if (is_operator ? !operator_role : !role)
      return misused(`--role is one of ${(is_operator ? OPERATOR_ROLES : FIRM_ROLES).join(', ')}.`);
    if (process.stdin.isTTY) say('Password, then Ctrl-D:');
    const password = (await readAll(process.stdin)).replace(/\r?\n$/, '');
    return withApp(config, async (app) => {
      const person = { email, name: textOf(values, 'name') || undefined, password };
      const created = operator_role
        ? await createUser(app, { ...person, operator_role })
        : await createUser(app, { ...person, firm_slug, role: role ?? 'executive' });
      if (!created.ok) return refused(created.problem);
      print(created.user_id);
      return 0;
    });
  },
};

export const keyCreate: Command = {
  usage: '(--firm S | --operator) --scopes a,b [--expires-days N]',
  options: {
    firm: { type: 'string' },
    operator: { type: 'boolean' },
    scopes: { type: 'string' },
    'expires-days': { type: 'string' },
    name: { type: 'string' },
  },
  run: async ({ values, config }) => {
    const firm_slug = textOf(values, 'firm');
    const is_operator = values.operator === true;
    if (is_operator === Boolean(firm_slug)) return misused('Say either --firm S or --operator.');
    const named = textOf(values, 'scopes')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
    const scopes = SCOPES.filter((scope) => named.includes(scope));
    const unknown = named.filter((name) => !SCOPES.some((scope) => scope === name));
    if (unknown.length > 0 || scopes.length === 0)
      return misused(
        `${unknown.length > 0 ? `There is no scope ${unknown.join(', ')}. ` : ''}--scopes takes a comma list of ${SCOPES.join(', ')}.`,
      );
    const days = textOf(values, 'expires-days');
    if (days && !/^[1-9]\d{0,4}$/.test(days)) return misused('--expires-days takes a number of days from 1.');
    return withApp(config, async (app) => {
      const created = await createKey(app, {
        ...(is_operator ? { operator: true } : { firm_slug }),
        scopes,
        expires_days: days ? Number(days) : undefined,
        name: textOf(values, 'name') || 'command line',
      });
      if (!created.ok) return refused(created.problem);
      print(created.secret);
      say('This is the only time the key is shown.');
      return 0;
    });
  },
};

function refused(problem: string): number {
  say(problem);
  return 1;
}
