import type { PasskeyChallenges } from './passkey-challenges.ts';
import type { Passkey, Person } from './person.ts';
import type { SignInAttempts } from './sign-in-attempts.ts';

/** What the use cases of people need of the world, beside what all need. */
export interface PeoplePorts {
  readonly passwords: PasswordHashes;
  readonly webauthn: Webauthn;
  readonly signInAttempts: SignInAttempts;
  readonly passkeyChallenges: PasskeyChallenges;
  /** Notes when sessions are used. */
  readonly sessionUses: { note(sessionId: string): void };
}

/** A slow hash, made off the main thread; so many at once are refused with `passwords-busy`. */
export interface PasswordHashes {
  /** A text in the PHC format, with a salt of its own. */
  hash(password: string): Promise<string>;
  /** Takes as long for an undefined hash, which no password has. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

/** Where a passkey is good: WebAuthn's relying party. */
export interface RelyingParty {
  /** The host's name. */
  readonly id: string;
  /** Of the page that asks, as `https://turn.example.com`. */
  readonly origin: string;
}

/** The ceremonies of WebAuthn. What it describes goes to the browser as it is. */
export interface Webauthn {
  describeRegistration(
    party: RelyingParty,
    challenge: Uint8Array,
    person: Person,
    existing: readonly Passkey[],
  ): Promise<object>;
  /** @returns what is to be kept; undefined when the answer proves nothing. */
  verifyRegistration(
    party: RelyingParty,
    response: unknown,
    isExpected: (challenge: string) => boolean,
  ): Promise<VerifiedPasskey | undefined>;
  describeSignIn(party: RelyingParty, challenge: Uint8Array): Promise<object>;
  /** @returns the authenticator's new count; undefined when the answer proves nothing. */
  verifySignIn(
    party: RelyingParty,
    response: unknown,
    passkey: Passkey,
    isExpected: (challenge: string) => boolean,
  ): Promise<number | undefined>;
}

export type VerifiedPasskey = Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports'>;
