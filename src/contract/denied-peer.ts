import type { UnixMs } from '../base/clock.ts';
import type { KeyUid } from './ids.ts';

/** How often the credentials of a key wanted to reach a peer that nothing is relayed to, since the last report. */
export interface DeniedPeer {
  readonly keyUid: KeyUid;
  /** The peer's IP address, whatever its port. */
  readonly address: string;
  /** Why: the suffix of the counter `denied_peer_…`, such as `link_local`. */
  readonly rule: string;
  /** The operator's range that holds the address, where the rule is `deny_list`; else empty. */
  readonly range: string;
  readonly denials: number;
  readonly lastDeniedAt: UnixMs;
}
