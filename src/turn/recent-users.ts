import { RECENT_USERS_MAX } from '../base/limits.ts';
import type { Username } from '../contract/ids.ts';
import type { User } from './user.ts';

/**
 * Users who were authenticated a moment ago, with their keys. A client makes an allocation for each of its addresses and
 * each of the server's, all of them with one credential and within a second: only the first has its keys derived.
 *
 * Who is remembered is not thereby let in: revocation, expiry and the life of the key are looked up for each request.
 */
export class RecentUsers {
  /** A `Map` keeps the order in which users came: the first is the oldest. */
  readonly #users = new Map<Username, User>();

  find(username: Username): User | undefined {
    return this.#users.get(username);
  }

  /** Remembers a user with the keys that were derived, in the place of the oldest one where there are many. */
  add(user: User): void {
    this.#users.set(user.username, user);
    if (this.#users.size > RECENT_USERS_MAX) {
      const [oldest] = this.#users.keys();
      this.#users.delete(oldest as Username);
    }
  }
}
