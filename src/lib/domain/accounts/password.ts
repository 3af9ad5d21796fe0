import { COMMON_PASSWORDS } from './common-passwords.ts';

export const PASSWORD_LENGTH_MIN = 12;
/** Hashing costs time by length; nobody types more. */
export const PASSWORD_LENGTH_MAX = 256;

export type PasswordWeakness = 'too_short' | 'too_long' | 'common';

const BASE_WORDS = new Set([
  'password',
  'passw0rd',
  'p@ssword',
  'p@ssw0rd',
  'qwerty',
  'welcome',
  'letmein',
  'changeme',
]);
const DISTINCT_CHARACTERS_MIN = 5;

/**
 * What speaks against a new password, or null. Length and a list of the most common ones, as NIST SP
 * 800-63B (5.1.1.2) advises, and no rules about kinds of characters. Length counts Unicode characters.
 */
export function weaknessOfPassword(password: string, email: string): PasswordWeakness | null {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH_MIN) return 'too_short';
  if (length > PASSWORD_LENGTH_MAX) return 'too_long';
  return isGuessable(password.toLowerCase(), email.toLowerCase()) ? 'common' : null;
}

function isGuessable(password: string, email: string): boolean {
  const core = password.replace(/^[\d\W_]+|[\d\W_]+$/g, '');
  return (
    COMMON_PASSWORDS.has(password) ||
    BASE_WORDS.has(core) ||
    password === email ||
    new Set(password).size < DISTINCT_CHARACTERS_MIN ||
    isRepetition(password) ||
    isSequence(password)
  );
}

/** `abc123abc123`: one unit, again and again. */
function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length;
}

/** `abcdefghijkl`, `210987654321`: each character the neighbour of the one before, 9 and 0 included. */
function isSequence(text: string): boolean {
  const steps = new Set<number>();
  for (let at = 1; at < text.length; at += 1) {
    const step = text.charCodeAt(at) - text.charCodeAt(at - 1);
    steps.add(step === -9 ? 1 : step === 9 ? -1 : step);
  }
  const [only] = steps;
  return steps.size === 1 && (only === 1 || only === -1);
}
