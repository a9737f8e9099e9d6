import type { UnixMs } from '../../src/base/clock.ts';
import type { KeyUid, Username } from '../../src/contract/ids.ts';
import type { AllocationDetail, AllocationSlice, AllocationTraffic } from '../../src/contract/live-allocation.ts';
import type { LiveAnswer, LiveQuestion, LiveWorkers } from '../../src/contract/live-workers.ts';

const INCARNATION = '0123456789ab';
const NUMBER = 5;
const SERIAL = 1_234;
const HOUR_MS = 3_600_000;

const TRAFFIC: AllocationTraffic = {
  ingressBytes: 1_204_224,
  ingressPackets: 1_176,
  egressBytes: 4_816_896,
  egressPackets: 4_704,
  ingressBitsPerSecond: 160_563,
  ingressPacketsPerSecond: 20,
  egressBitsPerSecond: 642_252,
  egressPacketsPerSecond: 78,
};

/** Whose allocation it is, and since when. */
export interface ExampleUser {
  readonly keyUid: KeyUid;
  readonly username: Username;
  readonly customIdentifier: string;
  readonly startedAt: UnixMs;
}

/** A relay of one worker that has one allocation, until it is ended. */
export class ExampleRelay implements LiveWorkers {
  readonly workerCount = 1;
  #detail: AllocationDetail | undefined;

  begin(user: ExampleUser): void {
    this.#detail = describe(user);
  }

  async ask(_worker: number, question: LiveQuestion): Promise<LiveAnswer> {
    switch (question.kind) {
      case 'read':
        return { kind: 'read', slice: sliceOf(this.#detail) };
      case 'describe':
        return { kind: 'describe', detail: question.ref.serial === SERIAL ? this.#detail : undefined };
      case 'end': {
        const isEnded = this.#detail !== undefined && question.ref.serial === SERIAL;
        this.#detail = isEnded ? undefined : this.#detail;
        return { kind: 'end', isEnded };
      }
    }
  }
}

function sliceOf(detail: AllocationDetail | undefined): AllocationSlice {
  return {
    incarnation: INCARNATION,
    rows: Float64Array.from(detail === undefined ? [] : [NUMBER, SERIAL, ...Object.values(detail.traffic)]),
    records: detail === undefined ? [] : [{ place: 0, record: detail.record }],
    next: undefined,
    revision: 1,
  };
}

function describe({ startedAt, ...whose }: ExampleUser): AllocationDetail {
  const after = (ms: number) => (startedAt + ms) as UnixMs;
  const peer = '198.51.100.20';
  return {
    record: {
      ...whose,
      transport: 'udp',
      clientAddress: '203.0.113.45:51002',
      relayAddresses: ['192.0.2.7:50124'],
      peers: [peer],
      peerCount: 1,
      startedAt,
      expiresAt: after(HOUR_MS),
      credentialExpiresAt: after(24 * HOUR_MS),
    },
    traffic: TRAFFIC,
    relays: [{ address: '192.0.2.7:50124', expiresAt: after(HOUR_MS) }],
    permissions: [{ peer, expiresAt: after(HOUR_MS / 12) }],
    channels: [{ number: 0x40_00, peer: `${peer}:49200`, expiresAt: after(HOUR_MS / 6) }],
  };
}
