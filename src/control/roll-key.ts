import type { UnixMs } from '../base/clock.ts';
import { ROLL_OVERLAP_SECONDS_DEFAULT, ROLL_OVERLAP_SECONDS_MAX } from '../base/limits.ts';
import type { Actor } from './actor.ts';
import { generateToken, hashToken } from './api-token.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireStoredKey } from './require-key.ts';

export interface RolledKey {
  readonly key: TurnKey;
  /** The key's new API token, 64 hexadecimal digits. Nobody can read it again. */
  readonly token: string;
  /** Until when the token before it is still accepted; now, when there is no overlap. */
  readonly previousValidUntil: UnixMs;
}

/**
 * Gives a key a new API token. The one before stays good for the overlap, an hour by default; credentials that were
 * issued with either stay good. Durable when it resolves.
 *
 * No more than two tokens are good at a time: rolling again ends the older of them at once, whatever was left of its
 * overlap, and the newer has the overlap of this call. So nobody who must replace a token has to wait.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `invalid-overlap`.
 */
export async function rollKey(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  keyUid: string,
  input: { readonly overlapSeconds?: unknown },
): Promise<RolledKey> {
  const overlapSeconds = parseOverlap(input.overlapSeconds);
  const token = generateToken(ports.random);
  const { seq, ...rolled } = await ports.store.transact(async (session) => {
    const { key: found, tokenHash } = await requireStoredKey(session, accountId, keyUid);
    const now = ports.clock.unixNow();
    const previousValidUntil = (now + overlapSeconds * 1000) as UnixMs;
    const key = { ...found, modifiedAt: now };
    await session.keys.replaceToken({
      key,
      tokenHash: hashToken(ports.hashes, token),
      previous: { tokenHash, validUntil: previousValidUntil },
    });
    const done = { action: 'key_roll', accountId: key.accountId, resourceId: key.uid } as const;
    await recordAudit(session, by, { ...done, details: { overlap_seconds: overlapSeconds } }, now);
    // Nothing changes for relays; whoever remembers the key's token reads it anew.
    const change = { kind: 'key-live', keyUid: key.uid, accountId: key.accountId } as const;
    return { key, previousValidUntil, seq: await session.changeLog.append(change, now) };
  });
  ports.verifiedKeys.drop(rolled.key.uid);
  ports.bus.publish({ seq });
  return { ...rolled, token };
}

function parseOverlap(value: unknown): number {
  if (value === undefined) {
    return ROLL_OVERLAP_SECONDS_DEFAULT;
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > ROLL_OVERLAP_SECONDS_MAX) {
    throw new ControlError(
      'invalid-overlap',
      `overlap_seconds must be a whole number from 0 to ${ROLL_OVERLAP_SECONDS_MAX}.`,
      '/overlap_seconds',
    );
  }
  return value;
}
