import type { Hashes } from '../base/hash.ts';
import { SIGNING_SECRETS_KEPT_MAX } from '../base/limits.ts';
import { deriveSigningSecret, type InstallationKeys } from '../contract/credential.ts';
import type { KeyUid } from '../contract/ids.ts';

/** Signing secrets of TURN keys that issued a credential a while ago: deriving one costs as much as the credential itself. */
export class SigningSecrets {
  readonly #hashes: Hashes;
  readonly #keys: InstallationKeys;
  readonly #secrets = new Map<KeyUid, Uint8Array>();

  /** `keys` are those of the current master secret. */
  constructor(hashes: Hashes, keys: InstallationKeys) {
    this.#hashes = hashes;
    this.#keys = keys;
  }

  of(keyUid: KeyUid): Uint8Array {
    const known = this.#secrets.get(keyUid);
    if (known !== undefined) {
      return known;
    }
    if (this.#secrets.size >= SIGNING_SECRETS_KEPT_MAX) {
      // They are derived again, which comes once in as many keys.
      this.#secrets.clear();
    }
    const secret = deriveSigningSecret(this.#hashes, this.#keys, keyUid);
    this.#secrets.set(keyUid, secret);
    return secret;
  }
}
