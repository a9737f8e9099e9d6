import type { Instant } from '../../../src/base/clock.ts';
import type { ClientTransport } from '../../../src/contract/ids.ts';
import type { UsageRow } from '../../../src/contract/usage-delta.ts';
import { requireInvariant } from '../invariant.ts';
import type { ModelAllocation } from './model-allocation.ts';

interface Totals {
  ingressBytes: number;
  ingressPackets: number;
  egressBytes: number;
  egressPackets: number;
  allocationsStarted: number;
  allocationMs: number;
}

const COUNTED = ['ingressBytes', 'ingressPackets', 'egressBytes', 'egressPackets', 'allocationsStarted'] as const;

/** Usage as the simulation saw it pass, and as the servers report it: by username and transport. */
export class UsageModel {
  readonly #seen = new Map<string, Totals>();
  readonly #reported = new Map<string, Totals>();
  /** How many milliseconds later than the model a server may end an allocation, all its allocations together. */
  #latenessMs = 0;
  readonly #timerLatenessMs: number;

  constructor(timerLatenessMs: number) {
    this.#timerLatenessMs = timerLatenessMs;
  }

  begin(allocation: ModelAllocation): void {
    this.#seenOf(allocation).allocationsStarted += 1;
  }

  end(allocation: ModelAllocation, now: Instant): void {
    this.#seenOf(allocation).allocationMs += now - allocation.startedAt;
    this.#latenessMs += this.#timerLatenessMs;
  }

  countIngress(allocation: ModelAllocation, bytes: number): void {
    const totals = this.#seenOf(allocation);
    totals.ingressBytes += bytes;
    totals.ingressPackets += 1;
  }

  countEgress(allocation: ModelAllocation, bytes: number): void {
    const totals = this.#seenOf(allocation);
    totals.egressBytes += bytes;
    totals.egressPackets += 1;
  }

  report(rows: readonly UsageRow[]): void {
    for (const row of rows) {
      const totals = totalsOf(this.#reported, row.transport, row.username);
      for (const field of COUNTED) {
        totals[field] += row[field];
      }
      totals.allocationMs += row.allocationMs;
    }
  }

  /** Compares everything seen with everything reported, once every allocation has ended and been reported. */
  requireEqual(): void {
    for (const key of new Set([...this.#seen.keys(), ...this.#reported.keys()])) {
      const seen = this.#seen.get(key) ?? noTotals();
      const reported = this.#reported.get(key) ?? noTotals();
      for (const field of COUNTED) {
        requireInvariant(
          seen[field] === reported[field],
          'usage',
          () => `${key.slice(0, 16)}…: ${field} is ${seen[field]}, and ${reported[field]} was reported`,
        );
      }
      requireInvariant(
        Math.abs(seen.allocationMs - reported.allocationMs) <= 1 + this.#latenessMs,
        'usage',
        () => `${key.slice(0, 16)}…: lived ${seen.allocationMs} ms, and ${reported.allocationMs} ms were reported`,
      );
    }
  }

  #seenOf(allocation: ModelAllocation): Totals {
    return totalsOf(this.#seen, allocation.transport, allocation.credential.username);
  }
}

function totalsOf(all: Map<string, Totals>, transport: ClientTransport, username: string): Totals {
  const key = `${transport} ${username}`;
  const totals = all.get(key) ?? noTotals();
  all.set(key, totals);
  return totals;
}

function noTotals(): Totals {
  return {
    ingressBytes: 0,
    ingressPackets: 0,
    egressBytes: 0,
    egressPackets: 0,
    allocationsStarted: 0,
    allocationMs: 0,
  };
}
