import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { openSession, type SignedIn, type SignInOrigin } from './open-session.ts';
import type { RelyingParty } from './people-ports.ts';
import { requireAnyPerson } from './require-any-person.ts';

/** Whom the challenge of a sign-in is made for: nobody is known yet. */
const ANYBODY = '';

/** What the browser is to ask an authenticator for. It names nobody: the authenticator knows whose passkeys it has. */
export function describePasskeySignIn(ports: ControlPorts, party: RelyingParty): Promise<object> {
  return ports.webauthn.describeSignIn(party, ports.passkeyChallenges.issue(ANYBODY));
}

/**
 * Signs in with a passkey.
 * @param response what the authenticator answered; its `id` names the passkey.
 * @throws {ControlError} `sign-in-failed`, `too-many-sign-ins`.
 */
export async function signInWithPasskey(
  ports: ControlPorts,
  party: RelyingParty,
  response: { readonly id: string },
  origin: SignInOrigin,
): Promise<SignedIn> {
  ports.signInAttempts.countAddress(origin.address);
  const passkey = await ports.store.passkeys.find(response.id);
  if (passkey === undefined) {
    throw signInFailed();
  }
  const isExpected = (challenge: string) => ports.passkeyChallenges.take(challenge, ANYBODY);
  const counter = await ports.webauthn.verifySignIn(party, response, passkey, isExpected);
  if (counter === undefined) {
    throw signInFailed();
  }
  return ports.store.transact(async (session) => {
    // It may have been deleted in the meantime, with or without its person.
    if ((await session.passkeys.find(passkey.id)) === undefined) {
      throw signInFailed();
    }
    const { person } = await requireAnyPerson(session, passkey.personId);
    await session.passkeys.noteUse(passkey.id, counter, ports.clock.unixNow());
    return openSession(session, ports, person, origin);
  });
}

function signInFailed(): ControlError {
  return new ControlError('sign-in-failed', 'This passkey is nobody’s here. Sign in with email and password.');
}
