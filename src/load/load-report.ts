import type { LoadDirection, LoadMode, LoadTransport } from './load-options.ts';

/** Where half, nine tenths, … of the samples lie, in µs. Of a cycle in mode `allocate`, of one way else; there and back in `echo`. */
export interface LatencyUs {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What was wrong with arrivals and answers. Any of it means that the server, or what lies between, is broken. */
export interface LoadErrors {
  /** Wrong bytes, a wrong length, or broken framing. */
  readonly corrupted: number;
  /** Came from another relayed address, on another channel, or to another client or peer than its own. */
  readonly misrouted: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Sent by an earlier phase of this run, or by another run. */
  readonly stale: number;
  /** Any other message, and a stream that the server closed. */
  readonly unexpected: number;
  /** Answers whose MESSAGE-INTEGRITY is wrong or missing. */
  readonly badIntegrity: number;
}

/** What the generator did to itself: figures of a run where these are large say little about the server. */
export interface GeneratorFigures {
  /** The back end of its UDP sockets. */
  readonly backEnd: string;
  /** CPU time of its process; 100 is one core. In an open loop it never sleeps, so that this is 100. */
  readonly cpuPercent: number;
  /** The part of the time in which it sent, received and checked. */
  readonly busyPercent: number;
  /** How long it was ready and had no CPU. */
  readonly waitedPercent: number;
  /** Packets that its own receive buffers lost. */
  readonly drops: number;
  /** Packets that were due and not sent, since it was late. */
  readonly skipped: number;
  /** Packets that the system, or a stream whose reader is slow, did not take; they count as sent and lost. */
  readonly refused: number;
}

/** How `search` ended. */
export interface SearchFigures {
  /** The lowest rate that was tried and lost too much, or could not be offered. */
  readonly failingPerSecond: number;
  /** Whether that was because the generator could not offer it. */
  readonly generatorLimited: boolean;
  readonly probes: number;
}

/**
 * What one run measured. A packet that goes to a peer and back counts as one sent and delivered, and two relayed. What was not
 * measured is absent: server figures without `serverPid`, traffic figures in modes `allocate` and `setup`.
 */
export interface LoadReport {
  readonly url: string;
  readonly mode: LoadMode;
  readonly transport: LoadTransport;
  readonly direction: LoadDirection;
  readonly allocations: number;
  readonly peers: number;
  readonly sizeBytes: number;
  /** What was asked for: one of these, or `search`. */
  readonly ratePerSecond?: number;
  readonly windowPackets?: number;
  readonly search?: SearchFigures;
  readonly inFlight?: number;
  /** How long was sent, or cycled. */
  readonly seconds: number;
  readonly sentPackets?: number;
  readonly deliveredPackets?: number;
  readonly sentPerSecond?: number;
  readonly deliveredPerSecond?: number;
  readonly relayedPerSecond?: number;
  readonly lossPercent?: number;
  readonly latencyUs?: LatencyUs;
  readonly errors: LoadErrors;
  /** Allocations that were refused or never answered. */
  readonly failedAllocations: number;
  readonly retransmissions: number;
  /** Cycles a second in mode `allocate`; else how fast the allocations (with channel or permission) were made. */
  readonly allocationsPerSecond: number;
  readonly serverCpuUsPerPacket?: number;
  readonly serverCpuUsPerAllocation?: number;
  readonly serverCpuPercent?: number;
  readonly serverWaitedPercent?: number;
  /** Resident, of a server that served nothing before: (ready - before) / allocations. */
  readonly memoryPerAllocationBytes?: number;
  readonly serverMemoryBytes?: number;
  /** The same as in `generator`, where most readers look for it. */
  readonly generatorCpuPercent: number;
  readonly generator: GeneratorFigures;
  /** CPU time of everything else on the machine; 100 is one core. Present with `serverPid`. */
  readonly othersCpuPercent?: number;
  /** The first thing that went wrong, in words. */
  readonly firstProblem?: string;
}
