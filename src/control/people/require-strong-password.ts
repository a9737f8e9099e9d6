import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from '../../base/limits.ts';
import { ControlError } from '../errors.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import type { Person } from './person.ts';

/** Shorter parts of a name are in many words. */
const NAME_PART_CHARACTERS_MIN = 4;

/**
 * Refuses what is guessed first. There are no rules of composition: they make passwords alike, and hard to remember.
 * @param pointer to the member of the request's body.
 * @throws {ControlError} `invalid-password`.
 */
export function requireStrongPassword(
  password: string,
  { name, email }: Pick<Person, 'name' | 'email'>,
  pointer: string,
): void {
  const refuse = (why: string) => {
    throw new ControlError('invalid-password', why, pointer);
  };
  const { length } = [...password];
  if (length < PASSWORD_CHARACTERS_MIN || length > PASSWORD_CHARACTERS_MAX) {
    refuse(`A password has ${PASSWORD_CHARACTERS_MIN} to ${PASSWORD_CHARACTERS_MAX} characters; take a few words.`);
  }
  const lower = password.toLowerCase();
  const ownWords = [email.split('@', 1)[0] as string, ...name.toLowerCase().split(/\s+/)];
  if (ownWords.some((word) => word.length >= NAME_PART_CHARACTERS_MIN && lower.includes(word))) {
    refuse('The password contains the name or the email, which are tried first. Take one without them.');
  }
  if (COMMON_PASSWORDS.has(lower) || isRepetition(lower)) {
    refuse('The password is one of the commonest, which are tried first. Take one that nobody else has.');
  }
}

/** `abcabcabcabc` is as easy as `abc`. */
function isRepetition(text: string): boolean {
  return [1, 2, 3, 4].some((period) => text.slice(period) === text.slice(0, -period));
}
