import { describe, expect, it } from 'vitest';
import { weaknessOfPassword } from './password.ts';

const judge = (password: string) => weaknessOfPassword(password, 'li.wei@example.com');

describe('weaknessOfPassword', () => {
  it.each(['ningbo harbour crane', 'correct-horse-battery', '十二个字的密码也可以用得上', 'Xk7-mmQz-93pl'])(
    'accepts %j',
    (password) => {
      expect(judge(password)).toBeNull();
    },
  );

  it('counts characters, not bytes or code units', () => {
    expect(judge('😀😁😂🤣😃😄')).toBe('too_short');
    expect(judge('eleven char')).toBe('too_short');
  });

  it('refuses what is longer than anybody types', () => {
    expect(judge('long enough '.repeat(22))).toBe('too_long');
  });

  it.each([
    'password1234',
    'PASSWORD1234',
    'Password!2026',
    '2026-qwerty-2026',
    'li.wei@example.com',
    'aaaaaaaaaaaa',
    'greenlanegreenlane',
    'abcdefghijklm',
    '1234567890123',
    '098765432109',
  ])('refuses %j, which is among the first to be tried', (password) => {
    expect(judge(password)).toBe('common');
  });
});
