import type { KeyUid } from '../contract/ids.ts';
import type { Actor } from './actor.ts';
import { generateId, generateToken, hashToken } from './api-token.ts';
import { ControlError } from './errors.ts';
import { parseKeyName } from './key-name.ts';
import type { ControlPorts, StoreSession, TurnKey } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireAccount } from './require-account.ts';

export interface CreatedKey {
  readonly key: TurnKey;
  /** The key's API token, 64 hexadecimal digits. Nobody can read it again. */
  readonly token: string;
}

/**
 * Makes a TURN key in an account; relays accept its credentials from the next hint on.
 * @throws {ControlError} `account-not-found`, `invalid-name`, `key-limit-reached`.
 */
export async function createKey(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  input: { readonly name?: unknown },
): Promise<CreatedKey> {
  const name = parseKeyName(input.name) ?? '';
  const token = generateToken(ports.random);
  const now = ports.clock.unixNow();
  const { key, seq } = await ports.store.transact(async (session) => {
    const account = await requireAccount(session, accountId);
    const uid = generateId(ports.random) as KeyUid;
    const created: TurnKey = { uid, accountId: account.id, name, createdAt: now, modifiedAt: now };
    await requireRoom(session, created, ports.settings.maxKeysPerAccount);
    await session.keys.insert({ key: created, tokenHash: hashToken(ports.hashes, token), previous: undefined });
    const done = { action: 'key_create', accountId: account.id, resourceId: uid, details: { name } } as const;
    await recordAudit(session, by, done, now);
    const change = { kind: 'key-live', keyUid: uid, accountId: account.id } as const;
    return { key: created, seq: await session.changeLog.append(change, now) };
  });
  ports.bus.publish({ seq });
  return { key, token };
}

async function requireRoom(session: StoreSession, key: TurnKey, maxKeys: number): Promise<void> {
  const count = await session.keys.count(key.accountId);
  if (count >= maxKeys) {
    throw new ControlError(
      'key-limit-reached',
      `The account has ${count} TURN keys, as many as it may have; delete one first.`,
    );
  }
}
