import type { Hashes } from '../base/hash.ts';
import type { InstallationKeys } from '../contract/credential.ts';
import type { KeyUid, SharedSecretId } from '../contract/ids.ts';
import { openSharedSecret } from '../contract/shared-secret.ts';

/** A secret that a TURN key shares with a program that makes its own credentials. */
export interface SharedSecret {
  readonly id: SharedSecretId;
  readonly keyUid: KeyUid;
  readonly secret: Uint8Array;
}

/** The shared secrets of all keys. They are few, since a username does not say which of them it was made with. */
export class SharedSecrets {
  readonly #hashes: Hashes;
  readonly #installationKeys: readonly InstallationKeys[];
  readonly #secrets = new Map<SharedSecretId, SharedSecret>();

  constructor(hashes: Hashes, installationKeys: readonly InstallationKeys[]) {
    this.#hashes = hashes;
    this.#installationKeys = installationKeys;
  }

  get size(): number {
    return this.#secrets.size;
  }

  has(id: SharedSecretId): boolean {
    return this.#secrets.has(id);
  }

  /** All of them, in the order in which they were added. */
  list(): Iterable<SharedSecret> {
    return this.#secrets.values();
  }

  /** Adds a secret; one that no master secret of this installation has sealed is nobody's. */
  add(keyUid: KeyUid, id: SharedSecretId, sealed: string): void {
    const secret = openSharedSecret(this.#hashes, this.#installationKeys, { keyUid, secretId: id }, sealed);
    if (secret !== undefined) {
      this.#secrets.set(id, { id, keyUid, secret });
    }
  }

  remove(id: SharedSecretId): void {
    this.#secrets.delete(id);
  }

  removeOfKey(keyUid: KeyUid): void {
    for (const secret of this.#secrets.values()) {
      if (secret.keyUid === keyUid) {
        this.#secrets.delete(secret.id);
      }
    }
  }
}
