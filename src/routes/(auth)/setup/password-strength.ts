export type PasswordStrength =
  { kind: 'short'; missing: number } | { kind: 'guessable' } | { kind: 'enough' } | { kind: 'strong' };

/** As the sign-in asks for it; length is what helps most (NIST SP 800-63B, 5.1.1.2). */
export const PASSWORD_LENGTH_MIN = 12;
const STRONG_LENGTH = 20;
const DIFFERENT_MIN = 5;
/** Shorter parts of a name or address occur in any sentence. */
const KNOWN_PART_MIN = 4;

/**
 * A hint while somebody types, not a verdict: the server decides. A password is guessable when it repeats a
 * few characters or is mostly made of what is known about the person (`known`: name, e-mail, firm).
 */
export function passwordStrength(password: string, known: readonly string[]): PasswordStrength {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH_MIN) return { kind: 'short', missing: PASSWORD_LENGTH_MIN - length };
  if (new Set(password.toLowerCase()).size < DIFFERENT_MIN) return { kind: 'guessable' };
  const left = known
    .flatMap((value) => value.toLowerCase().split(/[\s@._-]+/))
    .filter((part) => part.length >= KNOWN_PART_MIN)
    .reduce((rest, part) => rest.replaceAll(part, ''), password.toLowerCase());
  if ([...left].length < PASSWORD_LENGTH_MIN / 2) return { kind: 'guessable' };
  return { kind: length >= STRONG_LENGTH ? 'strong' : 'enough' };
}
