import type { Instant } from '../base/clock.ts';
import { VERIFIED_KEY_AGE_MS_MAX, VERIFIED_KEYS_MAX } from '../base/limits.ts';
import type { KeyUid } from '../contract/ids.ts';
import type { KeyCache, StoredKey } from './ports.ts';

interface Entry {
  readonly stored: StoredKey;
  readonly forgottenAt: number;
}

/**
 * The {@link KeyCache} of a process. Only keys whose token was just proved enter it, so strangers cannot fill it; the
 * change log drops a deleted key at once, and an entry's age bounds the harm of a node that lost its log.
 */
export class VerifiedKeys implements KeyCache {
  readonly #entries = new Map<KeyUid, Entry>();
  readonly #uids = new Map<string, KeyUid>();
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  find(uid: KeyUid, now: Instant): StoredKey | undefined {
    const entry = this.#entries.get(uid);
    return entry === undefined || entry.forgottenAt <= now ? undefined : entry.stored;
  }

  findByToken(tokenHash: string, now: Instant): StoredKey | undefined {
    const uid = this.#uids.get(tokenHash);
    return uid === undefined ? undefined : this.find(uid, now);
  }

  put(stored: StoredKey, generation: number, now: Instant): void {
    if (generation !== this.#generation) {
      return;
    }
    const { uid } = stored.key;
    this.#remove(uid);
    if (this.#entries.size >= VERIFIED_KEYS_MAX) {
      this.#removeOldest();
    }
    this.#entries.set(uid, { stored, forgottenAt: now + VERIFIED_KEY_AGE_MS_MAX });
    for (const tokenHash of tokenHashesOf(stored)) {
      this.#uids.set(tokenHash, uid);
    }
  }

  drop(uid: KeyUid): void {
    this.#remove(uid);
    this.#generation += 1;
  }

  #removeOldest(): void {
    for (const uid of this.#entries.keys()) {
      this.#remove(uid);
      return;
    }
  }

  #remove(uid: KeyUid): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) {
      return;
    }
    this.#entries.delete(uid);
    for (const tokenHash of tokenHashesOf(entry.stored)) {
      this.#uids.delete(tokenHash);
    }
  }
}

function tokenHashesOf({ tokenHash, previous }: StoredKey): readonly string[] {
  return previous === undefined ? [tokenHash] : [tokenHash, previous.tokenHash];
}
