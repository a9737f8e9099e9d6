import type { UnixMs } from '../base/clock.ts';
import type { KeyUid, Username } from '../contract/ids.ts';

/** What revocations know a credential by. */
export interface RevocableCredential {
  readonly keyUid: KeyUid;
  readonly username: Username;
  /** Empty when it has none. */
  readonly customIdentifier: string;
  readonly issuedAt: UnixMs;
}
