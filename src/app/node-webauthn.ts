import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { PASSKEY_CHALLENGE_AGE_MS_MAX } from '../base/limits.ts';
import type { Webauthn } from '../control/people/people-ports.ts';
import type { Passkey } from '../control/people/person.ts';

type RegistrationResponse = Parameters<typeof verifyRegistrationResponse>[0]['response'];
type AuthenticationResponse = Parameters<typeof verifyAuthenticationResponse>[0]['response'];
type Transport = 'internal';

/** Of WebAuthn §5.8.4. The browser tells them unsigned, so whatever else it says is left out. */
const TRANSPORTS: readonly unknown[] = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal', 'cable'];

function readTransports(told: unknown): readonly string[] {
  return Array.isArray(told) ? [...new Set(told)].filter((each) => TRANSPORTS.includes(each)) : [];
}

/**
 * WebAuthn's ceremonies. A passkey stands alone, without a password, so the authenticator must have verified its user; and it
 * must find the passkey by itself, since nobody types an email first.
 */
export const nodeWebauthn: Webauthn = {
  describeRegistration: ({ id }, challenge, person, existing) =>
    generateRegistrationOptions({
      rpName: 'Taciturn',
      rpID: id,
      userName: person.email,
      userDisplayName: person.name,
      userID: Uint8Array.from(Buffer.from(person.id, 'hex')),
      challenge: Uint8Array.from(challenge),
      timeout: PASSKEY_CHALLENGE_AGE_MS_MAX,
      attestationType: 'none',
      excludeCredentials: existing.map((passkey) => ({
        id: passkey.id,
        transports: [...passkey.transports] as Transport[],
      })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    }),

  verifyRegistration: (party, response, isExpected) =>
    orUndefined(async () => {
      const { registrationInfo } = await verifyRegistrationResponse({
        response: response as RegistrationResponse,
        expectedChallenge: isExpected,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
      });
      if (registrationInfo === undefined) {
        return undefined;
      }
      const { id, publicKey, counter, transports } = registrationInfo.credential;
      return {
        id,
        publicKey: Buffer.from(publicKey).toString('base64url'),
        counter,
        transports: readTransports(transports),
      };
    }),

  describeSignIn: ({ id }, challenge) =>
    generateAuthenticationOptions({
      rpID: id,
      challenge: Uint8Array.from(challenge),
      timeout: PASSKEY_CHALLENGE_AGE_MS_MAX,
      userVerification: 'required',
    }),

  verifySignIn: (party, response, passkey, isExpected) =>
    orUndefined(async () => {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: response as AuthenticationResponse,
        expectedChallenge: isExpected,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        credential: toCredential(passkey),
      });
      return verified ? authenticationInfo.newCounter : undefined;
    }),
};

function toCredential({ id, publicKey, counter }: Passkey) {
  return { id, publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')), counter };
}

/** The library throws at what does not fit, as at what is malformed: an answer is anybody's input. */
async function orUndefined<Result>(work: () => Promise<Result | undefined>): Promise<Result | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
