import type { KeyUid } from '../contract/ids.ts';

/** On whose behalf a use case changes something, as the audit log tells it. */
export type Actor =
  /** The service itself, as at its start. */
  | { readonly kind: 'system' }
  /** Whoever bears the installation's admin token. */
  | { readonly kind: 'installation'; readonly tokenId: string; readonly address: ClientAddress }
  /** Whoever bears an account's token; its name is kept as it was then, since the token may be deleted. */
  | {
      readonly kind: 'account';
      readonly tokenId: string;
      readonly tokenName: string;
      readonly address: ClientAddress;
    }
  /** Somebody who has signed in; the name is kept as it was then. */
  | {
      readonly kind: 'person';
      readonly personId: string;
      readonly personName: string;
      readonly address: ClientAddress;
    }
  /** A back end with the API token of a TURN key. */
  | { readonly kind: 'key'; readonly keyUid: KeyUid; readonly address: ClientAddress };

/** The IP address that a request came from, in its canonical text; undefined where a proxy names none. */
export type ClientAddress = string | undefined;
