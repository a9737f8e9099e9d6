import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { PasskeyChallenges } from '../control/people/passkey-challenges.ts';
import type { PeoplePorts } from '../control/people/people-ports.ts';
import { SignInAttempts } from '../control/people/sign-in-attempts.ts';
import type { Store } from '../control/ports.ts';
import { TokenUses } from '../control/token-uses.ts';
import { NodePasswords } from './node-passwords.ts';
import { nodeWebauthn } from './node-webauthn.ts';

/** What the use cases of people need of the world. */
export function openPeople(world: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}): PeoplePorts {
  return {
    passwords: new NodePasswords(),
    webauthn: nodeWebauthn,
    signInAttempts: new SignInAttempts(world.clock),
    passkeyChallenges: new PasskeyChallenges(world.random, world.clock),
    sessionUses: new TokenUses(world.store.personSessions, world.clock),
  };
}
