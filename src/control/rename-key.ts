import type { Actor } from './actor.ts';
import { parseKeyName } from './key-name.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireKey } from './require-key.ts';

/**
 * Gives a key another name; without one it only reads the key. Relays know no names, so no change is logged.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `invalid-name`.
 */
export async function renameKey(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  keyUid: string,
  input: { readonly name?: unknown },
): Promise<TurnKey> {
  const name = parseKeyName(input.name);
  return ports.store.transact(async (session) => {
    const key = await requireKey(session, accountId, keyUid);
    if (name === undefined) {
      return key;
    }
    const modifiedAt = ports.clock.unixNow();
    await session.keys.rename(key.uid, name, modifiedAt);
    const done = { action: 'key_rename', accountId: key.accountId, resourceId: key.uid } as const;
    await recordAudit(session, by, { ...done, details: { name, previous_name: key.name } }, modifiedAt);
    return { ...key, name, modifiedAt };
  });
}
