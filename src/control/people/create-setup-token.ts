import type { Actor } from '../actor.ts';
import { generateToken, hashToken } from '../api-token.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';

/**
 * Makes the token whose bearer may make the first person. It is good once, and the one before it no more.
 * @returns undefined when there is somebody already.
 */
export async function createSetupToken(ports: SetupPorts, by: Actor): Promise<string | undefined> {
  return ports.store.transact(async (session) => {
    if ((await session.people.count()) > 0) {
      return undefined;
    }
    const token = generateToken(ports.random);
    const tokenHash = hashToken(ports.hashes, token);
    await session.oneTimeTokens.replace({ tokenHash, personId: undefined, expiresAt: undefined });
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
