import type { Limits } from '../contract/limits.ts';

/** The settings that the use cases need. */
export interface ControlSettings {
  /** The longest lifetime of a credential; a longer request is clamped to it. */
  readonly maxTtlSeconds: number;
  /** The longest that was ever allowed in this installation: no credential issued so far lives longer. */
  readonly longestTtlSeconds: number;
  readonly maxKeysPerAccount: number;
  /** Of accounts and keys that have none of their own. */
  readonly defaultLimits: Limits;
  /** How long minute rows of usage are kept, and what they are summed up into. */
  readonly usageRetentionMs: number;
  readonly usageHourRetentionMs: number;
  readonly usageDayRetentionMs: number;
  /** How long entries of the audit log are kept. */
  readonly auditRetentionMs: number;
  /** How long a peer is remembered after it was last denied. */
  readonly deniedPeerRetentionMs: number;
  readonly maxWebhooksPerAccount: number;
  /** Whether a webhook may have an `http` URL. */
  readonly webhooksMayBePlain: boolean;
  /** A webhook that has failed for so long is disabled. */
  readonly webhookFailureMsMax: number;
}
