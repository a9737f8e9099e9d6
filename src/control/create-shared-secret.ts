import { assert } from '../base/assert.ts';
import { decodeUtf8, encodeUtf8, equalBytes } from '../base/bytes.ts';
import { SHARED_SECRETS_MAX, SHARED_SECRETS_PER_ACCOUNT_MAX, SHARED_SECRETS_PER_KEY_MAX } from '../base/limits.ts';
import type { KeyUid, SharedSecretId } from '../contract/ids.ts';
import { openSharedSecret, sealSharedSecret } from '../contract/shared-secret.ts';
import type { Actor } from './actor.ts';
import { generateId, generateToken } from './api-token.ts';
import { ControlError } from './errors.ts';
import { parseKeyName } from './key-name.ts';
import { parseSharedSecret } from './parse-shared-secret.ts';
import type { ControlPorts, SharedSecret, StoredSharedSecret } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireKey } from './require-key.ts';

export interface CreatedSharedSecret {
  readonly secret: SharedSecret;
  /** The secret itself. Nobody can read it again. */
  readonly value: string;
}

/**
 * Gives a key a secret to share with a program that makes its own credentials, the caller's or a new one; relays accept
 * credentials made with it from the next hint on.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `invalid-name`, `invalid-secret`, `secret-limit-reached`,
 * `secret-in-use`.
 */
export async function createSharedSecret(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  keyUid: string,
  input: { readonly name?: unknown; readonly secret?: unknown },
): Promise<CreatedSharedSecret> {
  const name = parseKeyName(input.name) ?? '';
  const bytes = parseSharedSecret(input.secret) ?? encodeUtf8(generateToken(ports.random));
  const { secret, seq } = await ports.store.transact(async (session) => {
    const { uid, accountId: owner } = await requireKey(session, accountId, keyUid);
    const others = await session.sharedSecrets.listAll();
    requireRoom(others, uid, await session.sharedSecrets.countOfAccount(owner));
    requireUnused(ports, others, bytes);
    const now = ports.clock.unixNow();
    const id = generateId(ports.random) as SharedSecretId;
    const created: SharedSecret = { id, keyUid: uid, name, createdAt: now };
    const sealed = sealSharedSecret(ports.hashes, ports.installationKeys[0], { keyUid: uid, secretId: id }, bytes);
    await session.sharedSecrets.insert({ secret: created, sealed });
    const done = { action: 'shared_secret_create', accountId: owner, resourceId: id } as const;
    await recordAudit(session, by, { ...done, details: { name, turn_key: uid } }, now);
    const change = { kind: 'shared-secret-added', keyUid: uid, secretId: id, sealed } as const;
    return { secret: created, seq: await session.changeLog.append(change, now) };
  });
  ports.bus.publish({ seq });
  return { secret, value: decodeUtf8(bytes) as string };
}

function requireRoom(others: readonly StoredSharedSecret[], keyUid: KeyUid, ofAccount: number): void {
  const ofKey = others.filter(({ secret }) => secret.keyUid === keyUid).length;
  if (ofKey >= SHARED_SECRETS_PER_KEY_MAX) {
    throw new ControlError(
      'secret-limit-reached',
      `The TURN key has ${ofKey} shared secrets, as many as it may have; delete one first.`,
    );
  }
  if (ofAccount >= SHARED_SECRETS_PER_ACCOUNT_MAX) {
    throw new ControlError(
      'secret-limit-reached',
      `The TURN keys of this account have ${ofAccount} shared secrets, as many as they may have; delete one first.`,
    );
  }
  if (others.length >= SHARED_SECRETS_MAX) {
    throw new ControlError(
      'secret-limit-reached',
      `All accounts together have ${others.length} shared secrets, as many as one relay can try; whoever runs it may delete some.`,
    );
  }
}

/** One that two keys had would not tell whose credential it made, and so whose usage that is. */
function requireUnused(ports: ControlPorts, others: readonly StoredSharedSecret[], bytes: Uint8Array): void {
  const { hashes, installationKeys } = ports;
  for (const { secret, sealed } of others) {
    const other = openSharedSecret(hashes, installationKeys, { keyUid: secret.keyUid, secretId: secret.id }, sealed);
    assert(other !== undefined, 'each start seals every secret under the current master secret');
    if (other.length === bytes.length && equalBytes(other, 0, bytes, 0, bytes.length)) {
      throw new ControlError(
        'secret-in-use',
        'A TURN key of this installation has this shared secret already. Take another one, or leave it out to have one made.',
        '/secret',
      );
    }
  }
}
