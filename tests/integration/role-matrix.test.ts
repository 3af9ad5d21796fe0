import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  FIRM_ROLES,
  OPERATOR_ROLES,
  scopesOfFirmRole,
  scopesOfOperatorRole,
  SCOPES,
  type Actor,
  type Firm,
  type FirmRole,
  type OperatorRole,
} from '#lib/domain/accounts/actor.ts';
import { operation, respond, type Operation } from '#lib/server/http/operation.ts';
import { OPERATIONS, type ListedOperation } from '#lib/server/http/operations.ts';
import { admit, PAGE_RULES } from '#lib/server/http/page-rules.ts';
import { useDatabase } from '../support/database.ts';
import { firmActor, operatorActor } from '../support/factories.ts';
import { ENDPOINTS, PAGES } from '../support/role-matrix.ts';
import { ROOT } from '../support/run-tool.ts';

/**
 * Every role at every door. Doors come from the route tree and the list of operations, who passes from a
 * reviewed list: a new route stands in neither, and the build fails until somebody said who may use it.
 */
const database = useDatabase();
const FIRM: Firm = {
  ...{ id: '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77', slug: 'sample', name: 'Sample', uscc: null },
  ...{ customs_office: '3104', time_zone: 'Asia/Shanghai', is_sample: false },
};
const SHORT = { owner: 'owner', compliance_manager: 'manager', executive: 'executive' } as const;

function person(who: { firm: FirmRole } | { operator: OperatorRole }): Actor {
  const of_firm = 'firm' in who ? who.firm : null;
  const of_operator = 'operator' in who ? who.operator : null;
  return {
    ...{ kind: 'person', id: '1b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77', name: 'Ann', email: 'ann@example.org' },
    firm: of_firm ? FIRM : null,
    role: of_firm,
    memberships: of_firm ? [{ firm: FIRM, role: of_firm }] : [],
    firm_scopes: of_firm ? scopesOfFirmRole(of_firm) : [],
    operator_roles: of_operator ? [of_operator] : [],
    operator_scopes: of_operator ? scopesOfOperatorRole(of_operator) : [],
  };
}

const PEOPLE: readonly (readonly [name: string, actor: Actor])[] = [
  ...FIRM_ROLES.map((firm) => [SHORT[firm], person({ firm })] as const),
  ...OPERATOR_ROLES.map((operator) => [operator, person({ operator })] as const),
];

/** The names of those who pass, in the words of the reviewed list. */
async function passing(passes: (actor: Actor | null) => Promise<boolean> | boolean): Promise<string> {
  if (await passes(null)) return 'anybody';
  const names: string[] = [];
  for (const [name, actor] of PEOPLE) if (await passes(actor)) names.push(name);
  return names.length === PEOPLE.length ? 'everybody' : names.join(' ');
}

/** The same door with nothing behind it. */
function door({ method, path, tag, summary, access }: ListedOperation): Operation {
  const response = { description: 'Inside.' };
  return operation({ ...{ method, path, tag, summary, access, response }, run: async () => 'inside' });
}

async function enters(listed: ListedOperation, actor: Actor | null): Promise<boolean> {
  const url = new URL(`http://127.0.0.1:3000/api/v1${listed.path}`);
  const request = new Request(url, { method: listed.method.toUpperCase() });
  const locals = { app: database.current.app, actor, request_id: 'R-1' };
  const answer = await respond(door(listed), {
    request,
    url,
    params: {},
    locals,
    getClientAddress: () => '',
  });
  if (![401, 403].includes(answer.status) && !answer.ok) throw new Error(await answer.text());
  return answer.ok;
}

describe('endpoints', () => {
  test('let in whom the reviewed list names, each of them and nobody else', async () => {
    const found: Record<string, string> = {};
    for (const listed of OPERATIONS)
      found[`${listed.method.toUpperCase()} ${listed.path}`] = await passing((actor) =>
        enters(listed, actor),
      );
    expect(found).toEqual(ENDPOINTS);
  });

  test('ask a key for their own scope, on their own side', async () => {
    const wrong: string[] = [];
    for (const listed of OPERATIONS) {
      const { access } = listed;
      if (typeof access === 'string') continue;
      const name = `${listed.method} ${listed.path}`;
      const of_firm = [access.scope].flat();
      const own = [access.operator_scope ?? access.scope].flat();
      const without = SCOPES.filter((scope) => !of_firm.includes(scope) && !own.includes(scope));
      const entries: boolean[] = [];
      for (const scope of of_firm) entries.push(await enters(listed, firmActor(FIRM, [scope])));
      const firm = entries.every(Boolean);
      const operator = await enters(listed, operatorActor(own.slice(0, 1)));
      if (firm !== (access.side !== 'operator')) wrong.push(`${name} and a key of a firm`);
      if (operator !== (access.side !== 'firm')) wrong.push(`${name} and a key of the operator`);
      if (await enters(listed, firmActor(FIRM, without)))
        wrong.push(`${name} and a firm's key without the scope`);
      if (await enters(listed, operatorActor(without)))
        wrong.push(`${name} and an operator's without the scope`);
    }
    expect(wrong).toEqual([]);
  });
});

