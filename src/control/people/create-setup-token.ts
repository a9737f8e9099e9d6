import type { UnixMs } from '../../base/clock.ts';
import { SETUP_LINK_AGE_MS_MAX } from '../../base/limits.ts';
import type { Actor } from '../actor.ts';
import { generateToken, hashToken } from '../api-token.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';

/**
 * Makes the token whose bearer may make the first person. It is good once and for a day, since a start writes it where logs
 * may be kept; the one before it is good no more.
 * @returns undefined when there is somebody who can sign in.
 */
export async function createSetupToken(ports: SetupPorts, by: Actor): Promise<string | undefined> {
  return ports.store.transact(async (session) => {
    if (await session.people.hasSignIn()) {
      return undefined;
    }
    const token = generateToken(ports.random);
    const tokenHash = hashToken(ports.hashes, token);
    const expiresAt = (ports.clock.unixNow() + SETUP_LINK_AGE_MS_MAX) as UnixMs;
    await session.oneTimeTokens.replace({ tokenHash, personId: undefined, expiresAt });
    if (by.kind !== 'system') {
      const { nodeId: resourceId = '' } = (await session.installation.read()) ?? {};
      const done = { action: 'setup_link_create', accountId: undefined, resourceId } as const;
      await recordAudit(session, by, done, ports.clock.unixNow());
    }
    return token;
  });
}

export type SetupPorts = Pick<ControlPorts, 'store' | 'random' | 'hashes' | 'clock'>;

/** The refusal of who comes second. */
export function setupNotNeeded(): ControlError {
  return new ControlError(
    'setup-not-needed',
    'The installation has its first person already. Sign in, or ask an owner for an invitation.',
  );
}
