import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { openSession, type SignedIn, type SignInOrigin } from './open-session.ts';
import { parseEmail } from './parse-email.ts';

/**
 * Signs in with email and password. What fails, fails alike and in the same time, whether there is such a person, or one
 * without a password, or not.
 * @throws {ControlError} `sign-in-failed`, `too-many-sign-ins`, `passwords-busy`.
 */
export async function signIn(
  ports: ControlPorts,
  input: { readonly email: string; readonly password: string },
  origin: SignInOrigin,
): Promise<SignedIn> {
  const email = readEmail(input.email);
  ports.signInAttempts.countAddress(origin.address);
  ports.signInAttempts.countEmail(email);
  const found = await ports.store.people.findByEmail(email);
  const isRight = await ports.passwords.verify(input.password, found?.passwordHash);
  if (!isRight || found === undefined) {
    throw signInFailed();
  }
  ports.signInAttempts.forgetEmail(email);
  return ports.store.transact(async (session) => {
    // While the password was looked at, it may have been replaced, or the person deleted.
    const current = await session.people.find(found.person.id);
    if (current === undefined || current.passwordHash !== found.passwordHash) {
      throw signInFailed();
    }
    return openSession(session, ports, current.person, origin);
  });
}

function signInFailed(): ControlError {
  return new ControlError(
    'sign-in-failed',
    'Nobody has this email and this password. Look at both, or ask an owner for an invitation.',
  );
}

/** What is no address is nobody's. */
function readEmail(email: string): string {
  try {
    return parseEmail(email);
  } catch {
    return '';
  }
}