const ROUTES = 'src/routes';
const files = globSync(`${ROUTES}/**/+{page.svelte,page.server.ts,server.ts}`, { cwd: ROOT }).filter(
  (file) => !file.startsWith(`${ROUTES}/api/v1/`),
);

function routeOf(file: string): string {
  return file.slice(ROUTES.length).replace(/\/\+[^/]+$/, '') || '/';
}

/** The forms of a page, or the methods that write to an address, as its file names them. */
async function formsOf(file: string): Promise<string[]> {
  const source = await readFile(resolve(ROOT, file), 'utf8');
  if (file.endsWith('+server.ts'))
    return [...source.matchAll(/export const (POST|PUT|PATCH|DELETE)\b/g)].map(([, method = '']) => method);
  const actions = /export const actions\b[^{]*\{\n([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
  return [...actions.matchAll(/^ {2}(?:async )?(\w+)(?=[:(,])/gm)].map(([, name = '']) => name);
}

describe('pages', () => {
  test('each have a rule, and each of their forms, and no rule is left of one that is gone', async () => {
    const doors = new Set<string>();
    for (const file of files) {
      doors.add(`see ${routeOf(file)}`);
      for (const form of await formsOf(file)) doors.add(`send ${routeOf(file)} ${form}`);
    }
    const ruled = Object.entries(PAGE_RULES).flatMap(([route, { send }]) => [
      `see ${route}`,
      ...Object.keys(send ?? {}).map((form) => `send ${route} ${form}`),
    ]);
    expect([...doors].sort()).toEqual(ruled.sort());
  });

  test('let in whom the reviewed list names, each of them and nobody else', async () => {
    const found: Record<string, string> = {};
    for (const [route_id, { send }] of Object.entries(PAGE_RULES)) {
      const enter = (method: string, search: string) =>
        passing((actor) => admit({ route_id, method, search }, actor).is_admitted);
      found[`see ${route_id}`] = await enter('GET', '');
      for (const form of Object.keys(send ?? {}))
        found[`send ${route_id} ${form}`] = /^[A-Z]+$/.test(form)
          ? await enter(form, '')
          : await enter('POST', form === 'default' ? '' : `?/${form}`);
    }
    expect(found).toEqual(PAGES);
  });

  test('refuse a form by themselves too, to everybody whom the door would not have let in', async () => {
    const open: string[] = [];
    for (const file of files.filter((one) => one.endsWith('+page.server.ts'))) {
      const route_id = routeOf(file);
      const module: unknown = await import(resolve(ROOT, file));
      const actions = Object.entries(exported(module, 'actions') ?? {}).filter(isAction);
      for (const [form, action] of actions)
        for (const [name, actor] of [['nobody', null] as const, ...PEOPLE]) {
          const search = form === 'default' ? '' : `?/${form}`;
          if (admit({ route_id, method: 'POST', search }, actor).is_admitted) continue;
          const sees = admit({ route_id, method: 'GET', search: '' }, actor).is_admitted;
          if (sees && CHANGES_NOTHING.includes(`${route_id} ${form}`)) continue;
          if (!(await isRefused(action, actor, sees))) open.push(`${name}: ${route_id} ${form}`);
        }
    }
    expect(open).toEqual([]);
  });
});

function exported(module: unknown, name: string): object | null {
  if (typeof module !== 'object' || module === null) return null;
  const found: unknown = Object.entries(module).find(([key]) => key === name)?.[1];
  return typeof found === 'object' ? found : null;
}

type Action = (event: unknown) => unknown;

function isAction(entry: [string, unknown]): entry is [string, Action] {
  return typeof entry[1] === 'function';
}

/** Forms that only rearrange what was typed, for whoever sees the page. */
const CHANGES_NOTHING = ['/(app)/rules/drafts/[id] arrange'];

/**
 * Whether an action with an empty form ends in a refusal: an error, a way to sign in, or a failure told. Of who
 * `sees` the page, each deed is refused where it is done, in the words of its noun.
 */
async function isRefused(action: Action, actor: Actor | null, sees: boolean): Promise<boolean> {
  const url = new URL('http://127.0.0.1:3000/');
  const request = new Request(url, { method: 'POST', body: new URLSearchParams({}) });
  const locals = {
    app: database.current.app,
    actor,
    language: 'en',
    request_id: 'R-1',
    set_cookies: [],
    audit: null,
  };
  const params = { id: '2b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77', slug: 'x' };
  const event = { locals, request, url, params, getClientAddress: () => '127.0.0.1', setHeaders: () => {} };
  try {
    const answered = await action(event);
    const is_told = typeof answered === 'object' && answered !== null && 'status' in answered;
    return is_told && (answered.status === 403 || (sees && Number(answered.status) >= 400));
  } catch (cause) {
    if (typeof cause !== 'object' || cause === null || !('status' in cause)) throw cause;
    const leads_to = 'location' in cause ? String(cause.location) : '';
    return [401, 403, ...(sees ? [404] : [])].includes(Number(cause.status)) || leads_to.startsWith('/login');
  }
}
