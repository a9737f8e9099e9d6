import { PASSKEYS_PER_PERSON_MAX } from '../../base/limits.ts';
import type { Actor } from '../actor.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import { parsePersonName } from './parse-person-name.ts';
import type { RelyingParty } from './people-ports.ts';
import type { Passkey } from './person.ts';
import type { PersonPrincipal } from './person-principal.ts';
import { requireAnyPerson } from './require-any-person.ts';

/** What the browser is to ask an authenticator for; its challenge is this session's. */
export async function describeNewPasskey(
  ports: ControlPorts,
  { personId, tokenId }: PersonPrincipal,
  party: RelyingParty,
): Promise<object> {
  const { person } = await requireAnyPerson(ports.store, personId);
  const existing = await ports.store.passkeys.list(personId);
  return ports.webauthn.describeRegistration(party, ports.passkeyChallenges.issue(tokenId), person, existing);
}

/**
 * Keeps the public half of a passkey that an authenticator has made.
 * @throws {ControlError} `passkey-refused`, `passkey-limit-reached`, `invalid-name`.
 */
export async function addPasskey(
  ports: ControlPorts,
  by: Actor,
  { personId, tokenId }: PersonPrincipal,
  party: RelyingParty,
  input: { readonly response: unknown; readonly name: string },
): Promise<Passkey> {
  const name = parsePersonName(input.name);
  const isExpected = (challenge: string) => ports.passkeyChallenges.take(challenge, tokenId);
  const verified = await ports.webauthn.verifyRegistration(party, input.response, isExpected);
  return ports.store.transact(async (session) => {
    // Some other person's passkey cannot be taken over by its identifier.
    if (verified === undefined || (await session.passkeys.find(verified.id)) !== undefined) {
      throw new ControlError(
        'passkey-refused',
        'The authenticator’s answer does not fit: it came late, twice, or from another site. Try again.',
        '/response',
      );
    }
    const { passkeyCount } = await requireAnyPerson(session, personId);
    if (passkeyCount >= PASSKEYS_PER_PERSON_MAX) {
      const text = `You have ${passkeyCount} passkeys, as many as one may have; delete one first.`;
      throw new ControlError('passkey-limit-reached', text);
    }
    const now = ports.clock.unixNow();
    const passkey: Passkey = { ...verified, personId, name, createdAt: now, lastUsedAt: undefined };
    await session.passkeys.insert(passkey);
    const done = { action: 'passkey_create', accountId: undefined, resourceId: passkey.id } as const;
    await recordAudit(session, by, { ...done, details: { name } }, now);
    return passkey;
  });
}
