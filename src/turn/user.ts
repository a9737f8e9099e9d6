import { encodeUtf8 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import type { UsernameClaims } from '../contract/credential.ts';
import type { CredentialId, SharedSecretId, Username } from '../contract/ids.ts';
import { identifyCredential } from '../contract/rest-username.ts';
import { longTermKeyMd5, longTermKeySha256 } from '../stun/integrity.ts';
import { PASSWORD_ALGORITHM_SHA256 } from '../stun/registry/password-algorithms.ts';

/**
 * Who sends authenticated requests: a credential, with the keys of its messages' integrity, each computed at its first use. The
 * keys are kept, and the password is not (RFC 8656 §6).
 */
export class User {
  readonly id: CredentialId;
  readonly username: Username;
  readonly claims: UsernameClaims;
  /** What the credential was made with, where the service has not issued it. */
  readonly secretId: SharedSecretId | undefined;
  readonly #derivePassword: () => string;
  #md5Key: Uint8Array | undefined;
  #sha256Key: Uint8Array | undefined;

  constructor(
    username: Username,
    claims: UsernameClaims,
    derivePassword: () => string,
    secretId: SharedSecretId | undefined = undefined,
  ) {
    this.id = identifyCredential(claims.keyUid, username);
    this.username = username;
    this.claims = claims;
    this.secretId = secretId;
    this.#derivePassword = derivePassword;
  }

  /** The long-term key of a password algorithm (RFC 8489 §18.5.1). */
  keyFor(algorithm: number, hashes: Hashes, realm: Uint8Array): Uint8Array {
    if (algorithm === PASSWORD_ALGORITHM_SHA256) {
      this.#sha256Key ??= this.#deriveKey(longTermKeySha256, hashes, realm);
      return this.#sha256Key;
    }
    this.#md5Key ??= this.#deriveKey(longTermKeyMd5, hashes, realm);
    return this.#md5Key;
  }

  /** Whether the key of this algorithm need not be derived any more. */
  hasKeyFor(algorithm: number): boolean {
    return (algorithm === PASSWORD_ALGORITHM_SHA256 ? this.#sha256Key : this.#md5Key) !== undefined;
  }

  #deriveKey(derive: typeof longTermKeyMd5, hashes: Hashes, realm: Uint8Array): Uint8Array {
    return derive(hashes, encodeUtf8(this.username), realm, encodeUtf8(this.#derivePassword()));
  }
}
