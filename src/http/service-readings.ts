import type { UnixMs } from '../base/clock.ts';

/** What the service knows of itself, for whoever operates it. */
export interface ServiceReadings {
  /** This node; of a cluster, each node tells of itself. */
  readonly readNode: () => NodeReading;
  /** In the order of the reference. */
  readonly listSettings: () => readonly SettingReading[];
}

/** How a relay node is at this moment. */
export interface NodeReading {
  readonly id: string;
  /** What an operator calls its place; each may be empty. */
  readonly labels: NodeLabels;
  readonly startedAt: UnixMs;
  /** 0 until the relay runs. */
  readonly workers: number;
  /** How the workers read and write UDP, and why; undefined until the relay runs. */
  readonly datagram: { readonly backEnd: string; readonly reason: string; readonly explanation: string } | undefined;
  /** Where clients come in: a transport, and an address with its port. */
  readonly listeners: readonly { readonly transport: string; readonly address: string }[];
  readonly allocations: number;
  /** Over the last seconds. */
  readonly rates: NodeRates;
  /** `taken` are those of allocations, and those that are reserved. */
  readonly relayPorts: { readonly taken: number; readonly total: number };
  /** Resident memory of the process. */
  readonly memoryBytes: number;
  /** Undefined when nothing listens for TLS. */
  readonly certificateExpiresAt: UnixMs | undefined;
  /** How old the relay's knowledge of keys and revocations may be. */
  readonly changesLagMs: number;
  /** How late the main thread came to its work, of the worst in a hundred times. */
  readonly eventLoopDelayP99Ms: number;
}

/** What a node relays, as usage counts it. */
export interface NodeRates {
  /** From clients. */
  readonly ingressBitsPerSecond: number;
  /** To clients. */
  readonly egressBitsPerSecond: number;
  /** In both directions. */
  readonly packetsPerSecond: number;
}

export interface NodeLabels {
  readonly city: string;
  readonly code: string;
  readonly country: string;
  readonly region: string;
}

/** One setting, without what is secret of it. */
export interface SettingReading {
  /** `turn.relay_address` */
  readonly name: string;
  /** Undefined when it has none; of a secret, `set` or `not set`. */
  readonly value: string | undefined;
  readonly isSecret: boolean;
  readonly source: 'flag' | 'environment' | 'file' | 'default';
  /** The flag, the variable's name, or the file with its line; undefined for a default. */
  readonly origin: string | undefined;
  /** The default in words. */
  readonly fallback: string;
  readonly description: string;
  /** What would set it in the environment. */
  readonly variable: string;
}
