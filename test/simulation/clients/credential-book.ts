import { encodeHex, encodeUtf8 } from '../../../src/base/bytes.ts';
import type { UnixMs } from '../../../src/base/clock.ts';
import type { Hashes } from '../../../src/base/hash.ts';
import { MASTER_SECRET_BYTES_MIN } from '../../../src/base/limits.ts';
import {
  deriveCredential,
  deriveInstallationKeys,
  encodeUsername,
  type InstallationKeys,
  USERNAME_RANDOM_BYTES,
} from '../../../src/contract/credential.ts';
import type { KeyUid, Username } from '../../../src/contract/ids.ts';
import { longTermKeyMd5, longTermKeySha256 } from '../../../src/stun/integrity.ts';
import type { Draw } from '../draw.ts';

/** What a back end has given a client. */
export interface SimulatedCredential {
  readonly username: Username;
  readonly keyUid: KeyUid;
  readonly customIdentifier: string;
  readonly issuedAt: UnixMs;
  readonly expiresAt: UnixMs;
  /** The long-term keys of this username in the simulation's realm. */
  readonly md5Key: Uint8Array;
  readonly sha256Key: Uint8Array;
}

export const REALM = 'simulation.example';

const CUSTOM_IDENTIFIERS = ['', '', 'user-1', 'user-2', 'ユーザー'] as const;

/** The simulation's back end: it issues credentials, and knows every one that was ever issued. */
export class CredentialBook {
  readonly masterSecret: Uint8Array;
  /** The keys that live. */
  readonly keyUids: KeyUid[];
  readonly #hashes: Hashes;
  readonly #draw: Draw;
  readonly #installationKeys: InstallationKeys;
  readonly #credentials = new Map<string, SimulatedCredential>();

  constructor(hashes: Hashes, draw: Draw, keyCount: number) {
    this.#hashes = hashes;
    this.#draw = draw;
    this.masterSecret = draw.bytes(MASTER_SECRET_BYTES_MIN);
    this.#installationKeys = deriveInstallationKeys(hashes, this.masterSecret);
    this.keyUids = Array.from({ length: keyCount }, () => encodeHex(draw.bytes(16)) as KeyUid);
  }

  /** Issues a credential of a random key that lasts `ttlMs` from `now`, rounded to a whole second. */
  issue(now: UnixMs, ttlMs: number): SimulatedCredential {
    const claims = {
      keyUid: this.#draw.pick(this.keyUids),
      customIdentifier: this.#draw.pick(CUSTOM_IDENTIFIERS),
      issuedAt: Math.floor(now) as UnixMs,
      expiresAt: (Math.ceil((now + ttlMs) / 1000) * 1000) as UnixMs,
    };
    const random = this.#draw.bytes(USERNAME_RANDOM_BYTES);
    const username = encodeUsername(this.#hashes, this.#installationKeys, { ...claims, random });
    const password = deriveCredential(this.#hashes, this.#installationKeys, claims.keyUid, username);
    const texts = [encodeUtf8(username), encodeUtf8(REALM), encodeUtf8(password)] as const;
    const credential = {
      ...claims,
      username,
      md5Key: longTermKeyMd5(this.#hashes, ...texts),
      sha256Key: longTermKeySha256(this.#hashes, ...texts),
    };
    this.#credentials.set(username, credential);
    return credential;
  }

  /** Makes a key that takes the place of one that is deleted; undefined when that was done before. */
  replaceKey(deleted: KeyUid): KeyUid | undefined {
    const place = this.keyUids.indexOf(deleted);
    if (place < 0) {
      return undefined;
    }
    const keyUid = encodeHex(this.#draw.bytes(16)) as KeyUid;
    this.keyUids[place] = keyUid;
    return keyUid;
  }

  /** The credential of a username, or undefined for one that nobody issued. */
  find(username: string): SimulatedCredential | undefined {
    return this.#credentials.get(username);
  }
}
