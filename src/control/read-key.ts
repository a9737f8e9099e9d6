import type { ControlPorts, TurnKey } from './ports.ts';
import { requireKey } from './require-key.ts';

/**
 * One key of an account.
 * @throws {ControlError} `account-not-found`, `key-not-found`.
 */
export function readKey(ports: ControlPorts, accountId: string, keyUid: string): Promise<TurnKey> {
  return requireKey(ports.store, accountId, keyUid);
}
