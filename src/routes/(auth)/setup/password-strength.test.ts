import { describe, expect, it } from 'vitest';
import { passwordStrength } from './password-strength.ts';

describe('passwordStrength', () => {
  it('counts what is missing to the least length', () => {
    expect(passwordStrength('', [])).toEqual({ kind: 'short', missing: 12 });
    expect(passwordStrength('elevenchars', [])).toEqual({ kind: 'short', missing: 1 });
    expect(passwordStrength('绿色通道绿色通道绿色通', [])).toEqual({ kind: 'short', missing: 1 });
  });

  it('calls repetition guessable', () => {
    expect(passwordStrength('aaaaaaaaaaaaaaaa', [])).toEqual({ kind: 'guessable' });
  });

  it('calls a password guessable when little is left without name and address', () => {
    expect(passwordStrength('lihua.example1', ['Lihua Wang', 'lihua@example.org'])).toEqual({
      kind: 'guessable',
    });
  });

  it('prefers a sentence to a short password', () => {
    expect(passwordStrength('kQ7#vd92!xPz', [])).toEqual({ kind: 'enough' });
    expect(passwordStrength('three lanes and one of them open', [])).toEqual({ kind: 'strong' });
  });
});
