import { encodeUtf8 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import type { UsernameClaims } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import { longTermKeyMd5, longTermKeySha256 } from '../stun/integrity.ts';
import { PASSWORD_ALGORITHM_SHA256 } from '../stun/registry/password-algorithms.ts';

/** Who sends authenticated requests: a credential, with the keys of its messages' integrity, each computed at its first use. */
export class User {
  readonly username: Username;
  readonly claims: UsernameClaims;
  readonly #password: Uint8Array;
  #md5Key: Uint8Array | undefined;
  #sha256Key: Uint8Array | undefined;

  constructor(username: Username, claims: UsernameClaims, password: string) {
    this.username = username;
    this.claims = claims;
    this.#password = encodeUtf8(password);
  }

  /** The long-term key of a password algorithm (RFC 8489 §18.5.1). */
  keyFor(algorithm: number, hashes: Hashes, realm: Uint8Array): Uint8Array {
    const username = encodeUtf8(this.username);
    if (algorithm === PASSWORD_ALGORITHM_SHA256) {
      this.#sha256Key ??= longTermKeySha256(hashes, username, realm, this.#password);
      return this.#sha256Key;
    }
    this.#md5Key ??= longTermKeyMd5(hashes, username, realm, this.#password);
    return this.#md5Key;
  }
}
