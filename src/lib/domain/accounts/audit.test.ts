import { expect, test } from 'vitest';
import { outcomeOfStatus, plainEntry, toldFields, type NewAuditEntry } from './audit.ts';

const ENTRY: NewAuditEntry = {
  kind: 'write',
  outcome: 'done',
  status: 200,
  actor: { kind: 'person', id: null, name: 'Ann' },
  action: 'POST /x',
  subject: null,
  detail: {},
  address: null,
  user_agent: null,
  request_id: null,
};

test('puts every text on one line and within its bounds', () => {
  const plain = plainEntry({
    ...ENTRY,
    actor: { kind: 'person', id: null, name: 'Ann\n2026-05-14 admin signed in' },
    action: `POST /x\u2028${'y'.repeat(400)}`,
    detail: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`f\r${n}`, 'v\u001b[2J'.repeat(200)])),
    user_agent: 'Mozilla\u202E'.repeat(100),
  });
  const texts = [plain.actor.name, plain.action, plain.user_agent, ...Object.entries(plain.detail).flat()];
  for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\u2028\u202E]/u);
  expect(plain.action).toHaveLength(200);
  expect(JSON.stringify(plain.detail).length).toBeLessThan(4_000);
});

test('tells what was chosen, and no field that may be a secret', () => {
  const form = [
    ['role', 'executive'],
    ['scopes', 'rules:read'],
    ['scopes', 'rules:write'],
    ['password', 'quiet-river-lamp-42'],
    ['client_secret', 'abc'],
    ['code_typed', '123456'],
    ['token', 'xyz'],
  ] as const;
  expect(toldFields(form)).toEqual({ role: 'executive', scopes: 'rules:read rules:write' });
});

test.each([
  [200, 'done'],
  [303, 'done'],
  [403, 'refused'],
  [429, 'refused'],
  [500, 'failed'],
])('takes an answer of %i as %s', (status, outcome) => {
  expect(outcomeOfStatus(status)).toBe(outcome);
});
