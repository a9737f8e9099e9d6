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
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  find(uid: KeyUid, now: Instant): StoredKey | undefined {
    const entry = this.#entries.get(uid);
    return entry === undefined || entry.forgottenAt <= now ? undefined : entry.stored;
  }

  put(stored: StoredKey, generation: number, now: Instant): void {
    if (generation !== this.#generation) {
      return;
    }
    const { uid } = stored.key;
    this.#entries.delete(uid);
    if (this.#entries.size >= VERIFIED_KEYS_MAX) {
      this.#dropOldest();
    }
    this.#entries.set(uid, { stored, forgottenAt: now + VERIFIED_KEY_AGE_MS_MAX });
  }

  drop(uid: KeyUid): void {
    this.#entries.delete(uid);
    this.#generation += 1;
  }

  #dropOldest(): void {
    for (const uid of this.#entries.keys()) {
      this.#entries.delete(uid);
      return;
    }
  }
}
