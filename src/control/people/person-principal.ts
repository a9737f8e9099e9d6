import type { PersonRole } from './role.ts';

/** A person who is signed in. */
export interface PersonPrincipal {
  readonly kind: 'person';
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly PersonRole[];
  /** The session's id, which stands where a token's id does: what requests are counted by. */
  readonly tokenId: string;
  /** What requests that change something prove themselves with, beside the cookie. */
  readonly csrf: string;
}
